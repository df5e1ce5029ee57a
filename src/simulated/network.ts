import { EbpfError } from "../errors.ts";
import type { XdpOutcome } from "./hooks/xdp.ts";
import type { Kernel } from "./kernel.ts";
import { PacketBatch, type PacketBatchOptions } from "./packet-batch.ts";

/** The simulated machine's network. It has an interface for every index from 1 up; nothing needs to be set up. */
export class Network {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Lets `frame` (from the Ethernet header on) arrive on an interface and answers with what its XDP program made of it.
   *
   * Throws `EBPF_INVALID_ARGUMENT` for an index below 1 or a frame over 65,535 bytes, and what the program's run
   * throws: `EBPF_FAULT`, `EBPF_BUDGET_EXCEEDED`.
   */
  receive(ifIndex: number, frame: Uint8Array): XdpOutcome {
    this.checkInterface(ifIndex);
    return this.#kernel.xdp.receive(ifIndex, frame);
  }

  /**
   * Lets frames arrive on an interface one after the other: what `receive` gives for each, at less cost. For many
   * packets, keep a `batch`.
   *
   * Throws what `receive` throws, of the first frame that does: those before it have arrived.
   */
  receiveBatch(ifIndex: number, frames: readonly Uint8Array[]): XdpOutcome[] {
    this.checkInterface(ifIndex);
    if (frames.length === 0) return [];
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    const batch = this.batch({ packets: frames.length, bytes: Math.max(bytes, 1) });
    try {
      for (const frame of frames) batch.add(frame);
      batch.receive(ifIndex);
      const program = this.#kernel.xdp.runsOn(ifIndex)?.program.options.name;
      return frames.map((_, index) => ({ action: batch.action(index), frame: batch.frame(index), program }));
    } finally {
      batch.close();
    }
  }

  /**
   * Room for packets in the kernel's memory, to be filled and received again and again.
   *
   * Throws `EBPF_INVALID_ARGUMENT` for sizes that are no positive whole numbers, `EBPF_NO_MEMORY` where the kernel has
   * not that much.
   */
  batch(options: PacketBatchOptions = {}): PacketBatch {
    return new PacketBatch(this.#kernel, options);
  }

  /** @internal Throws `EBPF_INVALID_ARGUMENT` where there is no such interface. */
  checkInterface(ifIndex: number): void {
    if (Number.isInteger(ifIndex) && ifIndex >= 1 && ifIndex <= 0xffff_ffff) return;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${ifIndex} is not an interface index`, {
      hint: "Interfaces are counted from 1.",
    });
  }
}
