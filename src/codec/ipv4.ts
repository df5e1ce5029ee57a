import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec } from "./codec.ts";
import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";

const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;

/** The four bytes of a dotted address, or undefined. Leading zeros are refused: some readers take them for octal. */
export function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split(".", 5);
  if (parts.length !== 4 || !parts.every((part) => OCTET.test(part))) return undefined;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

/** An IPv4 address in network byte order, `"192.0.2.1"`; aligned like the `__be32` that C declares it as. */
export const ipv4: Codec<string> = ownCodec({
  name: "ipv4",
  size: 4,
  align: 4,
  encode(value: string, bytes: Uint8Array, offset: number): void {
    checkBounds(bytes, offset, 4, "ipv4");
    const octets = typeof value === "string" ? parseIpv4(value) : undefined;
    if (octets === undefined) throw new CodecError(`${describe(value)} is not an IPv4 address`);
    bytes.set(octets, offset);
  },
  decode(bytes: Uint8Array, offset: number): string {
    checkBounds(bytes, offset, 4, "ipv4");
    return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
  },
});
