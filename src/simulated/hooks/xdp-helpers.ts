import { type HelperDefinition, returnInt } from "../helpers/helper.ts";

/** `bpf_xdp_adjust_head(ctx, delta)`: moves the start of the packet; 0, or -1 where there is no room (xdp_hooks.h). */
export const xdpHelpers: readonly HelperDefinition[] = [
  {
    id: 65536,
    make: (kernel) => (machine) => returnInt(machine, kernel.context.adjustHead(machine.lo[1], machine.lo[2]) ? 0 : -1),
  },
];
