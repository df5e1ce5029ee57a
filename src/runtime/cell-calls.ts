import { type Cells, type Codec, cellsOf, wordCells } from "../codec/index.ts";
import type { DirectMap } from "../engine/index.ts";

/**
 * Calls of one map whose keys are words of memory that never moves: the quickest way. Nothing of the caller's runs while a
 * word is written, so that a call needs no guard but against one of the other ways that has begun. What does not fit goes
 * one of those, which says why it does not.
 */
export class CellCalls<K, V> {
  readonly #map: DirectMap;
  readonly #keys: Cells<K>;
  readonly #values: Cells<V>;

  private constructor(map: DirectMap, keys: Cells<K>, values: Cells<V>) {
    this.#map = map;
    this.#keys = keys;
    this.#values = values;
  }

  /** Undefined where a map's keys or memory are not like that. */
  static open<K, V>(map: DirectMap, key: Codec<K>, value: Codec<V>): CellCalls<K, V> | undefined {
    const keys = map.isFixed ? wordCells(key, map.bytes, map.keyAt) : undefined;
    return keys && new CellCalls(map, keys, cellsOf(value, map.bytes, map.valueAt, value.size));
  }

  /** False for another way. */
  writeKey(key: K): boolean {
    return !this.#map.isTaken && this.#keys.set(0, key);
  }

  /** False for another way. */
  writeEntry(key: K, value: V): boolean {
    return this.writeKey(key) && this.#values.set(0, value);
  }

  /** The value of the key that was written. */
  get(): V | undefined {
    return this.#map.find() < 0 ? undefined : this.#values.get(0);
  }

  has(): boolean {
    return this.#map.find() >= 0;
  }

  update(flags: number): void {
    this.#map.update(flags);
  }

  delete(): boolean {
    return this.#map.delete();
  }
}
