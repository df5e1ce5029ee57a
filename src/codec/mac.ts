import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec } from "./codec.ts";
import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";

/** The two digits of every octet. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

const MAC = /^[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}$/;

/** An Ethernet address, `"02:00:5e:10:00:00"`; encoding also takes Windows' `02-00-5E-10-00-00`. */
export const mac: Codec<string> = ownCodec({
  name: "mac",
  size: 6,
  align: 1,
  encode(value: string, bytes: Uint8Array, offset: number): void {
    checkBounds(bytes, offset, 6, "mac");
    if (typeof value !== "string" || !MAC.test(value)) {
      throw new CodecError(`${describe(value)} is not an Ethernet address`);
    }
    for (let i = 0; i < 6; i++) bytes[offset + i] = Number.parseInt(value.slice(3 * i, 3 * i + 2), 16);
  },
  decode(bytes: Uint8Array, offset: number): string {
    checkBounds(bytes, offset, 6, "mac");
    let text = HEX[bytes[offset]];
    for (let i = 1; i < 6; i++) text += `:${HEX[bytes[offset + i]]}`;
    return text;
  },
});
