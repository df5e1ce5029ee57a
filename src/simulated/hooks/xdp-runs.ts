import { DESCRIPTOR_BYTES, type PacketSeries, type Series } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelProgram } from "../program.ts";

/** Offset of ingress_ifindex in `xdp_md_t`, and the structure's bytes. */
const IFINDEX = 24;
const XDP_CONTEXT_BYTES = 32;

/** Packets of a batch, as the runs of a program on them need them. */
export interface XdpPackets {
  /** Address of the first descriptor. */
  readonly descriptors: number;
  /** Told before the run on packet `index` does anything that others can see. */
  enter(index: number): void;
}

/** The runs of one XDP program on packets of one interface. */
export class XdpRuns {
  readonly program: KernelProgram;
  /** `xdp_md_t` but for its pointers. */
  readonly template = new Uint8Array(XDP_CONTEXT_BYTES);
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, program: KernelProgram, ifIndex: number) {
    this.#kernel = kernel;
    this.program = program;
    new DataView(this.template.buffer).setUint32(IFINDEX, ifIndex, true);
  }

  /** The runs on the packets from `from` up to `to`. */
  seriesOf(packets: XdpPackets, from: number, to: number): Series {
    const { context, data: region, address } = this.#open();
    const inMemory: PacketSeries = {
      descriptors: packets.descriptors,
      region,
      template: this.template,
      pointers: { data: context.data, end: context.end, meta: context.meta },
    };
    return {
      next: from,
      end: to,
      context: address,
      packets: inMemory,
      enter: (index) => {
        packets.enter(index);
        this.#kernel.startRun(this.program);
        this.#kernel.context.enter(packets.descriptors + index * DESCRIPTOR_BYTES);
      },
    };
  }

  #open() {
    const { address, row, data } = this.#kernel.context.open(this.program.type);
    return { address, context: row, data };
  }
}
