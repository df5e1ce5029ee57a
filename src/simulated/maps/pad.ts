/** `bytes` rounded up to a multiple of 8: how far apart values lie. Exact for sizes beyond 2³¹ too. */
export function pad8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
