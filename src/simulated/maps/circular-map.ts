import { type MapOptions, UpdateFlag } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import { damaged } from "./damage.ts";
import { KernelMap } from "./kernel-map.ts";
import { pad8 } from "./pad.ts";
import { Pool } from "./pool.ts";

/**
 * What queues and stacks share: a ring of slots, in the metadata arena, that hold the addresses of values. New values
 * enter at the end; `BPF_EXIST` on a full ring drops the one at the beginning, in stacks as well.
 */
export abstract class CircularMap extends KernelMap {
  readonly #values: Pool;
  #slots = 0;
  #begin = 0;
  #end = 0;

  constructor(kernel: Kernel, options: MapOptions) {
    super(kernel, options);
    const { name, valueSize } = options;
    this.#values = new Pool(kernel.memory, pad8(valueSize), { regions: kernel.regions, name, size: valueSize });
  }

  override prepare(): void {
    super.prepare();
    this.#slots = this.memory.allocate(this.options.maxEntries * 4, "metadata");
  }

  /** The slot that is read next, of a ring that holds its values in `[begin, end)`. */
  protected abstract next(begin: number, lastBeforeEnd: number): number;

  /** Where begin and end are once the slot that `next` gave is empty. */
  protected abstract removed(begin: number, end: number, size: number): { begin: number; end: number };

  override find(_key: number, remove: boolean): number {
    const size = this.options.maxEntries;
    const slot = this.#slots + this.next(this.#begin, (this.#end + size - 1) % size) * 4;
    const value = this.memory.data.getUint32(slot, true);
    if (value === 0) return -EbpfResult.OBJECT_NOT_FOUND;
    this.#check(value);
    if (remove) {
      this.memory.data.setUint32(slot, 0, true);
      const { begin, end } = this.removed(this.#begin, this.#end, size);
      this.#begin = begin;
      this.#end = end;
      this.kernel.retire(() => this.#values.give(value));
    }
    return value;
  }

  override update(_key: number, value: number, flags: number): number {
    const size = this.options.maxEntries;
    const slot = this.#slots + this.#end * 4;
    const oldest = this.memory.data.getUint32(slot, true);
    if (oldest !== 0) this.#check(oldest);
    const fresh = this.#values.take();
    if (fresh === 0) return EbpfResult.NO_MEMORY;
    if (oldest !== 0) {
      if ((flags & UpdateFlag.EXIST) === 0) {
        this.#values.give(fresh);
        return EbpfResult.OUT_OF_SPACE;
      }
      this.#begin = (this.#begin + 1) % size;
      this.kernel.retire(() => this.#values.give(oldest));
    }
    this.memory.bytes.copyWithin(fresh, value, value + this.options.valueSize);
    this.memory.data.setUint32(slot, fresh, true);
    this.#end = (this.#end + 1) % size;
    return EbpfResult.SUCCESS;
  }

  #check(value: number): void {
    if (!this.#values.owns(value)) throw damaged(this.options.name, "a slot holds no value of its own");
  }

  protected override destroy(): void {
    this.#values.destroy();
    if (this.#slots !== 0) this.memory.free(this.#slots);
    super.destroy();
  }
}
