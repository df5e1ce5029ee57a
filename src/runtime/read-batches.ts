import { assertInteger } from "../arguments.ts";
import { type Cells, type Codec, cellsOf, worksInPlace } from "../codec/index.ts";
import type { Batch } from "../engine/index.ts";
import { batchSize } from "./batch-size.ts";
import type { MapResource } from "./map-resource.ts";
import { placeOf } from "./place.ts";

/** Entries of one batch at most: keys and values of all of them lie in memory at once. */
const LARGEST_BATCH = 2 ** 24;

/**
 * The batches of a map, up to a place where one ended before. With `reuse`, each holds until the next is asked for, which
 * may lie in the same memory. Throws `EBPF_INVALID_ARGUMENT` for a size that no batch has.
 */
export function* readBatches(resource: MapResource, size: number, reuse = false): Generator<Batch, undefined> {
  assertInteger(size, "The size of a batch", 1, LARGEST_BATCH);
  const { engine, info, valueBytes } = resource;
  const seen = new Set<number | string>();
  let cursor: Uint8Array | undefined;
  let batch: Batch | undefined;
  for (;;) {
    const count = batchSize(engine, info, valueBytes, size, cursor);
    batch = engine.readBatch(resource.handle, { cursor, count, over: reuse ? batch : undefined });
    if (batch === undefined) return;
    yield batch;
    cursor = batch.cursor ?? batch.keys.slice(-info.keySize);
    const place = placeOf(cursor);
    if (seen.has(place)) return;
    seen.add(place);
  }
}

/** The same as arrays of entries, which are copies. */
export function* readEntries<K, V>(
  resource: MapResource,
  { key, value }: { readonly key: Codec<K>; readonly value: Codec<V> },
  size: number,
): Generator<[K, V][], undefined> {
  const reuse = worksInPlace(key) && worksInPlace(value);
  let before: Batch | undefined;
  let keys: Cells<K> | undefined;
  let values: Cells<V> | undefined;
  for (const batch of readBatches(resource, size, reuse)) {
    // What reads one batch reads the next, too, where that lies in the same bytes.
    if (keys === undefined || batch.keys !== before?.keys) keys = cellsOf(key, batch.keys, 0, key.size);
    if (values === undefined || batch.values !== before?.values) {
      values = cellsOf(value, batch.values, 0, batch.values.length / batch.count);
    }
    before = batch;
    yield entriesOf(keys, values, batch.count);
  }
}

function entriesOf<K, V>(keys: Cells<K>, values: Cells<V>, count: number): [K, V][] {
  const entries = new Array<[K, V]>(count);
  for (let i = 0; i < count; i++) entries[i] = [keys.get(i), values.get(i)];
  return entries;
}
