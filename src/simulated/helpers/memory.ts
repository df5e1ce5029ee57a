import { errnoNumbers } from "../../platform/index.ts";
import type { HelperFunction, Machine } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { type HelperDefinition, returnInt, returnUnsigned, sizeArgument } from "./helper.ts";

/** Helpers 10 and 22 to 25: checksums and blocks of memory. Bad sizes are -22. */
export const memoryHelpers: readonly HelperDefinition[] = [
  { id: 10, make: (kernel) => (machine) => returnInt(machine, checksumDifference(kernel, machine)) },
  { id: 22, make: copying },
  { id: 23, make: (kernel) => (machine) => returnInt(machine, compare(kernel, machine)) },
  {
    id: 24,
    make: (kernel) => (machine) => {
      const size = sizeArgument(machine, 2);
      const at = machine.access(1, size, true);
      kernel.memory.bytes.fill(machine.lo[3], at, at + size);
      returnUnsigned(machine, at);
    },
  },
  { id: 25, make: copying },
];

/** memcpy_s and memmove_s: the same here, overlapping or not. */
function copying(kernel: Kernel): HelperFunction {
  return (machine) => {
    const room = sizeArgument(machine, 2);
    const size = sizeArgument(machine, 4);
    if (size > room) return returnInt(machine, -errnoNumbers.EINVAL);
    const to = machine.access(1, size, true);
    const from = machine.access(3, size, false);
    kernel.memory.bytes.copyWithin(to, from, from + size);
    returnInt(machine, 0);
  };
}

/** -1, 0 or 1; of two blocks that begin alike the shorter is less. */
function compare(kernel: Kernel, machine: Machine): number {
  const sizeA = sizeArgument(machine, 2);
  const sizeB = sizeArgument(machine, 4);
  const a = machine.access(1, sizeA, false);
  const b = machine.access(3, sizeB, false);
  const { bytes } = kernel.memory;
  return Math.sign(Buffer.compare(bytes.subarray(a, a + sizeA), bytes.subarray(b, b + sizeB)));
}

/**
 * The 16-bit words of `to` and the complements of those of `from`, added to the seed in 32 bits; -22 for sizes that
 * are no multiple of 4, and for sums that come out negative (libs/execution_context/ebpf_core.c).
 */
function checksumDifference(kernel: Kernel, machine: Machine): number {
  const sizeFrom = machine.lo[2];
  const sizeTo = machine.lo[4];
  if (sizeFrom % 4 !== 0 || sizeTo % 4 !== 0) return -errnoNumbers.EINVAL;
  const { data } = kernel.memory;
  let sum = machine.lo[5];
  if (machine.lo[3] !== 0) {
    const to = machine.access(3, Math.max(sizeTo, 0), false);
    for (let i = 0; i < sizeTo; i += 2) sum = (sum + data.getUint16(to + i, true)) | 0;
  }
  if (machine.lo[1] !== 0) {
    const from = machine.access(1, Math.max(sizeFrom, 0), false);
    for (let i = 0; i < sizeFrom; i += 2) sum = (sum + (~data.getUint16(from + i, true) & 0xffff)) | 0;
  }
  return sum < 0 ? -errnoNumbers.EINVAL : sum;
}
