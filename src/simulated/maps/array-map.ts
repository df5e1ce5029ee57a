import { type MapOptions, UpdateFlag } from "../../engine/index.ts";
import { EbpfResult, MapType } from "../../platform/index.ts";
import type { ArrayTable, LookupTable, Region } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { arrayIndex, nextArrayKey } from "./array-index.ts";
import { clearBytes, copyBytes } from "./copy-bytes.ts";
import { KernelMap } from "./kernel-map.ts";
import { pad8 } from "./pad.ts";

/**
 * `BPF_MAP_TYPE_ARRAY`: every index exists from the start, values lie in one block, updates copy in place. Rules and
 * results as libs/execution_context/ebpf_maps.c has them; they differ from Linux' (delete writes zeros, no E2BIG).
 */
export class ArrayMap extends KernelMap {
  readonly #stride: number;
  #values = 0;
  #region: Region | undefined;

  constructor(kernel: Kernel, options: MapOptions, valueBytes?: number) {
    super(kernel, options, valueBytes);
    this.#stride = pad8(this.valueBytes);
  }

  override prepare(): void {
    super.prepare();
    const { name, maxEntries, valueSize } = this.options;
    const length = this.#stride * maxEntries;
    this.#values = this.memory.allocate(length, "data");
    this.#region = this.kernel.regions.add({
      kind: "map-value",
      name,
      start: this.#values,
      end: this.#values + length,
      stride: pad8(valueSize),
      size: valueSize,
      writable: true,
    });
  }

  override get lookupTable(): LookupTable | undefined {
    return this.options.type === MapType.ARRAY ? this.arrayTable : undefined;
  }

  protected get arrayTable(): ArrayTable {
    const { keySize, valueSize, maxEntries } = this.options;
    return { kind: "array", keySize, valueSize, values: this.#values, stride: this.#stride, entries: maxEntries };
  }

  override get firstValue(): number {
    return this.#values;
  }

  override lookup(key: number): number {
    const index = arrayIndex(this, this.memory, key);
    return index < this.options.maxEntries ? this.#values + index * this.#stride : 0;
  }

  override find(key: number, remove: boolean): number {
    if (remove) return -EbpfResult.INVALID_ARGUMENT;
    const index = arrayIndex(this, this.memory, key);
    return index < this.options.maxEntries ? this.#values + index * this.#stride : -EbpfResult.OBJECT_NOT_FOUND;
  }

  override update(key: number, value: number, flags: number): number {
    // The element always exists, so NOEXIST can never hold: Windows answers EINVAL, not EEXIST. It takes any other flag.
    if (flags === UpdateFlag.NOEXIST) return EbpfResult.INVALID_ARGUMENT;
    const target = this.find(key, false);
    if (target < 0) return EbpfResult.INVALID_ARGUMENT;
    const { bytes } = this.memory;
    if (value === 0) clearBytes(bytes, target, this.valueBytes);
    else copyBytes(bytes, value, bytes, target, this.valueBytes);
    return EbpfResult.SUCCESS;
  }

  override push(): number {
    return EbpfResult.INVALID_ARGUMENT;
  }

  override delete(key: number): number {
    const target = this.find(key, false);
    if (target < 0) return EbpfResult.INVALID_ARGUMENT;
    this.memory.bytes.fill(0, target, target + this.valueBytes);
    return EbpfResult.SUCCESS;
  }

  override nextKey(previous: number, into: number): number {
    return nextArrayKey(this, this.memory, previous, into);
  }

  protected override destroy(): void {
    if (this.#region !== undefined) this.kernel.regions.remove(this.#region);
    if (this.#values !== 0) this.memory.free(this.#values);
    super.destroy();
  }
}
