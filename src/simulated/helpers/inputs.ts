import { type HelperDefinition, returnBigInt, returnInt, returnUnsigned } from "./helper.ts";

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** Helpers that read what the simulation is given: random numbers, time, the CPU, the current process. */
export const inputHelpers: readonly HelperDefinition[] = [
  { id: 6, make: (kernel) => (machine) => returnUnsigned(machine, kernel.random.next()) },
  { id: 7, make: (kernel) => (machine) => returnBigInt(machine, kernel.clock.bootTime) },
  { id: 8, make: (kernel) => (machine) => returnUnsigned(machine, kernel.cpu) },
  { id: 9, make: (kernel) => (machine) => returnBigInt(machine, kernel.clock.monotonicTime) },
  {
    id: 19,
    make: (kernel) => (machine) => {
      const { processId, threadId } = kernel.current;
      returnBigInt(machine, (BigInt(processId) << 32n) | BigInt(threadId));
    },
  },
  { id: 20, make: (kernel) => (machine) => returnBigInt(machine, kernel.current.logonId) },
  // Windows does not implement this outside of socket hooks.
  { id: 21, make: () => (machine) => returnInt(machine, -1) },
  {
    id: 30,
    make: (kernel) => (machine) => returnBigInt(machine, kernel.clock.bootTime / NANOSECONDS_PER_MILLISECOND),
  },
  {
    id: 31,
    make: (kernel) => (machine) => returnBigInt(machine, kernel.clock.monotonicTime / NANOSECONDS_PER_MILLISECOND),
  },
  { id: 33, make: (kernel) => (machine) => returnBigInt(machine, kernel.current.processStartKey) },
  { id: 34, make: (kernel) => (machine) => returnBigInt(machine, kernel.current.threadCreateTime) },
];
