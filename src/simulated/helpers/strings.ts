import type { Machine } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { type HelperDefinition, returnInt, returnUnsigned, sizeArgument } from "./helper.ts";

/** NTSTATUS numbers of Windows' safe string functions (ntstatus.h). */
const STATUS_SUCCESS = 0;
const STATUS_BUFFER_OVERFLOW = 0x8000_0005 | 0;
const STATUS_INVALID_PARAMETER = 0xc000_000d | 0;

/** Helpers 27 to 29: strings that end with NUL or with their buffer. */
export const stringHelpers: readonly HelperDefinition[] = [
  {
    id: 27,
    make: (kernel) => (machine) => {
      const size = sizeArgument(machine, 2);
      returnInt(machine, append(kernel, machine, machine.access(1, size, true), size, 0));
    },
  },
  {
    id: 28,
    make: (kernel) => (machine) => {
      const size = sizeArgument(machine, 2);
      const to = machine.access(1, size, true);
      const present = lengthOf(kernel, to, size);
      returnInt(machine, present === size ? STATUS_INVALID_PARAMETER : append(kernel, machine, to, size, present));
    },
  },
  {
    id: 29,
    make: (kernel) => (machine) => {
      const size = sizeArgument(machine, 2);
      returnUnsigned(machine, lengthOf(kernel, machine.access(1, size, false), size));
    },
  },
];

/** Bytes before the first NUL, `size` where there is none. */
function lengthOf(kernel: Kernel, at: number, size: number): number {
  const end = kernel.memory.bytes.subarray(at, at + size).indexOf(0);
  return end < 0 ? size : end;
}

/**
 * Copies the string in r3 (r4 bytes at most) behind the first `present` bytes of a buffer, ends it with NUL and fills
 * the rest with zeros; what does not fit is cut.
 */
function append(kernel: Kernel, machine: Machine, to: number, size: number, present: number): number {
  const count = sizeArgument(machine, 4);
  const from = machine.access(3, count, false);
  const length = lengthOf(kernel, from, count);
  if (size === 0) return length === 0 ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
  const { bytes } = kernel.memory;
  const fits = Math.min(length, size - 1 - present);
  bytes.copyWithin(to + present, from, from + fits);
  bytes.fill(0, to + present + fits, fits < length ? to + present + fits + 1 : to + size);
  return fits < length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}
