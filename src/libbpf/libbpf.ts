import type { Engine, Handle } from "../engine/index.ts";
import { errnoNumbers, mapTypes } from "../platform/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { Descriptors } from "./descriptors.ts";
import { negativeErrno } from "./errno.ts";

const { EBADF, EINVAL, ENOENT } = errnoNumbers;

/** A call with an out-parameter: the C return value, and what the call wrote (undefined where it failed). */
export interface Out<T> {
  readonly ret: number;
  readonly value: T | undefined;
}

/**
 * libbpf's functions by their own names, over one runtime: integer descriptors of a table of their own, negative errno
 * results in Windows' numbers, out-parameters as `value` of the result. Made by `libbpf(runtime)`.
 */
export class Libbpf {
  readonly #engine: Engine;
  readonly #descriptors: Descriptors;

  /** @internal */
  constructor(engine: Engine) {
    this.#engine = engine;
    this.#descriptors = new Descriptors(engine);
  }

  /** Creates a map: its descriptor, -EINVAL, -ENOTSUP or -ENOMEM. Sizes are bytes. `name` may be null. */
  bpf_map_create(type: number, name: string | null, keySize: number, valueSize: number, maxEntries: number): number {
    return negativeErrno(() =>
      this.#descriptors.open(this.#engine.createMap({ type, name: name ?? "", keySize, valueSize, maxEntries })),
    );
  }

  /** The value of `key`, copied: `ret` 0, or -ENOENT, -EINVAL, -EBADF. */
  bpf_map_lookup_elem(fd: number, key: Uint8Array): Out<Uint8Array> {
    let value: Uint8Array | undefined;
    const ret = this.#withMap(fd, (map) => {
      value = this.#engine.lookup(map, key);
      return value === undefined ? -ENOENT : 0;
    });
    return { ret, value };
  }

  /** Writes an entry; `flags` is BPF_ANY 0, BPF_NOEXIST 1 or BPF_EXIST 2. 0, or -EEXIST, -ENOENT, -EINVAL, -EBADF. */
  bpf_map_update_elem(fd: number, key: Uint8Array, value: Uint8Array, flags: number | bigint): number {
    return this.#withMap(fd, (map) => {
      this.#engine.update(map, key, value, Number(flags));
      return 0;
    });
  }

  /** Deletes an entry; array elements are zeroed. 0, or -ENOENT, -EINVAL, -EBADF. */
  bpf_map_delete_elem(fd: number, key: Uint8Array): number {
    return this.#withMap(fd, (map) => (this.#engine.delete(map, key) ? 0 : -ENOENT));
  }

  /** The key after `key`, the first for null or an unknown one: `ret` 0, or -ENOENT at the end, -EBADF. */
  bpf_map_get_next_key(fd: number, key: Uint8Array | null): Out<Uint8Array> {
    let value: Uint8Array | undefined;
    const ret = this.#withMap(fd, (map) => {
      value = this.#engine.nextKey(map, key ?? undefined);
      return value === undefined ? -ENOENT : 0;
    });
    return { ret, value };
  }

  /** CPUs that a per-CPU value has slots for. */
  libbpf_num_possible_cpus(): number {
    return this.#engine.cpus;
  }

  /** Name of a map type number, null where there is none. */
  libbpf_bpf_map_type_str(type: number): string | null {
    return mapTypes[type]?.name ?? null;
  }

  /** Closes a descriptor: 0 (EBPF_SUCCESS), or 17 (EBPF_FAILED) where it is not open. */
  ebpf_close_fd(fd: number): number {
    return this.#descriptors.close(fd) ? 0 : 17;
  }

  #withMap(fd: number, call: (map: Handle) => number): number {
    const handle = this.#descriptors.get(fd);
    if (handle === undefined) return -EBADF;
    if (handle.kind !== "map") return -EINVAL;
    return negativeErrno(() => call(handle));
  }
}

/** libbpf's functions over `runtime`. Descriptors of two doors are apart even over one runtime. */
export function libbpf(runtime: Runtime): Libbpf {
  return new Libbpf(runtime.engine);
}
