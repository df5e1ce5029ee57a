/**
 * Sum of the 16-bit big-endian words of `bytes` in one's complement, starting from `initial` (RFC 1071, section 1).
 * A last odd byte counts as the upper half of a word. 16 bits; feed it back as `initial` to go on with more bytes, of
 * which all but the last piece must be of even length.
 */
export function onesComplementSum(bytes: Uint8Array, initial = 0): number {
  let sum = initial;
  const even = bytes.length & ~1;
  for (let at = 0; at < even; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (even !== bytes.length) sum += (bytes[even] ?? 0) << 8;
  // Exact up to 2^53: no frame comes near. Each folding brings the carries back in (RFC 1071, section 2).
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}

/**
 * The Internet checksum of `bytes` (RFC 1071): what a header's field must hold when it was zero in the sum, and 0 over
 * a header whose field is right. `initial` is the sum of what is covered besides, such as a pseudo-header.
 */
export function internetChecksum(bytes: Uint8Array, initial = 0): number {
  return ~onesComplementSum(bytes, initial) & 0xffff;
}

/** The checksum after one 16-bit word of what it covers changed from `before` to `after` (RFC 1624, equation 3). */
export function replaceInChecksum(checksum: number, before: number, after: number): number {
  let sum = (~checksum & 0xffff) + (~before & 0xffff) + (after & 0xffff);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
