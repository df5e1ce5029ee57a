import type { MapOptions } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import { HashMap } from "./hash-map.ts";

/**
 * Provides maps of a custom type, as an extension does on Windows. Entries lie in a hash table of the kernel that takes
 * no more than the map's entries; the provider may refuse what is about to be done with them by answering false. Keys
 * and values are copies. Programs see a refused lookup as an entry that is not there; all other refusals are
 * INVALID_ARGUMENT.
 */
export interface MapProvider {
  /** Map type number: `MapType.SAMPLE_HASH_MAP` or `MapType.XSKMAP`. */
  readonly type: number;
  /** A map is about to be made. Sizes are bytes. */
  create?(map: {
    readonly name: string;
    readonly keySize: number;
    readonly valueSize: number;
    readonly maxEntries: number;
  }): boolean;
  lookup?(key: Uint8Array, value: Uint8Array): boolean;
  update?(key: Uint8Array, value: Uint8Array): boolean;
  delete?(key: Uint8Array): boolean;
}

/** A map whose type is not the kernel's own. */
export class CustomMap extends HashMap {
  readonly #provider: MapProvider;

  constructor(kernel: Kernel, options: MapOptions, provider: MapProvider) {
    super(kernel, options, undefined, { limited: true });
    this.#provider = provider;
  }

  override find(key: number, remove: boolean): number {
    const value = super.find(key, false);
    if (value <= 0) return value;
    const { keySize, valueSize } = this.options;
    const given = [this.#copy(key, keySize), this.#copy(value, valueSize)] as const;
    if (this.#provider.lookup?.(...given) === false) return -EbpfResult.INVALID_ARGUMENT;
    if (!remove) return value;
    const removed = this.delete(key);
    return removed === EbpfResult.SUCCESS ? value : -removed;
  }

  override lookup(key: number): number {
    return Math.max(this.find(key, false), 0);
  }

  override update(key: number, value: number, flags: number): number {
    const { keySize, valueSize } = this.options;
    const taken = this.#provider.update?.(this.#copy(key, keySize), this.#copy(value, valueSize)) ?? true;
    return taken ? super.update(key, value, flags) : EbpfResult.INVALID_ARGUMENT;
  }

  override delete(key: number): number {
    const taken = this.#provider.delete?.(this.#copy(key, this.options.keySize)) ?? true;
    return taken ? super.delete(key) : EbpfResult.INVALID_ARGUMENT;
  }

  #copy(address: number, bytes: number): Uint8Array {
    return this.memory.bytes.slice(address, address + bytes);
  }
}
