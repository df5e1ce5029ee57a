import { type HelperDefinition, mapArgument, returnInt, returnUnsigned } from "./helper.ts";

/** Helpers 1 to 4: one entry of a map. Failures are negative `ebpf_result_t` numbers, not errno. */
export const mapElementHelpers: readonly HelperDefinition[] = [
  {
    id: 1,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine, 1);
      returnUnsigned(machine, map.lookup(machine.access(2, map.options.keySize, false)));
    },
  },
  {
    id: 2,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine, 1);
      const key = machine.access(2, map.options.keySize, false);
      const value = machine.access(3, map.options.valueSize, false);
      const flags = machine.hi[4] === 0 ? machine.lo[4] : -1;
      returnInt(machine, -map.updateFromProgram(key, value, flags));
    },
  },
  {
    id: 3,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine, 1);
      returnInt(machine, -map.delete(machine.access(2, map.options.keySize, false)));
    },
  },
  {
    id: 4,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine, 1);
      returnUnsigned(machine, map.take(machine.access(2, map.options.keySize, false)));
    },
  },
];
