import type { MapOptions } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { LookupTable } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { HashMap } from "./hash-map.ts";
import type { HashTableOptions } from "./hash-table.ts";
import { LruList, lruPartitions } from "./lru-list.ts";

/** `BPF_MAP_TYPE_LRU_HASH`: never more than `maxEntries` entries; a new one drops one that was not used for long. */
export class LruHashMap extends HashMap {
  readonly #list: LruList;

  constructor(kernel: Kernel, options: MapOptions, valueBytes?: number, table: Partial<HashTableOptions> = {}) {
    const list = new LruList(kernel.cpus, options.maxEntries, (entry, hot) => this.table.mark(entry, hot));
    super(kernel, options, valueBytes, {
      ...table,
      limited: true,
      onEnter: (value, key, entry) =>
        list.add(value, kernel.memory.bytes.slice(key, key + options.keySize), kernel.cpu, entry),
      onLeave: (value) => list.remove(value),
    });
    this.#list = list;
  }

  /** Compiled code finds entries that are hot already; using those changes nothing. */
  override get lookupTable(): LookupTable | undefined {
    const hot = { word: this.kernel.cpuWord, partitions: lruPartitions(this.kernel.cpus) };
    return { ...this.hashTable, hot };
  }

  override lookup(key: number): number {
    const value = this.table.find(key);
    if (value !== 0) this.#list.use(value, this.kernel.cpu);
    return value;
  }

  override update(key: number, value: number, flags: number): number {
    let result = super.update(key, value, flags);
    while (result === EbpfResult.OUT_OF_SPACE) {
      const oldest = this.#list.oldest(this.kernel.cpu);
      if (oldest === undefined || !this.#drop(oldest)) break;
      result = super.update(key, value, flags);
    }
    return result;
  }

  #drop(key: Uint8Array): boolean {
    const copy = this.kernel.scratch(key.length);
    if (copy === 0) return false;
    this.memory.bytes.set(key, copy);
    return this.table.delete(copy) === EbpfResult.SUCCESS;
  }
}
