import type { Handle } from "../engine/index.ts";
import { errnoNumbers } from "../platform/index.ts";
import { required, type Session } from "./session.ts";

/** `struct bpf_map_create_opts`: the members that Windows reads. */
export interface MapCreateOptions {
  /** Descriptor of the template of a map of maps; 0 stands for none. */
  readonly inner_map_fd?: number;
  /** Windows has no flags: anything but 0 is -EINVAL. */
  readonly map_flags?: number;
  readonly numa_node?: number;
  readonly map_ifindex?: number;
  /** Ignored. */
  readonly map_extra?: number | bigint;
}

/** `struct bpf_create_map_attr`. */
export interface CreateMapAttributes extends MapCreateOptions {
  readonly name?: string | null;
  readonly map_type: number;
  readonly key_size: number;
  readonly value_size: number;
  readonly max_entries: number;
}

/** Creating maps. Sizes are bytes; results are descriptors, or -EINVAL, -ENOTSUP, -EBADF, -ENOMEM. */
export function mapCreateCalls(session: Session) {
  const { engine, descriptors } = session;

  /** Windows ignores an inner descriptor that is not open, but for maps of maps. */
  const innerMap = (descriptor: number): Handle | undefined =>
    descriptor === 0 ? undefined : descriptors.get(descriptor);

  function bpf_map_create(
    type: number,
    name: string | null,
    keySize: number,
    valueSize: number,
    maxEntries: number,
    options: MapCreateOptions | null = null,
  ): number {
    const { inner_map_fd = 0, map_flags = 0, numa_node = 0, map_ifindex = 0 } = options ?? {};
    if (map_flags !== 0 || numa_node !== 0 || map_ifindex !== 0) return session.fail(errnoNumbers.EINVAL);
    return session.run(() => {
      const inner = innerMap(inner_map_fd);
      const sizes = { keySize: keySize >>> 0, valueSize: valueSize >>> 0, maxEntries: maxEntries >>> 0 };
      return descriptors.open(
        engine.createMap({ type: type >>> 0, name: name ?? "", ...sizes, ...(inner === undefined ? {} : { inner }) }),
      );
    });
  }

  return {
    /** Creates a map. `name` may be null; it has at most 63 bytes. */
    bpf_map_create,

    /** Deprecated form of `bpf_map_create`: no name. */
    bpf_create_map: (type: number, keySize: number, valueSize: number, maxEntries: number, flags: number): number =>
      bpf_map_create(type, null, keySize, valueSize, maxEntries, { map_flags: flags }),

    /** Deprecated form of `bpf_map_create` for maps of maps. */
    bpf_create_map_in_map: (
      type: number,
      name: string | null,
      keySize: number,
      innerDescriptor: number,
      maxEntries: number,
      flags: number,
    ): number =>
      bpf_map_create(type, name, keySize, 4, maxEntries, { inner_map_fd: innerDescriptor, map_flags: flags }),

    /** Deprecated form of `bpf_map_create`. `attributes` must not be null. */
    bpf_create_map_xattr(attributes: CreateMapAttributes | null): number {
      const {
        name = null,
        map_type,
        key_size,
        value_size,
        max_entries,
        ...options
      } = required(attributes, "attributes");
      return bpf_map_create(map_type, name, key_size, value_size, max_entries, options);
    },
  };
}
