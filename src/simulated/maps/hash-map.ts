import type { MapOptions } from "../../engine/index.ts";
import { EbpfResult, MapType } from "../../platform/index.ts";
import type { HashTable as HashLookup, LookupTable } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { HashTable, type HashTableOptions } from "./hash-table.ts";
import { KernelMap } from "./kernel-map.ts";

/**
 * `BPF_MAP_TYPE_HASH`. `maxEntries` sizes the table and does not limit the number of entries, as on Windows. The kinds
 * that are hash maps underneath (per-CPU, LRU, LPM) derive from it.
 */
export class HashMap extends KernelMap {
  protected readonly table: HashTable;

  constructor(kernel: Kernel, options: MapOptions, valueBytes?: number, table: Partial<HashTableOptions> = {}) {
    super(kernel, options, valueBytes);
    const { keySize, valueSize, maxEntries, name } = options;
    this.table = new HashTable(kernel, {
      name,
      keySize,
      valueSize: this.valueBytes,
      maxEntries,
      visible: { regions: kernel.regions, name, size: valueSize },
      ...table,
    });
  }

  override prepare(): void {
    super.prepare();
    this.table.prepare();
  }

  override get lookupTable(): LookupTable | undefined {
    return this.options.type === MapType.HASH ? this.hashTable : undefined;
  }

  protected get hashTable(): HashLookup {
    const { keySize, valueSize } = this.options;
    return { kind: "hash", keySize, valueSize, ...this.table.buckets };
  }

  override lookup(key: number): number {
    return this.table.find(key);
  }

  override find(key: number, remove: boolean): number {
    const value = this.table.find(key);
    if (value === 0) return -EbpfResult.OBJECT_NOT_FOUND;
    if (remove) this.delete(key);
    return value;
  }

  override update(key: number, value: number, flags: number): number {
    return this.table.update(key, value, flags);
  }

  override push(): number {
    return EbpfResult.INVALID_ARGUMENT;
  }

  override delete(key: number): number {
    return this.table.delete(key);
  }

  override nextKey(previous: number, into: number): number {
    return this.table.nextKey(previous, into);
  }

  protected override destroy(): void {
    this.table.destroy();
    super.destroy();
  }
}
