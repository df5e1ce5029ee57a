import { assertBytes } from "../arguments.ts";
import { EbpfError } from "../errors.ts";
import { DESCRIPTOR_BYTES, descriptor } from "../vm/index.ts";
import { XdpAction } from "./hooks/xdp.ts";
import type { Kernel } from "./kernel.ts";

/** Longest frame, as for packets that arrive alone. */
const LONGEST_FRAME = 65_535;
/** Frames up to here are copied sooner than views of them are made. */
const SHORT_FRAME = 256;
const DEFAULT_PACKETS = 4096;
const DEFAULT_BYTES = 1 << 20;

export interface PacketBatchOptions {
  /** Packets that it holds at most: 4,096 unless given. */
  readonly packets?: number;
  /** Bytes of packets that it holds at most: 1 MiB unless given. */
  readonly bytes?: number;
}

/**
 * Packets in the simulated kernel's memory, which programs run on where they lie: nothing is copied or allocated for
 * each of them. What comes of them is what comes of `Network.receive`, one after the other.
 *
 * @example
 * const batch = runtime.network.batch({ packets: 1024 });
 * for (const frame of frames) batch.add(frame);
 * batch.receive(1);
 * for (let index = 0; index < batch.length; index++) console.log(batch.action(index), batch.frame(index));
 * batch.close();
 */
export class PacketBatch {
  /** @internal Address of the first packet's descriptor. */
  readonly descriptors: number;
  /** Packets that it holds at most. */
  readonly capacity: number;
  readonly #kernel: Kernel;
  /** Where packets that are added lie, and how much of it is taken. */
  readonly #start: number;
  readonly #bytes: number;
  #used = 0;
  #length = 0;
  /** When packets arrive, since the batch began: whole seconds and nanoseconds. Empty while all arrive at once. */
  #seconds = new Float64Array(0);
  #nanoseconds = new Float64Array(0);
  /** How much of that has passed. */
  #passedSeconds = 0;
  #passedNanoseconds = 0;
  /** Packet that the kernel was told of last. */
  #entered = -1;
  #received = 0;
  /** Memory of packets that outgrew their place. */
  readonly #moved: number[] = [];
  #isOpen = true;

  /** @internal Use `Network.batch`. */
  constructor(kernel: Kernel, { packets = DEFAULT_PACKETS, bytes = DEFAULT_BYTES }: PacketBatchOptions) {
    for (const size of [packets, bytes]) {
      if (Number.isInteger(size) && size > 0) continue;
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `a batch cannot be of ${packets} packets, ${bytes} bytes`);
    }
    this.#kernel = kernel;
    this.capacity = packets;
    this.#bytes = bytes;
    this.#start = kernel.memory.allocate(bytes, "data");
    try {
      this.descriptors = kernel.memory.allocate(packets * DESCRIPTOR_BYTES, "metadata");
    } catch (error) {
      kernel.memory.free(this.#start);
      throw error;
    }
  }

  /** Packets that were added. */
  get length(): number {
    return this.#length;
  }

  /** Packets that `receive` has run through; where it threw, the index of the packet whose run did. */
  get received(): number {
    return this.#received;
  }

