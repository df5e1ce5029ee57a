import type { HelperFunction, Machine } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelMap } from "../maps/index.ts";

/** A helper of the simulated kernel: its number and how to make the function for one kernel. */
export interface HelperDefinition {
  readonly id: number;
  readonly make: (kernel: Kernel) => HelperFunction;
}

/** Sets r0 to a signed 32-bit number, sign-extended: what a C `int` helper returns. */
export function returnInt(machine: Machine, value: number): void {
  machine.lo[0] = value;
  machine.hi[0] = value >> 31;
}

/** Sets r0 to an unsigned 32-bit number: an address or a count. */
export function returnUnsigned(machine: Machine, value: number): void {
  machine.lo[0] = value;
  machine.hi[0] = 0;
}

/** Sets r0 to the low 64 bits of `value`. */
export function returnBigInt(machine: Machine, value: bigint): void {
  machine.lo[0] = Number(BigInt.asIntN(32, value));
  machine.hi[0] = Number(BigInt.asIntN(32, value >> 32n));
}

/** The map in register `r`. Throws `EBPF_FAULT` when the number there is no map: a verified program has one. */
export function mapArgument(kernel: Kernel, machine: Machine, r: number): KernelMap {
  const map = machine.hi[r] === 0 ? kernel.mapsByAddress.get(machine.lo[r]) : undefined;
  if (map === undefined) throw machine.fault(machine.position, `r${r} is not a map`);
  return map;
}

/** The unsigned 32-bit size in register `r`; larger ones are more than any region has, so that an access faults. */
export function sizeArgument(machine: Machine, r: number): number {
  return machine.hi[r] === 0 ? machine.lo[r] >>> 0 : 0xffff_ffff;
}

/** Register `r` as an unsigned 64-bit number. */
export function bigArgument(machine: Machine, r: number): bigint {
  return (BigInt(machine.hi[r] >>> 0) << 32n) | BigInt(machine.lo[r] >>> 0);
}
