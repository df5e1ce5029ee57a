import { type Codec, rooted, worksInPlace } from "../codec/index.ts";
import type { DirectMap, Engine, Handle } from "../engine/index.ts";
import { CellCalls } from "./cell-calls.ts";

/**
 * Calls of one map whose keys and values are written where the engine reads them. What cannot go this way goes the long
 * one, through bytes of the map's own: codecs that are not ours, a call inside another one (from a getter of a key),
 * memory that grows while a key is read.
 */
export class DirectCalls<K, V> {
  /** A way that is quicker still, once there was a call, for maps that have it. */
  cells: CellCalls<K, V> | undefined;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;
  #isPossible: boolean;
  #map: DirectMap | undefined;

  constructor(key: Codec<K>, value: Codec<V>) {
    this.#key = key;
    this.#value = value;
    this.#isPossible = worksInPlace(key) && worksInPlace(value);
  }

  /** The engine's calls, with the key in its place, to be given back; undefined for the long way. */
  take(engine: Engine, handle: Handle, key: K): DirectMap | undefined {
    if (!this.#isPossible) return undefined;
    const map = this.#map ?? this.#open(engine, handle);
    if (map?.take() !== true) return undefined;
    let isWritten = false;
    try {
      isWritten = write(map, this.#key, key, map.keyAt, "key");
    } finally {
      if (!isWritten) map.giveBack();
    }
    return isWritten ? map : undefined;
  }

  #open(engine: Engine, handle: Handle): DirectMap | undefined {
    this.#map = engine.direct?.(handle);
    this.#isPossible = this.#map !== undefined;
    this.cells = this.#map && CellCalls.open(this.#map, this.#key, this.#value);
    return this.#map;
  }

  /** Puts a value in its place; false for the long way. */
  writeValue(map: DirectMap, value: V): boolean {
    return write(map, this.#value, value, map.valueAt, "value");
  }
}

function write<T>(map: DirectMap, codec: Codec<T>, value: T, at: number, root: string): boolean {
  const { bytes } = map;
  try {
    codec.encode(value, bytes, at);
  } catch (error) {
    // Bytes that have moved away are empty, and nothing fits there.
    if (bytes === map.bytes) throw rooted(error, root);
  }
  return bytes === map.bytes;
}
