import {
  bigArgument,
  type HelperDefinition,
  mapArgument,
  returnBigInt,
  returnInt,
  sizeArgument,
} from "../helpers/helper.ts";

/** Offsets in `sample_program_context_t`. */
const HELPER_DATA_1 = 24;
const HELPER_DATA_2 = 28;
/** What the sample extension says the current process and thread are. */
const SAMPLE_PID_TGID = 9999;

/** Helpers of sample programs (undocked/tests/sample/ext/drv/sample_ext.c). */
export const sampleHelpers: readonly HelperDefinition[] = [
  { id: 19, make: () => (machine) => returnInt(machine, SAMPLE_PID_TGID) },
  // bpf_redirect_map: says that it is done.
  { id: 35, make: () => (machine) => returnInt(machine, 1) },
  { id: 65536, make: () => (machine) => returnInt(machine, 0) },
  {
    // Where the text in r3 begins in the text in r1.
    id: 65537,
    make: (kernel) => (machine) => {
      const [start, size] = [machine.access(1, sizeArgument(machine, 2), false), sizeArgument(machine, 2)];
      const [what, length] = [machine.access(3, sizeArgument(machine, 4), false), sizeArgument(machine, 4)];
      const text = untilNul(kernel.memory.bytes.subarray(start, start + size));
      const found = text.indexOf(untilNul(kernel.memory.bytes.subarray(what, what + length)));
      // Windows subtracts the buffer's address from NULL.
      returnInt(machine, found < 0 ? -start : found);
    },
  },
  {
    // Writes the text in r4 over the text in r1 from position r3 on, up to the buffer's last byte.
    id: 65538,
    make: (kernel) => (machine) => {
      const size = sizeArgument(machine, 2);
      const start = machine.access(1, size, true);
      const position = BigInt.asIntN(64, bigArgument(machine, 3));
      if (position < 0n || position >= BigInt(size)) return returnInt(machine, -1);
      const length = sizeArgument(machine, 5);
      const from = machine.access(4, length, false);
      const text = untilNul(kernel.memory.bytes.subarray(from, from + length));
      const at = start + Number(position);
      kernel.memory.bytes.set(text.subarray(0, start + size - 1 - at), at);
      returnInt(machine, 0);
    },
  },
  {
    id: 65539,
    make: (kernel) => (machine) =>
      returnBigInt(machine, BigInt(kernel.memory.data.getUint32(kernel.context.address + HELPER_DATA_1, true))),
  },
  {
    id: 65540,
    make: (kernel) => (machine) => {
      const data = kernel.memory.data.getUint32(kernel.context.address + HELPER_DATA_2, true);
      returnBigInt(machine, BigInt(data) + BigInt(machine.lo[1] >>> 0));
    },
  },
  // Entries of the extension's maps are objects: a program gets no pointer to them, ...
  { id: 65541, make: () => (machine) => returnInt(machine, 0) },
  {
    // ... only the value in one, copied to r3 (r4 bytes): 0, or -1 where there is none.
    id: 65542,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine, 1);
      const { keySize, valueSize } = map.options;
      const value = map.lookup(machine.access(2, keySize, false));
      const size = sizeArgument(machine, 4);
      const into = machine.access(3, size, true);
      if (value <= 0) return returnInt(machine, -1);
      const copied = Math.min(size, valueSize);
      kernel.memory.bytes.copyWithin(into, value, value + copied);
      kernel.memory.bytes.fill(0, into + copied, into + size);
      returnInt(machine, 0);
    },
  },
];

export const upstreamSampleHelpers = sampleHelpers;

function untilNul(bytes: Uint8Array): Buffer {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end));
}
