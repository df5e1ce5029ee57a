import { failure } from "../engine/index.ts";
import { type ContextRow, EbpfResult, type ProgramTypeRow } from "../platform/index.ts";
import { descriptor, type Region } from "../vm/index.ts";
import type { Kernel } from "./kernel.ts";

/** Bytes for the largest context structure. */
const CONTEXT_BYTES = 256;
/** Largest data (a packet), as the verifier assumes (PREVAIL's max_packet_size). */
const LARGEST_DATA = 65_535;
/** Bytes in front of the data that `bpf_xdp_adjust_head` can reach (Windows' test provider gives as many at once). */
const HEADROOM = 65_536;

/** A context and data that are put aside. */
export interface SavedContext {
  readonly uses: number;
  readonly row: ContextRow | undefined;
  readonly context: Uint8Array;
  readonly data: Uint8Array;
  readonly start: number;
  readonly metadata: number;
  readonly lowest: number;
}

/**
 * The context and data of the run under way, in kernel memory. One of each serves all runs of a kernel: runs do not
 * overlap. Pointer fields of contexts are 64-bit; addresses fill their low halves.
 */
export class RunContext {
  readonly #kernel: Kernel;
  #row: ContextRow | undefined;
  #context = 0;
  #buffer = 0;
  #regions: { readonly context: Region; readonly data: Region } | undefined;
  #start = 0;
  /** First address that the data may be made to begin at. */
  #lowest = 0;
  /** Where memory begins that is the data's own; data that is to begin before it moves to the buffer. */
  #floor = 0;
  #end = 0;
  /** Descriptor that is told where the data is; 0 for none. */
  #descriptor = 0;
  /** Counts calls of `fill` and `open`: who kept the number sees whether others were here. */
  #uses = 0;
  /** Bytes of metadata in front of the data. */
  #metadata = 0;

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

  /** Changes whenever the context is used anew. */
  get uses(): number {
    return this.#uses;
  }

  /** Whether the data lies in the buffer that all runs share. */
  get isInBuffer(): boolean {
    return this.#start >= this.#buffer && this.#end <= this.#buffer + HEADROOM + LARGEST_DATA;
  }

