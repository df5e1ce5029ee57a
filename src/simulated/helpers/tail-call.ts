import { EbpfResult } from "../../platform/index.ts";
import { ProgArray } from "../maps/index.ts";
import { type HelperDefinition, mapArgument, returnInt } from "./helper.ts";

/** Tail calls of one run (MAX_TAIL_CALL_CNT, include/ebpf_structs.h). */
const MOST_TAIL_CALLS = 33;

/** Helper 5: continues in the program at an index of a prog array; returns only where that is not possible. */
export const tailCallHelpers: readonly HelperDefinition[] = [
  {
    id: 5,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine, 2);
      const callee = map instanceof ProgArray ? map.program(machine.lo[3] >>> 0) : undefined;
      if (callee === undefined || map.options.keySize !== 4) return returnInt(machine, -EbpfResult.INVALID_ARGUMENT);
      if (kernel.tailCalls === MOST_TAIL_CALLS) return returnInt(machine, -EbpfResult.NO_MORE_TAIL_CALLS);
      kernel.tailCall(callee);
      machine.tailCall(callee.executable);
    },
  },
];
