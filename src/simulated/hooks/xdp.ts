import type { Kernel } from "../kernel.ts";
import type { Attachment } from "./hooks.ts";

/** What an XDP program returns (tests/include/xdp_hooks.h). Any other value is the provider's to interpret. */
export const XdpAction = { PASS: 1, DROP: 2, TX: 3 } as const;

/** Interface index that stands for every interface. */
const EVERY_INTERFACE = 0;
/** Offset of ingress_ifindex in `xdp_md_t`, and the structure's bytes. */
const IFINDEX = 24;
const XDP_CONTEXT_BYTES = 32;

/** What became of a packet. */
export interface XdpOutcome {
  /** The program's return value; `XdpAction.PASS` where no program is attached. */
  readonly action: number;
  /** The packet after the program: rewritten, longer or shorter. A copy. */
  readonly frame: Uint8Array;
  /** Name of the program that decided; undefined where none is attached. */
  readonly program: string | undefined;
}

/** Runs the interface's XDP program on `frame`: the one attached to just this interface, or else to all of them. */
export function receiveXdp(kernel: Kernel, ifIndex: number, frame: Uint8Array): XdpOutcome {
  const attached = kernel.hooks.on("xdp");
  const program = (
    attached.find((each) => ifIndexOf(each) === ifIndex) ?? attached.find((each) => ifIndexOf(each) === EVERY_INTERFACE)
  )?.program;
  if (program === undefined) return { action: XdpAction.PASS, frame: frame.slice(), program: undefined };
  const context = new Uint8Array(XDP_CONTEXT_BYTES);
  new DataView(context.buffer).setUint32(IFINDEX, ifIndex, true);
  kernel.context.fill(program.type, context, frame);
  const action = kernel.run(program, kernel.context.address);
  return { action, frame: kernel.context.data(), program: program.options.name };
}

function ifIndexOf({ parameter }: Attachment): number {
  if (parameter.length < 4) return EVERY_INTERFACE;
  return new DataView(parameter.buffer, parameter.byteOffset, 4).getUint32(0, true);
}
