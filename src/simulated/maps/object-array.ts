import { UpdateFlag } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { KernelObject } from "../objects.ts";
import { arrayIndex, nextArrayKey } from "./array-index.ts";
import { KernelMap } from "./kernel-map.ts";
import { ObjectReferences } from "./object-references.ts";

const ID_BYTES = 4;

/**
 * An array whose elements refer to maps or programs. User calls read ids and write handles; empty elements are listed
 * but not found. The contents go with the last user reference, so that cycles cannot keep themselves alive.
 */
export abstract class ObjectArray extends KernelMap {
  protected readonly objects = new ObjectReferences();
  /** Ids, 0 for an empty element, in the metadata arena. */
  #ids = 0;

  override prepare(): void {
    super.prepare();
    this.#ids = this.memory.allocate(this.options.maxEntries * ID_BYTES, "metadata");
  }

  /** Whether an element may refer to `object`: an `ebpf_result_t`. */
  protected abstract check(object: KernelObject): number;

  /** The object that element `index` refers to. */
  at(index: number): KernelObject | undefined {
    if (index >= this.options.maxEntries) return undefined;
    return this.objects.get(this.memory.data.getUint32(this.#ids + index * ID_BYTES, true));
  }

  override find(key: number, remove: boolean): number {
    if (remove) return -EbpfResult.INVALID_ARGUMENT;
    const element = this.#element(key);
    return element !== 0 && this.#id(element) !== 0 ? element : -EbpfResult.OBJECT_NOT_FOUND;
  }

  /** For batches: the id at `key`, 0 for an empty element. */
  override findListed(key: number): number {
    return this.#element(key);
  }

  override updateObject(key: number, object: KernelObject | undefined, flags: number): number {
    const element = this.#element(key);
    if (flags === UpdateFlag.NOEXIST || element === 0) return EbpfResult.INVALID_ARGUMENT;
    if (object !== undefined) {
      const result = this.check(object);
      if (result !== EbpfResult.SUCCESS) return result;
      this.objects.add(object);
    }
    this.#replace(element, object?.id ?? 0);
    return EbpfResult.SUCCESS;
  }

  override push(): number {
    return EbpfResult.OPERATION_NOT_SUPPORTED;
  }

  override delete(key: number): number {
    const element = this.#element(key);
    if (element === 0) return EbpfResult.OBJECT_NOT_FOUND;
    this.#replace(element, 0);
    return EbpfResult.SUCCESS;
  }

  override nextKey(previous: number, into: number): number {
    return nextArrayKey(this, this.memory, previous, into);
  }

  protected override lostUsers(): void {
    for (let index = 0; index < this.options.maxEntries; index++) this.#replace(this.#ids + index * ID_BYTES, 0);
  }

  protected override destroy(): void {
    if (this.#ids !== 0) {
      this.lostUsers();
      this.memory.free(this.#ids);
    }
    super.destroy();
  }

  #element(key: number): number {
    const index = arrayIndex(this, this.memory, key);
    return index < this.options.maxEntries ? this.#ids + index * ID_BYTES : 0;
  }

  #id(element: number): number {
    return this.memory.data.getUint32(element, true);
  }

  #replace(element: number, id: number): void {
    const old = this.#id(element);
    this.memory.data.setUint32(element, id, true);
    this.objects.remove(old);
  }
}
