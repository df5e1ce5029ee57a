import { EbpfError } from "../../errors.ts";
import type { Memory, Region, Regions } from "../../vm/index.ts";
import { clearBytes } from "./copy-bytes.ts";

/** How an element of a pool may be touched by programs: absent for metadata, which they must not see. */
export interface PoolVisibility {
  readonly regions: Regions;
  readonly name: string;
  /** Bytes that programs may touch at once; the rest of the stride is padding. */
  readonly size: number;
  /** Bytes from one such piece to the next, where an element holds several (a value for each CPU); else the element. */
  readonly stride?: number;
}

const SMALLEST_SLAB = 16;
const LARGEST_SLAB_BYTES = 1 << 20;

/** Equal-sized elements of kernel memory, taken from slabs that grow with use. Elements are zeroed when taken. */
export class Pool {
  readonly #memory: Memory;
  readonly #stride: number;
  readonly #visible: PoolVisibility | undefined;
  readonly #slabs: { readonly start: number; readonly end: number }[] = [];
  readonly #regions: Region[] = [];
  readonly #free: number[] = [];
  #nextSlab = SMALLEST_SLAB;

  /** `stride` is bytes from one element to the next, a multiple of 8. */
  constructor(memory: Memory, stride: number, visible?: PoolVisibility) {
    this.#memory = memory;
    this.#stride = stride;
    this.#visible = visible;
  }

  /** Address of a zeroed element, or one that the caller writes as a whole; 0 when the kernel's memory is used up. */
  take(isWritten = false): number {
    if (this.#free.length === 0) this.#grow();
    const address = this.#free.pop();
    if (address === undefined) return 0;
    if (!isWritten) clearBytes(this.#memory.bytes, address, this.#stride);
    return address;
  }

  /** Whether there is an element at this address. */
  owns(address: number): boolean {
    for (let i = this.#slabs.length - 1; i >= 0; i--) {
      const { start, end } = this.#slabs[i];
      if (address >= start && address < end) return (address - start) % this.#stride === 0;
    }
    return false;
  }

  /** Takes an element back. */
  give(address: number): void {
    this.#free.push(address);
  }

  /** Frees every slab: all elements, taken or not. */
  destroy(): void {
    for (const region of this.#regions) this.#visible?.regions.remove(region);
    for (const { start } of this.#slabs) this.#memory.free(start);
  }

  #grow(): void {
    const count = this.#nextSlab;
    const bytes = count * this.#stride;
    const start = this.#allocate(bytes);
    if (start === undefined) return;
    this.#slabs.push({ start, end: start + bytes });
    if (this.#visible !== undefined) {
      const { regions, name, size, stride = this.#stride } = this.#visible;
      const region = {
        kind: "map-value",
        name,
        start,
        end: start + bytes,
        stride,
        size,
        writable: true,
      } as const;
      this.#regions.push(regions.add(region));
    }
    // Last in, first out: push from the end so that addresses are taken in ascending order.
    for (let i = count - 1; i >= 0; i--) this.#free.push(start + i * this.#stride);
    if (bytes * 2 <= LARGEST_SLAB_BYTES) this.#nextSlab = count * 2;
  }

  #allocate(bytes: number): number | undefined {
    try {
      return this.#memory.allocate(bytes, this.#visible === undefined ? "metadata" : "data");
    } catch (error) {
      if (error instanceof EbpfError && error.code === "EBPF_NO_MEMORY") return undefined;
      throw error;
    }
  }
}
