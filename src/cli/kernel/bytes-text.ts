import { UsageError } from "../failure.ts";

/** Sizes whose bytes are shown as numbers, too. */
const NUMBERS: ReadonlySet<number> = new Set([1, 2, 4, 8]);
const WHOLE_NUMBER = /^-?(?:[0-9]+|0x[0-9a-f]+)$/i;
/** Pairs of digits, with or without a space or colon between. */
const PAIRS = /^[0-9a-f]{2}(?:[ :]?[0-9a-f]{2})*$/i;
/** What can be nothing but bytes: as they are printed. */
const SPELLED_BYTES = /^[0-9a-f]{2}(?:[ :][0-9a-f]{2})+$/i;

/** Bytes as a number, little-endian, where they may be one; in hex otherwise. */
export function bytesText(bytes: Uint8Array): string {
  return NUMBERS.has(bytes.length) ? String(numberOf(bytes)) : hexText(bytes);
}

export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/**
 * The bytes of what the command line says: a whole number, little-endian, or as many bytes in hex as there must be
 * (`hex:c0a80001`, `c0 a8 00 01`). Throws `UsageError`.
 */
export function parseBytes(text: string, size: number, what: string): Uint8Array {
  if (text.startsWith("hex:")) return parseHex(text.slice(4), size, what);
  if (SPELLED_BYTES.test(text)) return parseHex(text, size, what);
  if (WHOLE_NUMBER.test(text)) {
    const number = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
    const bits = size * 8;
    if (BigInt.asUintN(bits, number) !== number && BigInt.asIntN(bits, number) !== number) {
      throw new UsageError(`${what} ${text} does not fit in ${size} bytes`);
    }
    const bytes = new Uint8Array(size);
    let rest = BigInt.asUintN(bits, number);
    for (let i = 0; i < size; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
    return bytes;
  }
  throw new UsageError(`${what} is a whole number, or hex: and ${size} bytes, not ${JSON.stringify(text)}`);
}

function parseHex(text: string, size: number, what: string): Uint8Array {
  const pairs = text.trim();
  const digits = pairs.replaceAll(/[ :]/g, "");
  if (!PAIRS.test(pairs)) {
    throw new UsageError(`${what} has ${size} bytes, two digits each: ${JSON.stringify(text)} is not in hex`);
  }
  if (digits.length !== size * 2) {
    throw new UsageError(`${what} has ${size} bytes, not the ${digits.length / 2} of ${JSON.stringify(text)}`);
  }
  return new Uint8Array(Buffer.from(digits, "hex"));
}

function numberOf(bytes: Uint8Array): bigint {
  let number = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i] ?? 0);
  return number;
}
