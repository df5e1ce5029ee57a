/** Generations that a partition's entries pass through before all of them were cold once (EBPF_LRU_GENERATION_COUNT). */
const GENERATIONS = 10;
const MOST_PARTITIONS = 8;

/** Lists that an LRU map has. */
export function lruPartitions(cpus: number): number {
  return Math.min(cpus, MOST_PARTITIONS);
}

interface Entry {
  readonly key: Uint8Array;
  /** When each partition used it last, by a counter; 0 where it never did. */
  readonly used: number[];
  /** Where `mark` says so. */
  readonly at: number;
  /** Partitions whose hot list it is in, one bit each. */
  hot: number;
}

/**
 * Which entry of an LRU map to drop: Windows' approximation (libs/execution_context/ebpf_maps.c). Every partition, one
 * for each CPU up to 8, has a hot and a cold list. What is used enters the hot list; a hot list that is full becomes
 * the end of the cold list; the entry that was used longest ago among the heads of the cold lists is dropped.
 * Entries go by the address of their value.
 */
export class LruList {
  readonly #entries = new Map<number, Entry>();
  readonly #hot: Set<number>[];
  readonly #cold: Set<number>[];
  readonly #hotLimit: number;
  readonly #mark: (at: number, hot: number) => void;
  #uses = 0;

  /** `mark` is told whenever the partitions change in which the entry that was added as `at` is hot. */
  constructor(cpus: number, maxEntries: number, mark: (at: number, hot: number) => void) {
    const partitions = lruPartitions(cpus);
    this.#mark = mark;
    this.#hot = Array.from({ length: partitions }, () => new Set());
    this.#cold = Array.from({ length: partitions }, () => new Set());
    this.#hotLimit = Math.max(Math.floor(Math.floor(maxEntries / partitions) / GENERATIONS), 1);
  }

  add(value: number, key: Uint8Array, cpu: number, at: number): void {
    this.#entries.set(value, { key, used: this.#hot.map(() => 0), at, hot: 0 });
    this.use(value, cpu);
  }

  /** A program on `cpu` used the entry; user calls do not count. */
  use(value: number, cpu: number): void {
    const entry = this.#entries.get(value);
    const partition = cpu % this.#hot.length;
    const hot = this.#hot[partition];
    if (entry === undefined || hot === undefined || hot.has(value)) return;
    this.#cold[partition]?.delete(value);
    hot.add(value);
    entry.hot |= 1 << partition;
    this.#mark(entry.at, entry.hot);
    entry.used[partition] = ++this.#uses;
    if (hot.size > this.#hotLimit) this.#cool(partition);
  }

  remove(value: number): void {
    this.#entries.delete(value);
    for (const list of [...this.#hot, ...this.#cold]) list.delete(value);
  }

  /** Key of the entry to drop for a new one that `cpu` wants to add; undefined only where there is no entry. */
  oldest(cpu: number): Uint8Array | undefined {
    // The new entry counts as hot while its place is looked for.
    const partition = cpu % this.#hot.length;
    if ((this.#hot[partition]?.size ?? 0) + 1 > this.#hotLimit) this.#cool(partition);
    const cold = this.#oldestCold();
    if (cold !== undefined) return this.#entries.get(cold)?.key;
    for (const hot of this.#hot) for (const value of hot) return this.#entries.get(value)?.key;
    return undefined;
  }

  /** Of the heads of the cold lists the one used longest ago. A head that another partition used later is passed over. */
  #oldestCold(): number | undefined {
    let oldest: number | undefined;
    let oldestUse = Number.POSITIVE_INFINITY;
    for (const [partition, cold] of this.#cold.entries()) {
      for (const value of cold) {
        const used = this.#entries.get(value)?.used ?? [];
        const last = Math.max(...used);
        if (last !== used[partition]) {
          cold.delete(value);
          continue;
        }
        if (last < oldestUse) {
          oldest = value;
          oldestUse = last;
        }
        break;
      }
    }
    return oldest;
  }

  #cool(partition: number): void {
    const hot = this.#hot[partition];
    if (hot === undefined) return;
    for (const value of hot) {
      this.#cold[partition]?.add(value);
      const entry = this.#entries.get(value);
      if (entry === undefined) continue;
      entry.hot &= ~(1 << partition);
      this.#mark(entry.at, entry.hot);
    }
    hot.clear();
  }
}
