import { type HelperDefinition, returnBigInt, returnUnsigned } from "./helper.ts";

/** Helpers that read what the simulation is given: random numbers, time, the CPU. Times are nanoseconds. */
export const inputHelpers: readonly HelperDefinition[] = [
  { id: 6, make: (kernel) => (machine) => returnUnsigned(machine, kernel.random.next()) },
  { id: 7, make: (kernel) => (machine) => returnBigInt(machine, kernel.clock.bootTime) },
  { id: 8, make: (kernel) => (machine) => returnUnsigned(machine, kernel.cpu) },
  { id: 9, make: (kernel) => (machine) => returnBigInt(machine, kernel.clock.monotonicTime) },
];
