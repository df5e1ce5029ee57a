import { assertInteger, assertObject } from "../arguments.ts";
import type { XdpOutcome } from "./hooks/xdp.ts";
import type { Kernel } from "./kernel.ts";
import { PacketBatch, type PacketBatchOptions } from "./packet-batch.ts";
import { type PacketEvent, type PacketEventOutcome, reportPacket } from "./packet-event.ts";
import type { Process } from "./processes/index.ts";
import {
  type BindOptions,
  type ConnectOptions,
  type ConnectOutcome,
  type IncomingOptions,
  SocketLayer,
  type SocketOptions,
  type SocketOutcome,
} from "./sockets/index.ts";

/**
 * The simulated machine's network. It has an interface for every index from 1 up, and the addresses 10.0.0.2 and
 * fd00::2; nothing needs to be set up. Frames go through XDP programs, sockets through all the others.
 */
export class Network {
  readonly #kernel: Kernel;
  readonly #sockets: SocketLayer;
  #packetGroups = 0n;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#sockets = new SocketLayer(kernel);
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
    assertObject(options, "What a batch takes");
    return new PacketBatch(this.#kernel, options);
  }

  /** @internal Throws `EBPF_INVALID_ARGUMENT` where there is no such interface. */
  checkInterface(ifIndex: number): void {
    assertInteger(ifIndex, "An interface index", 1);
  }

  /**
   * Connects a new socket to a peer. It is given a port (bind, bind4/6), connect4/6 programs may redirect or reject it,
   * those of connect_authorization4/6 have the last word, and sockops programs hear of the flow. Peers are taken to
   * answer; where one of this machine's own sockets listens there, it is asked (recv_accept4/6) and gets the other end.
   *
   * Throws `EBPF_INVALID_ARGUMENT` for addresses that are none, families that do not fit, a process that has ended.
   *
   * @example
   * const { allowed, redirectedTo, by } = await kernel.network.connect({ process, to: "10.0.0.1:443" });
   */
  async connect(options: ConnectOptions & SocketOptions): Promise<ConnectOutcome> {
    assertObject(options, "What connect takes");
    return this.#sockets.openAndConnect(options);
  }

  /**
   * Gives a new socket a port, if bind and bind4/6 programs let it have it. Throws as `connect` does. Ports are never
   * taken: several sockets may have the same.
   */
  async bind(options: BindOptions): Promise<SocketOutcome> {
    assertObject(options, "What bind takes");
    return this.#sockets.bind(options);
  }

  /** Binds a new TCP socket and lets it listen, if listen4/6 programs do not mind either. Throws as `connect` does. */
  async listen(options: BindOptions): Promise<SocketOutcome> {
    assertObject(options, "What listen takes");
    return this.#sockets.bindAndListen(options);
  }

  /**
   * Lets a peer connect to this machine, or send it a first datagram: recv_accept4/6 programs decide, sockops programs
   * hear of the flow. The listener gets the socket from `accept()`.
   *
   * Throws as `connect` does, and `EBPF_NOT_FOUND` where nobody listens.
   */
  async incoming(options: IncomingOptions): Promise<SocketOutcome> {
    assertObject(options, "What incoming takes");
    return this.#sockets.incoming(options);
  }

  /**
   * Lets the packet monitor report a packet that was dropped or passed: netevent programs get it, if it is of a type
   * that is captured. Throws `EBPF_INVALID_ARGUMENT` for other types and for packets over 65,478 bytes.
   */
  report(event: PacketEvent): PacketEventOutcome {
    assertObject(event, "A packet event");
    this.#packetGroups += 1n;
    return reportPacket(this.#kernel, event, this.#packetGroups);
  }

  /** @internal Closes what a process leaves open. */
  processEnded(process: Process): void {
    this.#sockets.processEnded(process);
  }
}
