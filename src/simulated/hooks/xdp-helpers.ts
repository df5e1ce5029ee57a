import { type HelperDefinition, returnInt } from "../helpers/helper.ts";
import { XDP_CONTEXT_BYTES } from "./xdp-context.ts";

/** `bpf_xdp_adjust_head(ctx, delta)`: moves the start of the packet; 0, or -1 where there is no room (xdp_hooks.h). */
export const xdpHelpers: readonly HelperDefinition[] = [
  {
    id: 65536,
    make: (kernel) => (machine) => {
      const context = machine.access(1, XDP_CONTEXT_BYTES, true);
      returnInt(machine, kernel.network.xdp.adjustHead(context, machine.lo[2]) ? 0 : -1);
    },
  },
];
