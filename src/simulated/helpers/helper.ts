import type { HelperFunction, Machine } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";

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
