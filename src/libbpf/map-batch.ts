import { errnoNumbers, mapTypes } from "../platform/index.ts";
import { holdsObjects, prefix, updateDescriptor } from "./map-elements.ts";
import { required, type Session } from "./session.ts";

const { EINVAL, ENOENT } = errnoNumbers;
/** Linux' cursors have 8 bytes at least. */
const CURSOR_BYTES = 8;

/** `struct bpf_map_batch_opts`. */
export interface MapBatchOptions {
  readonly elem_flags?: number | bigint;
  readonly flags?: number | bigint;
}

/** What a batch read wrote; all but `ret` undefined where it failed. */
export interface BatchOut {
  readonly ret: number;
  /** Entries that were read. */
  readonly count: number | undefined;
  readonly keys: Uint8Array | undefined;
  readonly values: Uint8Array | undefined;
  /** Last key read: `in_batch` of the next call. Zeros after `bpf_map_lookup_and_delete_batch`. */
  readonly out_batch: Uint8Array | undefined;
}

/** Many entries in one call. `options` must not be null: Windows crashes on that. */
export function mapBatchCalls(session: Session) {
  const { engine } = session;

  function read(
    descriptor: number,
    cursor: Uint8Array | null,
    count: number,
    options: MapBatchOptions | null,
    remove: boolean,
  ): BatchOut {
    let out: Omit<BatchOut, "ret"> = { count: undefined, keys: undefined, values: undefined, out_batch: undefined };
    const { elem_flags = 0, flags = 0 } = required(options, "options");
    const ret = session.run(() => {
      if (Number(flags) !== 0 || (!remove && Number(elem_flags) !== 0) || count === 0) return session.fail(EINVAL);
      const map = session.map(descriptor);
      const { keySize } = engine.mapInfo(map);
      const batch = engine.readBatch(map, {
        count,
        remove,
        cursor:
          cursor === null
            ? undefined
            : prefix(cursor, engine.kind === "libbpf" ? Math.max(keySize, CURSOR_BYTES) : keySize),
      });
      if (batch === undefined) return session.fail(ENOENT);
      const out_batch = batch.cursor ?? new Uint8Array(keySize);
      if (!remove && batch.cursor === undefined) out_batch.set(batch.keys.subarray(batch.keys.length - keySize));
      out = { count: batch.count, keys: batch.keys, values: batch.values, out_batch };
      return 0;
    });
    return { ret, ...out };
  }

  return {
    /** Up to `count` entries after the key `in_batch` (null: from the first). -ENOENT at the end. */
    bpf_map_lookup_batch: (
      descriptor: number,
      in_batch: Uint8Array | null,
      count: number,
      options: MapBatchOptions | null,
    ): BatchOut => read(descriptor, in_batch, count, options, false),

    /** The same, and the entries are taken out of the map. */
    bpf_map_lookup_and_delete_batch: (
      descriptor: number,
      in_batch: Uint8Array | null,
      count: number,
      options: MapBatchOptions | null,
    ): BatchOut => read(descriptor, in_batch, count, options, true),

    /** Writes `count` entries, up to the first that fails. Per-CPU maps take a value for each CPU. */
    bpf_map_update_batch(
      descriptor: number,
      keys: Uint8Array | null,
      values: Uint8Array | null,
      count: number,
      options: MapBatchOptions | null,
    ): number {
      const { elem_flags = 0, flags = 0 } = required(options, "options");
      return session.run(() => {
        const option = Number(elem_flags);
        if (Number(flags) !== 0 || (option !== 0 && option !== 1 && option !== 2)) return session.fail(EINVAL);
        const map = session.map(descriptor);
        const { keySize, type, valueSize } = engine.mapInfo(map);
        if ((keys === null) !== (keySize === 0)) return session.fail(EINVAL);
        if (holdsObjects(type)) {
          for (let i = 0; i < count; i++) {
            const key = required(keys, "keys").subarray(i * keySize, (i + 1) * keySize);
            updateDescriptor(session, map, key, required(values, "values").subarray(i * 4, (i + 1) * 4), option);
          }
          return 0;
        }
        if (keySize === 0 || valueSize === 0 || count === 0 || keys === null) return session.fail(EINVAL);
        const entry = mapTypes[type]?.perCpu === true ? Math.ceil(valueSize / 8) * 8 * engine.cpus : valueSize;
        engine.updateBatch(
          map,
          prefix(keys, count * keySize),
          prefix(required(values, "values"), count * entry),
          count,
          option,
        );
        return 0;
      });
    },

    /** Deletes `count` keys, up to the first that is not there. */
    bpf_map_delete_batch(
      descriptor: number,
      keys: Uint8Array | null,
      count: number,
      options: MapBatchOptions | null,
    ): number {
      const { elem_flags = 0, flags = 0 } = required(options, "options");
      return session.run(() => {
        if (Number(flags) !== 0 || Number(elem_flags) !== 0) return session.fail(EINVAL);
        const map = session.map(descriptor);
        const { keySize, valueSize } = engine.mapInfo(map);
        if (keySize === 0 || valueSize === 0 || count === 0) return session.fail(EINVAL);
        engine.deleteBatch(map, prefix(required(keys, "keys"), count * keySize), count);
        return 0;
      });
    },
  };
}
