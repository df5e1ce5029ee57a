import { failure } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Region } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";

/** Bytes of `xdp_md_t`: data, data_end, data_meta as 64-bit pointers, then ingress_ifindex (tests/include/xdp_hooks.h). */
export const XDP_CONTEXT_BYTES = 32;
const DATA = 0;
const DATA_END = 8;
const DATA_META = 16;
const IFINDEX = 24;

/** Largest packet, as the verifier assumes (PREVAIL's max_packet_size). */
export const LARGEST_PACKET = 65_535;
/** Bytes in front of a packet that `bpf_xdp_adjust_head` can reach (Windows' test provider gives as many at once). */
const HEADROOM = 65_536;

/**
 * The context and packet of the XDP run under way, in kernel memory. One of each serves all runs of a kernel: runs do
 * not overlap.
 */
export class XdpContext {
  readonly #kernel: Kernel;
  readonly #context: number;
  readonly #buffer: number;
  readonly #packet: Region;
  #start = 0;
  #end = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const { memory, regions } = kernel;
    this.#context = memory.allocate(XDP_CONTEXT_BYTES, "data");
    this.#buffer = memory.allocate(HEADROOM + LARGEST_PACKET, "data");
    regions.add({
      kind: "context",
      name: "context",
      start: this.#context,
      end: this.#context + XDP_CONTEXT_BYTES,
      writable: true,
    });
    this.#packet = regions.add({
      kind: "packet",
      name: "packet",
      start: this.#buffer,
      end: this.#buffer,
      writable: true,
    });
  }

  get address(): number {
    return this.#context;
  }

  /** Puts `frame` where the program will see it. Throws `EBPF_INVALID_ARGUMENT` for frames that are too long. */
  fill(frame: Uint8Array, ifIndex: number): void {
    if (frame.length > LARGEST_PACKET) {
      throw failure(EbpfResult.INVALID_ARGUMENT, `A packet of ${frame.length} bytes is longer than ${LARGEST_PACKET}`);
    }
    const { data, bytes } = this.#kernel.memory;
    bytes.fill(0, this.#context, this.#context + XDP_CONTEXT_BYTES);
    bytes.set(frame, this.#buffer + HEADROOM);
    this.#move(this.#buffer + HEADROOM, this.#buffer + HEADROOM + frame.length);
    data.setUint32(this.#context + IFINDEX, ifIndex, true);
  }

  /** Moves the packet's start by `delta` bytes, towards its end where positive; false where there is no room. */
  adjustHead(context: number, delta: number): boolean {
    const start = this.#start + delta;
    if (context !== this.#context || start > this.#end || start < this.#buffer) return false;
    if (delta < 0) this.#kernel.memory.bytes.fill(0, start, this.#start);
    this.#move(start, this.#end);
    return true;
  }

  /** The packet as it is now, copied. */
  packet(): Uint8Array {
    return this.#kernel.memory.bytes.slice(this.#start, this.#end);
  }

  /** The context as a test run gives it back: pointer fields are zero. */
  context(): Uint8Array {
    const copy = this.#kernel.memory.bytes.slice(this.#context, this.#context + XDP_CONTEXT_BYTES);
    return copy.fill(0, DATA, IFINDEX);
  }

  #move(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    const { data } = this.#kernel.memory;
    // Addresses are 32-bit: the upper halves of the pointer fields stay zero. There is no metadata before the packet.
    data.setUint32(this.#context + DATA, start, true);
    data.setUint32(this.#context + DATA_END, end, true);
    data.setUint32(this.#context + DATA_META, start, true);
    this.#kernel.regions.move(this.#packet, start, end);
  }
}
