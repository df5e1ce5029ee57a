import { EbpfError } from "../../errors.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import { copyBytes } from "./copy-bytes.ts";
import { damaged } from "./damage.ts";

/** Whole words up to here are sooner copied one by one than by a call. */
const FEW = 128;

/** Bytes of a record's header: length and flags, and the page it lies in (libs/shared/ebpf_ring_buffer_record.h). */
const HEADER_BYTES = 8;

/** Bytes that a record of `length` bytes of data takes in a ring. */
function recordBytes(length: number): number {
  return Math.ceil((HEADER_BYTES + length) / 8) * 8;
}

/**
 * A ring of records in the metadata arena, with one producer (programs, or a user call) and a consumer offset that all
 * readers share. Offsets are bytes and only grow; a record at offset `o` begins at byte `o % size`.
 */
export class Ring {
  /** Bytes. */
  readonly size: number;
  /** Offset behind the last record. */
  producer = 0;
  /** Offset of the first record that was not consumed; readers move it. */
  consumer = 0;
  /** Records that found no room. */
  lost = 0;
  readonly #kernel: Kernel;
  readonly #name: string;
  readonly #listeners = new Set<() => void>();
  #data = 0;
  #waiter: (() => void) | undefined;

  /** `name` is the map's, for errors. */
  constructor(kernel: Kernel, size: number, name: string) {
    this.#kernel = kernel;
    this.#name = name;
    this.size = size;
  }

  /** Throws `EBPF_NO_MEMORY`. */
  prepare(): void {
    this.#data = this.#kernel.memory.allocate(this.size, "metadata");
  }

  destroy(): void {
    if (this.#data !== 0) this.#kernel.memory.free(this.#data);
    this.#data = 0;
    this.consumer = this.producer;
    // Whoever waits for a record learns that there will be none.
    for (const listener of [...this.#listeners]) listener();
  }

  /** Appends one record: the bytes at `address`, and behind them those at `more`. Tells listeners. */
  output(address: number, bytes: number, more = 0, moreBytes = 0): number {
    const length = bytes + moreBytes;
    const total = recordBytes(length);
    if (length === 0 || total > this.size) return EbpfResult.INVALID_ARGUMENT;
    if (this.producer - this.consumer + total > this.size) {
      this.lost++;
      return EbpfResult.NO_MEMORY;
    }
    const { memory } = this.#kernel;
    memory.data.setUint32(this.#data + (this.producer % this.size), length, true);
    const at = this.producer + HEADER_BYTES;
    this.#write(at, address, bytes);
    if (moreBytes > 0) this.#write(at + bytes, more, moreBytes);
    this.producer += total;
    this.#waiter?.();
    if (this.#listeners.size > 0) for (const listener of [...this.#listeners]) listener();
    return EbpfResult.SUCCESS;
  }

  /** The record at `offset`, copied, and the offset of the next; undefined at the producer's offset. */
  read(offset: number): { readonly data: Uint8Array; readonly next: number } | undefined {
    if (offset >= this.producer) return undefined;
    if (!Number.isInteger(offset) || offset < 0 || offset % 8 !== 0) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `A ring has no record at offset ${offset}`);
    }
    const length = this.#kernel.memory.data.getUint32(this.#data + (offset % this.size), true) & 0x3fff_ffff;
    const next = offset + recordBytes(length);
    if (length === 0 || next > this.producer) throw damaged(this.#name, `a record has a length of ${length} bytes`);
    return { data: this.bytes(offset + HEADER_BYTES, length), next };
  }

  /** `length` bytes from `offset` on, copied; they go on at the start of the ring where they reach its end. */
  bytes(offset: number, length: number): Uint8Array {
    const { bytes } = this.#kernel.memory;
    const start = offset % this.size;
    if (length <= this.size - start) return bytes.slice(this.#data + start, this.#data + start + length);
    const copy = new Uint8Array(length);
    const first = this.size - start;
    copyBytes(bytes, this.#data + start, copy, 0, first);
    copyBytes(bytes, this.#data, copy, first, length - first);
    return copy;
  }

  /** Calls `wake` after every record in place of whoever was given before; Windows' rings have one wait handle. */
  setWaiter(wake: (() => void) | undefined): void {
    this.#waiter = wake;
  }

  /** Calls `listener` after every record, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Copies from kernel memory into the ring. */
  #write(offset: number, address: number, length: number): void {
    const { bytes, data } = this.#kernel.memory;
    const start = offset % this.size;
    if (length <= FEW && length % 8 === 0 && length <= this.size - start) {
      const to = this.#data + start;
      for (let at = 0; at < length; at += 4) data.setInt32(to + at, data.getInt32(address + at));
      return;
    }
    const first = Math.min(length, this.size - start);
    copyBytes(bytes, address, bytes, this.#data + start, first);
    if (first < length) copyBytes(bytes, address + first, bytes, this.#data, length - first);
  }
}

/** Windows' checks of a ring's size: a power of two, or INVALID_ARGUMENT; whole pages, or NO_MEMORY. */
export function checkRingSize(size: number): number {
  if ((size & (size - 1)) !== 0) return EbpfResult.INVALID_ARGUMENT;
  return size % 4096 === 0 ? EbpfResult.SUCCESS : EbpfResult.NO_MEMORY;
}
