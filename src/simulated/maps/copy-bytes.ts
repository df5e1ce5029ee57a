/** Up to how many bytes a loop is quicker than a call into the engine: measured, 2 ns a byte against 40 ns a call. */
const FEW = 32;

/** Copies between byte arrays; where both are the same, the ranges may not overlap. */
export function copyBytes(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): void {
  if (length > FEW) target.set(source.subarray(from, from + length), to);
  else for (let i = 0; i < length; i++) target[to + i] = source[from + i];
}

/** Writes zeros. */
export function clearBytes(bytes: Uint8Array, from: number, length: number): void {
  if (length > FEW) bytes.fill(0, from, from + length);
  else for (let i = 0; i < length; i++) bytes[from + i] = 0;
}
