import type { Handle, MapInfo } from "../engine/index.ts";
import { EbpfResult, errnoNumbers, MapType } from "../platform/index.ts";
import { required, type Session } from "./session.ts";

const { EINVAL, ENOENT } = errnoNumbers;

/** A call with an out-parameter: the C return value, and what the call wrote (undefined where it wrote nothing). */
export interface Out<T> {
  readonly ret: number;
  readonly value: T | undefined;
}

/** Whether values of the map are written as descriptors and read as ids. */
export function holdsObjects(type: number): boolean {
  return type === MapType.PROG_ARRAY || type === MapType.HASH_OF_MAPS || type === MapType.ARRAY_OF_MAPS;
}

/** Writes entry `key` of a map of maps or programs; -1 empties it. Throws -EBADF for a descriptor that is not open. */
export function updateDescriptor(
  session: Session,
  map: Handle,
  key: Uint8Array | null,
  value: Uint8Array,
  flags: number,
): void {
  const descriptor = new DataView(value.buffer, value.byteOffset, value.byteLength).getInt32(0, true);
  const object = descriptor === -1 ? undefined : session.handle(descriptor);
  session.engine.updateObject(map, key ?? undefined, object, flags);
}

/** The part of a buffer that C would read: its first `size` bytes. */
export function prefix(buffer: Uint8Array, size: number): Uint8Array {
  return buffer.length > size ? buffer.subarray(0, size) : buffer;
}

/** Reading and writing single entries. Keys of queues and stacks are null. */
export function mapElementCalls(session: Session) {
  const { engine } = session;

  /** Bytes of a value: of all CPUs in per-CPU maps. */
  const valueBytes = ({ type, valueSize }: MapInfo): number =>
    perCpu.has(type) ? Math.ceil(valueSize / 8) * 8 * engine.cpus : valueSize;

  /** Windows refuses a null key where keys have bytes, and any key where they have none. */
  const keyFits = (key: Uint8Array | null, { keySize }: MapInfo): boolean => (key === null) === (keySize === 0);

  function read(descriptor: number, key: Uint8Array | null, remove: boolean): Out<Uint8Array> {
    let value: Uint8Array | undefined;
    const ret = session.run(() => {
      const map = session.map(descriptor);
      const info = engine.mapInfo(map);
      if (!keyFits(key, info)) return session.fail(EINVAL);
      const given = key === null ? undefined : prefix(key, info.keySize);
      value = remove ? engine.take(map, given) : engine.lookup(map, given);
      return value === undefined ? session.fail(ENOENT) : 0;
    });
    return { ret, value };
  }

  return {
    /**
     * The value of `key`, copied: `ret` 0, or -ENOENT, -EINVAL, -EBADF. Per-CPU maps give a value for each CPU, padded
     * to 8 bytes; maps of maps and programs the id.
     */
    bpf_map_lookup_elem: (descriptor: number, key: Uint8Array | null): Out<Uint8Array> => read(descriptor, key, false),

    /** The value of `key`, which is taken out of the map: hash kinds, queues and stacks. */
    bpf_map_lookup_and_delete_elem: (descriptor: number, key: Uint8Array | null): Out<Uint8Array> =>
      read(descriptor, key, true),

    /**
     * Writes an entry; `flags` is BPF_ANY 0, BPF_NOEXIST 1 or BPF_EXIST 2. Maps of maps and programs take a descriptor
     * (4 bytes, little-endian). 0, or -EEXIST, -ENOENT, -EINVAL, -EBADF, -ENOSPC, -ENOMEM. `value` must not be null.
     */
    bpf_map_update_elem(
      descriptor: number,
      key: Uint8Array | null,
      value: Uint8Array | null,
      flags: number | bigint,
    ): number {
      return session.run(() => {
        const option = Number(flags);
        if (option !== 0 && option !== 1 && option !== 2) return session.fail(EINVAL);
        const map = session.map(descriptor);
        const info = engine.mapInfo(map);
        if (!keyFits(key, info)) return session.fail(EINVAL);
        const given = key === null ? null : prefix(key, info.keySize);
        if (info.type === MapType.RINGBUF || info.type === MapType.PERF_EVENT_ARRAY) {
          engine.update(map, undefined, new Uint8Array(valueBytes(info)), option);
        } else if (holdsObjects(info.type)) {
          updateDescriptor(session, map, given, required(value, "value"), option);
        } else {
          engine.update(map, given ?? undefined, prefix(required(value, "value"), valueBytes(info)), option);
        }
        return 0;
      });
    },

    /** Deletes an entry; array elements are zeroed. 0, or -ENOENT, -EINVAL, -EBADF. `key` null: TypeError for keyed maps. */
    bpf_map_delete_elem(descriptor: number, key: Uint8Array | null): number {
      return session.run(() => {
        const map = session.map(descriptor);
        const { keySize } = engine.mapInfo(map);
        if (keySize === 0) return session.fail(EINVAL);
        return engine.delete(map, prefix(required(key, "key"), keySize)) ? 0 : session.fail(ENOENT);
      });
    },

    /** The key after `key`, the first for null or an unknown one: `ret` 0, or -ENOENT at the end, -ENOTSUP, -EBADF. */
    bpf_map_get_next_key(descriptor: number, key: Uint8Array | null): Out<Uint8Array> {
      let value: Uint8Array | undefined;
      const ret = session.run(() => {
        const map = session.map(descriptor);
        const { keySize } = engine.mapInfo(map);
        if (keySize === 0) return session.return(EbpfResult.OPERATION_NOT_SUPPORTED);
        value = engine.nextKey(map, key === null ? undefined : prefix(key, keySize));
        return value === undefined ? session.fail(ENOENT) : 0;
      });
      return { ret, value };
    },
  };
}

const perCpu: ReadonlySet<number> = new Set([
  MapType.PERCPU_HASH,
  MapType.PERCPU_ARRAY,
  MapType.LRU_PERCPU_HASH,
  MapType.PERF_EVENT_ARRAY,
]);
