import { failure } from "../engine/index.ts";
import { EbpfResult, type ProgramTypeRow } from "../platform/index.ts";
import type { Region } from "../vm/index.ts";
import type { Kernel } from "./kernel.ts";

/** Bytes for the largest context structure. */
const CONTEXT_BYTES = 256;
/** Largest data (a packet), as the verifier assumes (PREVAIL's max_packet_size). */
const LARGEST_DATA = 65_535;
/** Bytes in front of the data that `bpf_xdp_adjust_head` can reach (Windows' test provider gives as many at once). */
const HEADROOM = 65_536;

/**
 * The context and data of the run under way, in kernel memory. One of each serves all runs of a kernel: runs do not
 * overlap. Pointer fields of contexts are 64-bit; addresses fill their low halves.
 */
export class RunContext {
  readonly #kernel: Kernel;
  #row: ProgramTypeRow["context"];
  #context = 0;
  #buffer = 0;
  #regions: { readonly context: Region; readonly data: Region } | undefined;
  #start = 0;
  /** First address that the data may be made to begin at. */
  #lowest = 0;
  #end = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get address(): number {
    return this.#context;
  }

  /** Address of the first byte of data. */
  get dataStart(): number {
    return this.#start;
  }

  get dataLength(): number {
    return this.#end - this.#start;
  }

  /** Whether the context of the program type has pointers to data. */
  get hasData(): boolean {
    return (this.#row?.data ?? -1) >= 0;
  }

  /**
   * Puts the context, as far as `type` has bytes for it, and `data` where the program will see them. Missing bytes are
   * zero, and so are data pointers where `data` is absent; `headroom` bytes in front of it can be reached. Throws `EBPF_INVALID_ARGUMENT` for data over 65,535 bytes.
   */
  fill(type: ProgramTypeRow, context: Uint8Array, data: Uint8Array | undefined, headroom = HEADROOM): void {
    const row = type.context;
    if (row === undefined) throw failure(EbpfResult.INVALID_ARGUMENT, `Programs of type ${type.name} have no context`);
    if (data !== undefined && data.length > LARGEST_DATA) {
      throw failure(EbpfResult.INVALID_ARGUMENT, `Data of ${data.length} bytes is longer than ${LARGEST_DATA}`);
    }
    const regions = this.#prepare();
    const { bytes } = this.#kernel.memory;
    this.#row = row;
    bytes.fill(0, this.#context, this.#context + CONTEXT_BYTES);
    bytes.set(context.subarray(0, row.size), this.#context);
    this.#kernel.regions.move(regions.context, this.#context, this.#context + row.size);
    const start = this.#buffer + HEADROOM;
    if (data !== undefined) bytes.set(data, start);
    this.#lowest = start - headroom;
    this.#move(data === undefined ? 0 : start, data === undefined ? 0 : start + data.length);
  }

  /** Moves the data's start by `delta` bytes, towards its end where positive; false where there is no room. */
  adjustHead(context: number, delta: number): boolean {
    const start = this.#start + delta;
    if (context !== this.#context || start > this.#end || start < this.#lowest) return false;
    if (delta < 0) this.#kernel.memory.bytes.fill(0, start, this.#start);
    this.#move(start, this.#end);
    return true;
  }

  /** The data as it is now, copied. */
  data(): Uint8Array {
    return this.#kernel.memory.bytes.slice(this.#start, this.#end);
  }

  /** The context as a caller gets it back: pointer fields are zero. */
  context(): Uint8Array {
    const row = this.#row;
    const copy = this.#kernel.memory.bytes.slice(this.#context, this.#context + (row?.size ?? 0));
    for (const at of [row?.data, row?.end, row?.meta]) if (at !== undefined && at >= 0) copy.fill(0, at, at + 8);
    return copy;
  }

  #prepare(): { readonly context: Region; readonly data: Region } {
    if (this.#regions !== undefined) return this.#regions;
    const { memory, regions } = this.#kernel;
    this.#context = memory.allocate(CONTEXT_BYTES, "data");
    this.#buffer = memory.allocate(HEADROOM + LARGEST_DATA, "data");
    const context = regions.add({ kind: "context", name: "context", start: 0, end: 0, writable: true });
    const data = regions.add({ kind: "packet", name: "packet", start: 0, end: 0, writable: true });
    this.#regions = { context, data };
    return this.#regions;
  }

  #move(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    const row = this.#row;
    if (row !== undefined && this.#regions !== undefined) {
      // There is no metadata in front of the data.
      this.#point(row.data, start);
      this.#point(row.end, end);
      this.#point(row.meta, start);
      this.#kernel.regions.move(this.#regions.data, start, end);
    }
  }

  #point(at: number, address: number): void {
    if (at < 0) return;
    this.#kernel.memory.data.setUint32(this.#context + at, address, true);
    this.#kernel.memory.data.setUint32(this.#context + at + 4, 0, true);
  }
}
