import { EbpfResult } from "../../platform/index.ts";
import type { HelperFunction } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { CircularMap, RingMap } from "../maps/index.ts";
import { type HelperDefinition, mapArgument, returnInt } from "./helper.ts";

/** Helpers 16 to 18: push, pop and peek of queues and stacks. On other maps they fail as Windows' calls without a key. */
export const queueHelpers: readonly HelperDefinition[] = [
  {
    id: 16,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine, 1);
      const value = machine.access(2, map.options.valueSize, false);
      returnInt(machine, -map.push(value, machine.lo[3]));
    },
  },
  { id: 17, make: (kernel) => reading(kernel, true) },
  { id: 18, make: (kernel) => reading(kernel, false) },
];

function reading(kernel: Kernel, remove: boolean): HelperFunction {
  return (machine) => {
    const map = mapArgument(kernel, machine, 1);
    const { valueSize } = map.options;
    const into = machine.access(2, valueSize, true);
    if (!(map instanceof CircularMap)) {
      const result = map instanceof RingMap ? EbpfResult.OPERATION_NOT_SUPPORTED : EbpfResult.INVALID_ARGUMENT;
      return returnInt(machine, -result);
    }
    const value = map.find(0, remove);
    if (value > 0) kernel.memory.bytes.copyWithin(into, value, value + valueSize);
    returnInt(machine, Math.min(value, 0));
  };
}
