import { assertInteger } from "../arguments.ts";
import type { Batch } from "../engine/index.ts";
import { batchSize } from "./batch-size.ts";
import type { MapResource } from "./map-resource.ts";
import { placeOf } from "./place.ts";

/** Entries of one batch at most: keys and values of all of them lie in memory at once. */
const LARGEST_BATCH = 2 ** 24;

/**
 * The batches of a map, up to a place where one ended before. Throws `EBPF_INVALID_ARGUMENT` for a size that no batch has.
 */
export function* readBatches(resource: MapResource, size: number): Generator<Batch, undefined> {
  assertInteger(size, "The size of a batch", 1, LARGEST_BATCH);
  const { engine, info, valueBytes } = resource;
  const seen = new Set<number | string>();
  let cursor: Uint8Array | undefined;
  for (;;) {
    const count = batchSize(engine, info, valueBytes, size, cursor);
    const batch = engine.readBatch(resource.handle, { cursor, count });
    if (batch === undefined) return;
    // Bytes of its own: whose codec reads the batch may change it, or give it away.
    cursor = batch.cursor?.slice() ?? batch.keys.slice(-info.keySize);
    const place = placeOf(cursor);
    yield batch;
    if (seen.has(place)) return;
    seen.add(place);
  }
}
