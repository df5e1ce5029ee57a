import { fileURLToPath } from "node:url";
import { type BpfMap, type LoadOptions, simulate } from "../../src/index.ts";

/** Loads one of our programs into a fresh machine (it is verified, as Windows 1.6 does it). */
export async function tell(name: string, options: LoadOptions = {}, machine: Parameters<typeof simulate>[0] = {}) {
  const kernel = simulate(machine);
  const path = fileURLToPath(new URL(`../programs/${name}.o`, import.meta.url));
  const object = await kernel.load(path, options);
  const map = (of: string): BpfMap<unknown, unknown> => object.maps.get(of);
  const program = (of: string) => object.programs.get(of);
  return { kernel, object, map, program };
}

/** UTF-16 text in a fixed number of bytes, zeros behind it. */
export function utf16(text: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(Buffer.from(text, "utf16le").subarray(0, size));
  return bytes;
}

/** The text in UTF-16 bytes, up to the first NUL. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf16le").split("\0")[0] ?? "";
}

/** A port as C's `htons` gives it. */
export const swapped = (port: number) => ((port & 0xff) << 8) | (port >> 8);

/** An IPv4 address as a C `uint32_t` in network order, and as the first bytes of 16. */
export function address(text: string): { word: number; bytes: Uint8Array } {
  const bytes = Uint8Array.from(text.split("."), Number);
  const padded = new Uint8Array(16);
  padded.set(bytes);
  return { word: new DataView(bytes.buffer).getUint32(0, true), bytes: padded };
}
