/** Text as Windows has it: UTF-16, little-endian; without a terminator. */
export function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf16le"));
}
