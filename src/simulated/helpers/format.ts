/** A conversion that bpf_printk knows: d, i, u or x, with `l` (a 32-bit long on Windows) or `ll` before it. */
const conversion = /%(?:%|(l?l?)([diux]))/y;

/**
 * `format` with its conversions replaced by `values` (64-bit, signed or not); undefined where it holds any other
 * conversion, or not as many as there are values (libs/execution_context/ebpf_core.c).
 */
export function formatPrintk(format: string, values: readonly bigint[]): string | undefined {
  let text = "";
  let used = 0;
  for (let at = 0; at < format.length; ) {
    if (format[at] !== "%") {
      text += format[at++];
      continue;
    }
    conversion.lastIndex = at;
    const match = conversion.exec(format);
    if (match === null) return undefined;
    at = conversion.lastIndex;
    text += match[2] === undefined ? "%" : convert(values[used++] ?? 0n, match[1] === "ll" ? 64 : 32, match[2]);
  }
  return used === values.length ? text : undefined;
}

function convert(value: bigint, bits: number, specifier: string): string {
  if (specifier === "x") return BigInt.asUintN(bits, value).toString(16);
  return (specifier === "u" ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)).toString();
}
