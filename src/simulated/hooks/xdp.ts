import { assertBytes } from "../../arguments.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelProgram } from "../program.ts";
import type { Attachment } from "./hooks.ts";
import { XdpRuns } from "./xdp-runs.ts";

/** What an XDP program returns (tests/include/xdp_hooks.h). Any other value is the provider's to interpret. */
export const XdpAction = { PASS: 1, DROP: 2, TX: 3 } as const;

/** Interface index that stands for every interface. */
const EVERY_INTERFACE = 0;

/** What became of a packet. */
export interface XdpOutcome {
  /** The program's return value; `XdpAction.PASS` where no program is attached. */
  readonly action: number;
  /** The packet after the program: rewritten, longer or shorter. A copy. */
  readonly frame: Uint8Array;
  /** Name of the program that decided; undefined where none is attached. */
  readonly program: string | undefined;
}

/** The XDP programs of a kernel, by interface. */
export class XdpHook {
  readonly #kernel: Kernel;
  /** By interface: the runs of its program, undefined where it has none. As attachments were at `#version`. */
  readonly #byInterface = new Map<number, XdpRuns | undefined>();
  #version = -1;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Runs of the interface's program: the one attached to just this interface, or else to all of them. */
  runsOn(ifIndex: number): XdpRuns | undefined {
    const { hooks } = this.#kernel;
    if (this.#version !== hooks.version) {
      this.#byInterface.clear();
      this.#version = hooks.version;
    }
    const known = this.#byInterface.get(ifIndex);
    if (known !== undefined || this.#byInterface.has(ifIndex)) return known;
    const program = this.#programOn(ifIndex);
    const runs = program === undefined ? undefined : new XdpRuns(this.#kernel, program, ifIndex);
    this.#byInterface.set(ifIndex, runs);
    return runs;
  }

  /** Lets one frame arrive. */
  receive(ifIndex: number, frame: Uint8Array): XdpOutcome {
    assertBytes(frame, "A frame");
    const runs = this.runsOn(ifIndex);
    if (runs === undefined) return { action: XdpAction.PASS, frame: frame.slice(), program: undefined };
    const { context } = this.#kernel;
    context.fill(runs.program.type, runs.template, frame);
    const action = this.#kernel.run(runs.program, context.address);
    return { action, frame: context.data(), program: runs.program.options.name };
  }

  #programOn(ifIndex: number): KernelProgram | undefined {
    const attached = this.#kernel.hooks.on("xdp");
    const own = attached.find((each) => ifIndexOf(each) === ifIndex);
    return (own ?? attached.find((each) => ifIndexOf(each) === EVERY_INTERFACE))?.program;
  }
}

function ifIndexOf({ parameter }: Attachment): number {
  if (parameter.length < 4) return EVERY_INTERFACE;
  return new DataView(parameter.buffer, parameter.byteOffset, 4).getUint32(0, true);
}
