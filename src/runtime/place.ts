/**
 * A place in a map's order, a key or a cursor, as something that a set can hold: a number where the bytes say no more
 * than one, little-endian, because that is made several times as fast. Only for bytes of one length.
 */
export function placeOf(bytes: Uint8Array): number | string {
  const { length } = bytes;
  const isNumber = length === 4 || (length === 8 && (bytes[4] | bytes[5] | bytes[6] | bytes[7]) === 0);
  if (isNumber) return bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24);
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
}
