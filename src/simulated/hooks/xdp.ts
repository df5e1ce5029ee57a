import { failure, type TestRunOptions, type TestRunResult } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelProgram } from "../program.ts";
import { XDP_CONTEXT_BYTES, XdpContext } from "./xdp-context.ts";

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

/** The XDP hook of every interface: at most one program for each interface index, 0 standing for all the others. */
export class XdpHook {
  readonly #kernel: Kernel;
  readonly #context: XdpContext;
  readonly #programs = new Map<number, KernelProgram>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#context = new XdpContext(kernel);
  }

  /**
   * Attaches `program` to the interface whose index `parameter` holds (4 bytes, little-endian; empty for all), and
   * returns what detaches it. Throws `EBPF_ATTACH_FAILED` where a program is attached with the same index already.
   */
  attach(program: KernelProgram, parameter: Uint8Array): () => void {
    const view = new DataView(parameter.buffer, parameter.byteOffset, parameter.byteLength);
    const ifIndex = parameter.length >= 4 ? view.getUint32(0, true) : EVERY_INTERFACE;
    if (this.#programs.has(ifIndex)) {
      throw failure(
        EbpfResult.EXTENSION_FAILED_TO_LOAD,
        `Interface ${ifIndex === EVERY_INTERFACE ? "0 (all interfaces)" : ifIndex} has an XDP program already`,
        "Close the link of the other program first.",
      );
    }
    this.#programs.set(ifIndex, program);
    return () => this.#programs.delete(ifIndex);
  }

  /** Runs the interface's program on `frame`: the one attached to just this interface, or else to all of them. */
  receive(ifIndex: number, frame: Uint8Array): XdpOutcome {
    const program = this.#programs.get(ifIndex) ?? this.#programs.get(EVERY_INTERFACE);
    if (program === undefined) return { action: XdpAction.PASS, frame: frame.slice(), program: undefined };
    this.#context.fill(frame, ifIndex);
    const action = this.#kernel.run(program, this.#context.address);
    return { action, frame: this.#context.packet(), program: program.options.name };
  }

  /** Runs `program` on given data without any interface; one context serves all repetitions, as on Windows. */
  testRun(program: KernelProgram, options: TestRunOptions): TestRunResult {
    const { data = new Uint8Array(0), context, repeat = 1 } = options;
    if (context !== undefined && context.length < XDP_CONTEXT_BYTES) {
      throw failure(EbpfResult.INVALID_ARGUMENT, `A context of ${context.length} bytes is shorter than xdp_md_t (32)`);
    }
    const view = context && new DataView(context.buffer, context.byteOffset, context.byteLength);
    this.#context.fill(data, view?.getUint32(24, true) ?? 0);
    const start = performance.now();
    let returnValue = 0;
    for (let run = 0; run < repeat; run++) returnValue = this.#kernel.run(program, this.#context.address);
    const duration = Math.round(((performance.now() - start) * 1e6) / repeat);
    return { returnValue, data: this.#context.packet(), context: this.#context.context(), duration };
  }

  /** See `XdpContext.adjustHead`. */
  adjustHead(context: number, delta: number): boolean {
    return this.#context.adjustHead(context, delta);
  }
}
