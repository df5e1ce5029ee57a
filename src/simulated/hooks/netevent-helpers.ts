import { type HelperDefinition, returnInt } from "../helpers/helper.ts";

/** `bpf_netevent_push_event(ctx)`: hands the event to user mode; 0. In a run without a hook there is nobody to take it. */
export const neteventHelpers: readonly HelperDefinition[] = [
  {
    id: 65536,
    make: (kernel) => (machine) => {
      kernel.invocation.pushEvent?.();
      returnInt(machine, 0);
    },
  },
];