  /**
   * Copies a frame into the batch; false where there is no room for it.
   *
   * Throws `EBPF_INVALID_ARGUMENT` for a frame over 65,535 bytes, `EBPF_CLOSED` after `close`.
   */
  add(frame: Uint8Array): boolean {
    this.#check(frame.length);
    if (frame.length === 0) assertBytes(frame, "A frame");
    const at = this.#used;
    if (frame.length > this.#bytes - at || this.#length === this.capacity) return false;
    this.#kernel.memory.bytes.set(frame, this.#start + at);
    this.#used = at + frame.length;
    this.#describe(this.#start + at, frame.length);
    return true;
  }

  /**
   * Copies bytes that hold packets among other things into the batch, in one piece: a part of a capture. Packets in it
   * are added by `addLoaded`. Replaces what was there, as `clear` does; false where the bytes are too many.
   *
   * Throws `EBPF_CLOSED` after `close`.
   */
  load(bytes: Uint8Array): boolean {
    this.clear();
    if (bytes.length > this.#bytes) return false;
    this.#kernel.memory.bytes.set(bytes, this.#start);
    this.#used = bytes.length;
    return true;
  }

  /** Adds the `length` bytes at `offset` of what was loaded as a packet; false where the batch has no more room. */
  addLoaded(offset: number, length: number): boolean {
    this.#check(length);
    if (this.#length === this.capacity) return false;
    if (!Number.isInteger(offset) || offset < 0 || !Number.isInteger(length) || offset + length > this.#used) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `no packet of ${length} bytes was loaded at ${offset}`);
    }
    this.#describe(this.#start + offset, length);
    return true;
  }

  /**
   * Lets the packet that was added last arrive so long after the batch begins, in whole seconds and nanoseconds below a
   * second. The clock does not go back for packets that are to arrive earlier than those before them.
   */
  arriveAfter(seconds: number, nanoseconds: number): void {
    if (this.#seconds.length === 0) {
      this.#seconds = new Float64Array(this.capacity);
      this.#nanoseconds = new Float64Array(this.capacity);
    }
    const last = this.#length - 1;
    this.#seconds[last] = seconds;
    this.#nanoseconds[last] = nanoseconds;
  }

  /**
   * Lets the packets from `from` on, up to `to`, arrive on an interface, one after the other.
   *
   * Throws what a run throws, `EBPF_FAULT` or `EBPF_BUDGET_EXCEEDED`; `received` then says which packet it was, and those
   * behind it can still be received. `EBPF_INVALID_ARGUMENT` for an index below 1, `EBPF_CLOSED` after `close`.
   */
  receive(ifIndex: number, from = 0, to: number = this.#length): void {
    this.#check(0);
    this.#kernel.network.checkInterface(ifIndex);
    const end = Math.min(to, this.#length);
    const runs = this.#kernel.xdp.runsOn(ifIndex);
    if (runs === undefined) {
      for (let index = from; index < end; index++) this.#write(index, descriptor.verdict, XdpAction.PASS);
      this.#received = end;
    } else if (from < end) {
      const series = runs.seriesOf(this, from, end);
      this.#entered = -1;
      try {
        this.#kernel.runSeries(runs.program, series);
      } finally {
        this.#keepMoved();
        this.#received = series.next;
      }
    }
    if (end > 0) this.#passTo(end - 1);
  }

  /** What became of packet `index`: the program's return value, `XdpAction.PASS` where none is attached. */
  action(index: number): number {
    return this.#read(index, descriptor.verdict);
  }

  /** Bytes of packet `index` as it is now. */
  frameLength(index: number): number {
    return this.#read(index, descriptor.length);
  }

  /** Packet `index` as it is now: rewritten, longer or shorter. A view of the kernel's memory, gone with the next call. */
  view(index: number): Uint8Array {
    const start = this.#read(index, descriptor.address);
    return this.#kernel.memory.bytes.subarray(start, start + this.frameLength(index));
  }

  /** Copies packet `index` as it is now into `into`, from offset `at` on. Throws a `RangeError` where it has no room. */
  copy(index: number, into: DataView, at: number): void {
    const start = this.#read(index, descriptor.address);
    const length = this.frameLength(index);
    if (length > SHORT_FRAME) {
      new Uint8Array(into.buffer, into.byteOffset + at, length).set(this.view(index));
      return;
    }
    const { data } = this.#kernel.memory;
    const whole = length & ~3;
    for (let done = 0; done < whole; done += 4) into.setUint32(at + done, data.getUint32(start + done));
    for (let done = whole; done < length; done++) into.setUint8(at + done, data.getUint8(start + done));
  }

  /** Packet `index` as it is now. A copy. */
  frame(index: number): Uint8Array {
    return this.view(index).slice();
  }

  /** Takes all packets out. */
  clear(): void {
    this.#check(0);
    this.#used = 0;
    this.#length = 0;
    this.#received = 0;
    this.#passedSeconds = 0;
    this.#passedNanoseconds = 0;
    this.#seconds.fill(0);
    this.#nanoseconds.fill(0);
    for (const address of this.#moved.splice(0)) this.#kernel.memory.free(address);
  }

  /** Gives its memory back. Idempotent. */
  close(): void {
    if (!this.#isOpen) return;
    this.clear();
    this.#isOpen = false;
    this.#kernel.memory.free(this.#start);
    this.#kernel.memory.free(this.descriptors);
  }

  /** @internal */
  enter(index: number): void {
    this.#keepMoved();
    this.#entered = index;
    this.#passTo(index);
  }

  /** Takes a packet that outgrew its place out of the buffer that it went to, before another does. */
  #keepMoved(): void {
    const { context, memory } = this.#kernel;
    const index = this.#entered;
    this.#entered = -1;
    if (index < 0 || !context.isInBuffer) return;
    const frame = context.data();
    const address = memory.allocate(frame.length, "data");
    memory.bytes.set(frame, address);
    this.#moved.push(address);
    this.#write(index, descriptor.address, address);
  }

  #passTo(index: number): void {
    if (this.#seconds.length === 0) return;
    const seconds = this.#seconds[index];
    const nanoseconds = this.#nanoseconds[index];
    const elapsed = seconds - this.#passedSeconds || nanoseconds - this.#passedNanoseconds;
    if (elapsed <= 0) return;
    this.#kernel.clock.pass(seconds - this.#passedSeconds, nanoseconds - this.#passedNanoseconds);
    this.#passedSeconds = seconds;
    this.#passedNanoseconds = nanoseconds;
  }

  #describe(address: number, length: number): void {
    const { data } = this.#kernel.memory;
    const at = this.descriptors + this.#length * DESCRIPTOR_BYTES;
    data.setUint32(at + descriptor.address, address, true);
    data.setUint32(at + descriptor.length, length, true);
    data.setUint32(at + descriptor.verdict, 0, true);
    this.#length++;
  }

  #read(index: number, field: number): number {
    this.#check(0);
    if (index >= 0 && index < this.#length) {
      return this.#kernel.memory.data.getUint32(this.descriptors + index * DESCRIPTOR_BYTES + field, true);
    }
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `there is no packet ${index} in a batch of ${this.#length}`);
  }

  #write(index: number, field: number, value: number): void {
    this.#kernel.memory.data.setUint32(this.descriptors + index * DESCRIPTOR_BYTES + field, value, true);
  }

  #check(length: number): void {
    if (!this.#isOpen) throw new EbpfError("EBPF_CLOSED", "The batch is closed");
    if (length <= LONGEST_FRAME) return;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `Data of ${length} bytes is longer than ${LONGEST_FRAME}`);
  }
}
