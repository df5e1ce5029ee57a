import { EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";

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
  readonly #listeners = new Set<() => void>();
  #data = 0;
  #waiter: (() => void) | undefined;

  constructor(kernel: Kernel, size: number) {
    this.#kernel = kernel;
    this.size = size;
  }

  /** Throws `EBPF_NO_MEMORY`. */
  prepare(): void {
    this.#data = this.#kernel.memory.allocate(this.size, "metadata");
  }

  destroy(): void {
    if (this.#data !== 0) this.#kernel.memory.free(this.#data);
  }

  /** Appends one record made of `parts`, `[address, length]` each; tells listeners. */
  output(parts: readonly (readonly [number, number])[]): number {
    const length = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
    const total = recordBytes(length);
    if (length === 0 || total > this.size) return EbpfResult.INVALID_ARGUMENT;
    if (this.producer - this.consumer + total > this.size) {
      this.lost++;
      return EbpfResult.NO_MEMORY;
    }
    const { memory } = this.#kernel;
    memory.data.setUint32(this.#data + (this.producer % this.size), length, true);
    let at = this.producer + HEADER_BYTES;
    for (const [address, bytes] of parts) {
      this.#write(at, memory.bytes.subarray(address, address + bytes));
      at += bytes;
    }
    this.producer += total;
    this.#waiter?.();
    for (const listener of [...this.#listeners]) listener();
    return EbpfResult.SUCCESS;
  }

  /** The record at `offset`, copied, and the offset of the next; undefined at the producer's offset. */
  read(offset: number): { readonly data: Uint8Array; readonly next: number } | undefined {
    if (offset >= this.producer) return undefined;
    const length = this.#kernel.memory.data.getUint32(this.#data + (offset % this.size), true) & 0x3fff_ffff;
    return { data: this.bytes(offset + HEADER_BYTES, length), next: offset + recordBytes(length) };
  }

  /** `length` bytes from `offset` on, copied; they go on at the start of the ring where they reach its end. */
  bytes(offset: number, length: number): Uint8Array {
    const { bytes } = this.#kernel.memory;
    const copy = new Uint8Array(length);
    const start = offset % this.size;
    const first = Math.min(length, this.size - start);
    copy.set(bytes.subarray(this.#data + start, this.#data + start + first));
    copy.set(bytes.subarray(this.#data, this.#data + length - first), first);
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

  #write(offset: number, data: Uint8Array): void {
    const { bytes } = this.#kernel.memory;
    const start = offset % this.size;
    const first = Math.min(data.length, this.size - start);
    bytes.set(data.subarray(0, first), this.#data + start);
    bytes.set(data.subarray(first), this.#data);
  }
}

/** Windows' checks of a ring's size: a power of two, or INVALID_ARGUMENT; whole pages, or NO_MEMORY. */
export function checkRingSize(size: number): number {
  if ((size & (size - 1)) !== 0) return EbpfResult.INVALID_ARGUMENT;
  return size % 4096 === 0 ? EbpfResult.SUCCESS : EbpfResult.NO_MEMORY;
}
