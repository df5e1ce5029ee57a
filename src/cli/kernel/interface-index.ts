import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { UsageError } from "../failure.ts";

const LARGEST_INDEX = 0xffff_ffff;

/** The index of a network interface that the command line names, or gives by its index. Throws `UsageError`. */
export function interfaceIndex(text: string): number {
  const index = /^[0-9]{1,10}$/.test(text) ? Number(text) : (linuxIndex(text) ?? scopeOf(text));
  if (index !== undefined && index <= LARGEST_INDEX) return index;
  const known = Object.keys(networkInterfaces());
  throw new UsageError(
    `no network interface has the name or index ${JSON.stringify(text)}`,
    known.length === 0 ? "Give its index." : `There are ${known.join(", ")}; others go by their index.`,
  );
}

/** Linux' sysfs (Documentation/ABI/testing/sysfs-class-net). */
function linuxIndex(name: string): number | undefined {
  // A name with a slash, or of dots alone, is another file.
  if (process.platform !== "linux" || !/^[^/]+$/.test(name) || /^\.+$/.test(name)) return undefined;
  try {
    return Number(readFileSync(`/sys/class/net/${name}/ifindex`, "utf8"));
  } catch {
    return undefined;
  }
}

/** The scope of a link-local address is its interface's index (RFC 4007, section 6), on Windows, too. */
function scopeOf(name: string): number | undefined {
  const addresses = networkInterfaces()[name] ?? [];
  for (const address of addresses) if (address.family === "IPv6" && address.scopeid > 0) return address.scopeid;
  return undefined;
}
