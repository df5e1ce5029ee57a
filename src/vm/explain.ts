import type { Region } from "./region.ts";
import type { Regions } from "./regions.ts";

const NULL_PAGE = 65_536n;

function bytes(count: bigint | number): string {
  return `${count} byte${BigInt(count) === 1n ? "" : "s"}`;
}

/** How far outside `region` the access lies; 0 when it overlaps without being allowed. */
function distance(region: Region, address: bigint, size: number): bigint {
  const end = address + BigInt(size);
  if (address < BigInt(region.start)) return BigInt(region.start) - address;
  if (end > BigInt(region.end)) return end - BigInt(region.end);
  return 0n;
}

function relation(region: Region, address: bigint, size: number, write: boolean): string {
  const end = address + BigInt(size);
  const extent = `${region.name} (${bytes(region.end - region.start)})`;
  if (address < BigInt(region.start)) return `${bytes(BigInt(region.start) - address)} before the start of ${extent}`;
  if (end > BigInt(region.end)) return `${bytes(end - BigInt(region.end))} past the end of ${extent}`;
  if (write && !region.writable) return `in ${region.name}, which is read-only`;
  const inside = Number(address) - region.start;
  const element = Math.floor(inside / (region.stride ?? region.size));
  return `not within one element of ${region.name} (element ${element} is ${bytes(region.size)})`;
}

/** Why `size` bytes at `address` may not be touched, in relation to the nearest region. */
export function explain(address: bigint, size: number, write: boolean, regions: Regions): string {
  const what = `${write ? "write" : "read"} of ${bytes(size)} at address 0x${address.toString(16)}`;
  if (address < NULL_PAGE) return `${what}: ${address === 0n ? "null pointer" : `null pointer plus ${address}`}`;
  let nearest: Region | undefined;
  for (const region of regions) {
    if (nearest === undefined || distance(region, address, size) < distance(nearest, address, size)) nearest = region;
  }
  // Further off than any offset field reaches: no region was meant.
  if (nearest === undefined || distance(nearest, address, size) > NULL_PAGE)
    return `${what}: no memory of the program's`;
  return `${what}: ${relation(nearest, address, size, write)}`;
}
