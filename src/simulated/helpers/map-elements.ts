import type { Machine } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelMap } from "../maps/index.ts";
import { type HelperDefinition, returnInt, returnUnsigned } from "./helper.ts";

/** Helpers 1 to 3: one entry of a map. Failures are negative `ebpf_result_t` numbers, not errno. */
export const mapElementHelpers: readonly HelperDefinition[] = [
  {
    id: 1,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine);
      returnUnsigned(machine, map.lookup(machine.access(2, map.options.keySize, false)));
    },
  },
  {
    id: 2,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine);
      const key = machine.access(2, map.options.keySize, false);
      const value = machine.access(3, map.options.valueSize, false);
      const flags = machine.hi[4] === 0 ? machine.lo[4] : -1;
      returnInt(machine, -map.update(key, value, flags));
    },
  },
  {
    id: 3,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine);
      returnInt(machine, -map.delete(machine.access(2, map.options.keySize, false)));
    },
  },
];

/** The map in r1. Throws `EBPF_FAULT` when the number there is no map of this kernel: a verified program has one. */
function mapArgument(kernel: Kernel, machine: Machine): KernelMap {
  const map = machine.hi[1] === 0 ? kernel.mapsByAddress.get(machine.lo[1]) : undefined;
  if (map === undefined) throw machine.fault(machine.position, "r1 is not a map");
  return map;
}
