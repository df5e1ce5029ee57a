import { EbpfError } from "../../errors.ts";

/** `value` where it is an integer of so many bits. Throws `EBPF_INVALID_ARGUMENT`. */
export function checkBits(value: number, bits: number, name: string): number {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** bits) return value;
  throw new EbpfError("EBPF_INVALID_ARGUMENT", `${name}: ${value} does not fit ${bits} bits`);
}

/** `bytes` with zeros behind them up to a multiple of `unit`. */
export function paddedTo(unit: number, bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / unit) * unit);
  padded.set(bytes);
  return padded;
}
