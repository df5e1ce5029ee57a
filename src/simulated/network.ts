import { EbpfError } from "../errors.ts";
import { receiveXdp, type XdpOutcome } from "./hooks/xdp.ts";
import type { Kernel } from "./kernel.ts";

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
    if (!Number.isInteger(ifIndex) || ifIndex < 1 || ifIndex > 0xffff_ffff) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `${ifIndex} is not an interface index`, {
        hint: "Interfaces are counted from 1.",
      });
    }
    return receiveXdp(this.#kernel, ifIndex, frame);
  }
}
