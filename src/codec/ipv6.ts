import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec } from "./codec.ts";
import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";
import { parseIpv4 } from "./ipv4.ts";

const GROUP = /^[0-9A-Fa-f]{1,4}$/;

/** Groups of one side of `::`, or undefined. A dotted IPv4 address may stand for the last two (RFC 4291, 2.2). */
const parseGroups = (text: string, last: boolean): number[] | undefined => {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":", 9);
  for (const [index, part] of parts.entries()) {
    const dotted = last && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (dotted !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = dotted;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
};

const parse = (text: string): readonly number[] | undefined => {
  const sides = text.split("::", 3);
  const [left = "", right] = sides;
  const before = parseGroups(left, right === undefined);
  const after = parseGroups(right ?? "", true);
  if (sides.length > 2 || before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (right === undefined ? missing !== 0 || left === "" : missing < 1) return undefined;
  return [...before, ...new Array<number>(missing).fill(0), ...after];
};

/** RFC 5952: lower case, no leading zeros, the first of the longest runs of two or more zero groups as `::`. */
const spell = (groups: readonly number[]): string => {
  // Section 5: addresses known to embed IPv4 show it dotted.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
  }
  const hex = (some: readonly number[]): string => some.map((group) => group.toString(16)).join(":");
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
};

/**
 * An IPv6 address in network byte order, `"2001:db8::1"`, spelled as RFC 5952 says; aligned like `struct in6_addr` of
 * four `__be32`.
 */
export const ipv6: Codec<string> = ownCodec({
  name: "ipv6",
  size: 16,
  align: 4,
  encode(value: string, bytes: Uint8Array, offset: number): void {
    checkBounds(bytes, offset, 16, "ipv6");
    const groups = typeof value === "string" ? parse(value) : undefined;
    if (groups === undefined) throw new CodecError(`${describe(value)} is not an IPv6 address`);
    for (const [index, group] of groups.entries()) {
      bytes[offset + 2 * index] = group >> 8;
      bytes[offset + 2 * index + 1] = group;
    }
  },
  decode(bytes: Uint8Array, offset: number): string {
    checkBounds(bytes, offset, 16, "ipv6");
    const groups: number[] = [];
    for (let at = offset; at < offset + 16; at += 2) groups.push(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    return spell(groups);
  },
});