  /** Whether the context of the program type has pointers to data. */
  get hasData(): boolean {
    return (this.#row?.data ?? -1) >= 0;
  }

  /**
   * Puts the context, as far as `type` has bytes for it, and `data` where the program will see them. Missing bytes are
   * zero, and so are data pointers where `data` is absent; `headroom` bytes in front of it can be reached, and its
   * first `metadata` bytes are metadata: the data proper begins behind them. Throws `EBPF_INVALID_ARGUMENT` for data
   * over 65,535 bytes.
   */
  fill(
    type: ProgramTypeRow,
    context: Uint8Array,
    data: Uint8Array | undefined,
    headroom = HEADROOM,
    metadata = 0,
  ): void {
    const length = data?.length ?? 0;
    if (length > LARGEST_DATA) {
      throw failure(EbpfResult.INVALID_ARGUMENT, `Data of ${length} bytes is longer than ${LARGEST_DATA}`);
    }
    const { address, row } = this.open(type);
    const { bytes } = this.#kernel.memory;
    bytes.fill(0, address, address + CONTEXT_BYTES);
    bytes.set(context.subarray(0, row.size), address);
    const start = this.#buffer + HEADROOM;
    if (data !== undefined) bytes.set(data, start);
    this.#lowest = start - headroom;
    this.#floor = this.#lowest;
    this.#metadata = data === undefined ? 0 : metadata;
    this.#move(data === undefined ? 0 : start + metadata, data === undefined ? 0 : start + length);
    this.point();
  }

  /**
   * Makes the context one of the program type, for runs that fill it themselves; where it is, its layout, and the region
   * of the data. Throws `EBPF_INVALID_ARGUMENT` where the type has no context.
   */
  open(type: ProgramTypeRow): { readonly address: number; readonly row: ContextRow; readonly data: Region } {
    const row = type.context;
    if (row === undefined) throw failure(EbpfResult.INVALID_ARGUMENT, `Programs of type ${type.name} have no context`);
    const { context, data } = this.#prepare();
    this.#row = row;
    this.#descriptor = 0;
    this.#metadata = 0;
    this.#uses++;
    this.#kernel.regions.move(context, this.#context, this.#context + row.size);
    return { address: this.#context, row, data };
  }

  /**
   * The data is what lies in kernel memory as the descriptor at `address` says (see the machine's series); the descriptor
   * follows it from now on. The context has its pointers already.
   */
  enter(address: number): void {
    const { data } = this.#kernel.memory;
    const start = data.getUint32(address + descriptor.address, true);
    this.#descriptor = 0;
    this.#lowest = start - HEADROOM;
    this.#floor = start;
    this.#move(start, start + data.getUint32(address + descriptor.length, true));
    this.#descriptor = address;
  }

  /**
   * Writes the context's pointers to the data: where several programs run on one context, the one before may have spoilt
   * them, if nothing proved that it does not.
   */
  point(): void {
    const row = this.#row;
    if (row === undefined) return;
    this.#point(row.data, this.#start);
    this.#point(row.end, this.#end);
    this.#point(row.meta, this.#start - this.#metadata);
  }

  /** Moves the data's start by `delta` bytes, towards its end where positive; false where there is no room. */
  adjustHead(context: number, delta: number): boolean {
    const start = this.#start + delta;
    if (context !== this.#context || start > this.#end || start < this.#lowest) return false;
    const before = this.#start;
    const by = start < this.#floor ? this.#relocate() : 0;
    if (delta < 0) this.#kernel.memory.bytes.fill(0, start + by, before + by);
    this.#move(start + by, this.#end + by);
    this.point();
    return true;
  }

  /** The data as it is now, copied, with the metadata in front of it. */
  data(): Uint8Array {
    return this.#kernel.memory.bytes.slice(this.#start - this.#metadata, this.#end);
  }

  /** The context as a caller gets it back: pointer fields are zero. */
  context(): Uint8Array {
    const row = this.#row;
    const copy = this.#kernel.memory.bytes.slice(this.#context, this.#context + (row?.size ?? 0));
    for (const at of [row?.data, row?.end, row?.meta]) if (at !== undefined && at >= 0) copy.fill(0, at, at + 8);
    return copy;
  }

  /** What another use of the context would overwrite; `restore` puts it back. */
  save(): SavedContext {
    const { bytes } = this.#kernel.memory;
    return {
      uses: this.#uses,
      row: this.#row,
      context: bytes.slice(this.#context, this.#context + CONTEXT_BYTES),
      data: bytes.slice(this.#start - this.#metadata, this.#end),
      start: this.#start,
      metadata: this.#metadata,
      lowest: this.#lowest,
    };
  }

  /** Makes all as it was when it was saved, unless nobody was here since. Data that lay elsewhere is not touched. */
  restore({ uses, row, context, data, start, metadata, lowest }: SavedContext): void {
    if (uses === this.#uses || row === undefined) return;
    const { memory, regions } = this.#kernel;
    const { context: region } = this.#prepare();
    this.#row = row;
    this.#uses++;
    memory.bytes.set(context, this.#context);
    memory.bytes.set(data, start - metadata);
    this.#descriptor = 0;
    this.#metadata = metadata;
    this.#lowest = lowest;
    this.#floor = lowest;
    regions.move(region, this.#context, this.#context + row.size);
    this.#move(start, start - metadata + data.length);
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

  /** Moves data that has no room in front of it to where there is; by how many bytes. */
  #relocate(): number {
    const { bytes } = this.#kernel.memory;
    const by = this.#buffer + HEADROOM - this.#floor;
    bytes.copyWithin(this.#floor + by, this.#floor, this.#end);
    this.#lowest += by;
    this.#floor = this.#lowest;
    return by;
  }

  #move(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    const { memory, regions } = this.#kernel;
    if (this.#regions !== undefined) regions.move(this.#regions.data, start - this.#metadata, end);
    if (this.#descriptor === 0) return;
    memory.data.setUint32(this.#descriptor + descriptor.address, start, true);
    memory.data.setUint32(this.#descriptor + descriptor.length, end - start, true);
  }

  #point(at: number, address: number): void {
    if (at < 0) return;
    this.#kernel.memory.data.setUint32(this.#context + at, address, true);
    this.#kernel.memory.data.setUint32(this.#context + at + 4, 0, true);
  }
}
