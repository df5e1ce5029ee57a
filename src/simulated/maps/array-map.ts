import { type MapOptions, UpdateFlag } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Region } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { checkUpdateFlags, KernelMap } from "./kernel-map.ts";

/**
 * `BPF_MAP_TYPE_ARRAY`: every index exists from the start, values lie in one block, updates copy in place. Rules and
 * results as libs/execution_context/ebpf_maps.c has them; they differ from Linux' (delete writes zeros, no E2BIG).
 */
export class ArrayMap extends KernelMap {
  readonly #stride: number;
  #values = 0;
  #region: Region | undefined;

  constructor(kernel: Kernel, options: MapOptions) {
    super(kernel, options);
    this.#stride = (options.valueSize + 7) & ~7;
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
      stride: this.#stride,
      size: valueSize,
      writable: true,
    });
  }

  override get firstValue(): number {
    return this.#values;
  }

  override lookup(key: number): number {
    const index = this.#index(key);
    return index < this.options.maxEntries ? this.#values + index * this.#stride : 0;
  }

  override update(key: number, value: number, flags: number): number {
    // The element always exists, so NOEXIST can never hold: Windows answers EINVAL, not EEXIST.
    if (checkUpdateFlags(flags) !== EbpfResult.SUCCESS || flags === UpdateFlag.NOEXIST) {
      return EbpfResult.INVALID_ARGUMENT;
    }
    const target = this.lookup(key);
    if (target === 0) return EbpfResult.INVALID_ARGUMENT;
    this.memory.bytes.copyWithin(target, value, value + this.options.valueSize);
    return EbpfResult.SUCCESS;
  }

  override delete(key: number): number {
    const target = this.lookup(key);
    if (target === 0) return EbpfResult.INVALID_ARGUMENT;
    this.memory.bytes.fill(0, target, target + this.options.valueSize);
    return EbpfResult.SUCCESS;
  }

  override nextKey(previous: number, into: number): number {
    // An index of 0xffffffff wraps to 0, as the addition in Windows does.
    const next = previous === 0 ? 0 : (this.#index(previous) + 1) >>> 0;
    if (next >= this.options.maxEntries) return EbpfResult.NO_MORE_KEYS;
    const { bytes } = this.memory;
    for (let i = 0; i < this.options.keySize; i++) bytes[into + i] = i < 4 ? next >>> (8 * i) : 0;
    return EbpfResult.SUCCESS;
  }

  protected override destroy(): void {
    if (this.#region !== undefined) this.kernel.regions.remove(this.#region);
    if (this.#values !== 0) this.memory.free(this.#values);
    super.destroy();
  }

  /** The first four bytes of the key, little-endian; missing ones are zero. */
  #index(key: number): number {
    const { bytes } = this.memory;
    let index = 0;
    for (let i = Math.min(this.options.keySize, 4) - 1; i >= 0; i--) index = (index << 8) | bytes[key + i];
    return index >>> 0;
  }
}
