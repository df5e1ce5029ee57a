import { canonicalPinPath, type Handle, PATH_BUFFER_BYTES, type Pin } from "../engine/index.ts";
import { EbpfResult } from "../platform/index.ts";
import type { Out } from "./map-elements.ts";
import { required, type Session } from "./session.ts";

/** `ebpf_object_type_t`. */
export const ObjectType = { UNKNOWN: 0, MAP: 1, LINK: 2, PROGRAM: 3 } as const;

const kinds: ReadonlyMap<number, Handle["kind"]> = new Map([
  [ObjectType.MAP, "map"],
  [ObjectType.LINK, "link"],
  [ObjectType.PROGRAM, "program"],
]);
const numbers = { map: ObjectType.MAP, link: ObjectType.LINK, program: ObjectType.PROGRAM } as const;

/** `ebpf_map_info_t`: a pinned map. */
export interface PinnedMapInfo {
  readonly type: number;
  readonly key_size: number;
  readonly value_size: number;
  readonly max_entries: number;
  readonly inner_map_id: number;
  /** 1 where an object file pins the map by its name. */
  readonly pinning: number;
  readonly path: string;
}

/** Pins the object of `descriptor`: an `ebpf_result_t`. */
export function pinDescriptor(session: Session, descriptor: number, path: string): number {
  const canonical = canonicalPinPath(path);
  if (canonical.result !== EbpfResult.SUCCESS || descriptor <= 0) return EbpfResult.INVALID_ARGUMENT;
  const handle = session.descriptors.get(descriptor);
  if (handle === undefined) return EbpfResult.INVALID_FD;
  return session.result(() => session.engine.pin(handle, canonical.path));
}

/** Takes a pin away: an `ebpf_result_t`. */
export function unpinPath(session: Session, path: string): number {
  const canonical = canonicalPinPath(path);
  if (canonical.result !== EbpfResult.SUCCESS) return unpinFailure(canonical.result);
  return session.result(() => session.engine.unpin(canonical.path));
}

/** Windows passes the result through its table of Win32 errors, where these numbers mean something else. */
function unpinFailure(result: number): number {
  return result === EbpfResult.INVALID_ARGUMENT ? EbpfResult.INVALID_FD : EbpfResult.FAILED;
}

/** Opens what is pinned to a path: a descriptor, or the `ebpf_result_t` of the failure. */
export function openPinned(session: Session, path: string): { readonly result: number; readonly descriptor: number } {
  const canonical = canonicalPinPath(path);
  if (canonical.result !== EbpfResult.SUCCESS) return { result: EbpfResult.INVALID_ARGUMENT, descriptor: -1 };
  let descriptor = -1;
  const result = session.result(() => {
    descriptor = session.descriptors.open(session.engine.openPin(canonical.path));
  });
  return { result, descriptor };
}

/** Pins: names that keep objects alive, `BPF:\name`. There are no folders and no files. */
export function pinCalls(session: Session) {
  const { engine } = session;
  return {
    /** Pins the object of a descriptor: 0, or -EEXIST, -EINVAL, -EBADF. */
    bpf_obj_pin: (descriptor: number, path: string | null): number =>
      session.return(path === null ? EbpfResult.INVALID_ARGUMENT : pinDescriptor(session, descriptor, path)),

    /** A new descriptor for the object pinned there, or -ENOENT, -EINVAL. */
    bpf_obj_get(path: string | null): number {
      const { result, descriptor } = openPinned(session, required(path, "path"));
      return result === EbpfResult.SUCCESS ? descriptor : session.return(result);
    },

    /** The same with an `ebpf_result_t` in `ret`. */
    ebpf_object_get(path: string | null): Out<number> {
      const { result, descriptor } = openPinned(session, required(path, "path"));
      return { ret: result, value: descriptor };
    },

    /** Takes a pin away: an `ebpf_result_t`, KEY_NOT_FOUND where there is none. */
    ebpf_object_unpin: (path: string | null): number => unpinPath(session, required(path, "path")),

    /** The canonical form of a path; `size` is the bytes of C's buffer. `ret` is an `ebpf_result_t`. */
    ebpf_canonicalize_pin_path(input: string | null, size = PATH_BUFFER_BYTES): Out<string> {
      const { result, path } = canonicalPinPath(required(input, "input"), size);
      return { ret: result, value: path };
    },

    /**
     * The first pin after `start_path` in the order of bytes, of one object type where given. "" begins the list: its
     * canonical form is `BPF:\`, so that a pin of just that path is never listed, though it can be opened.
     * `ret` is an `ebpf_result_t`: NO_MORE_KEYS at the end, INSUFFICIENT_BUFFER where `size` bytes do not hold it.
     */
    ebpf_get_next_pinned_object_path(
      start_path: string,
      type: number = ObjectType.UNKNOWN,
      size = PATH_BUFFER_BYTES,
    ): { readonly ret: number; readonly next_path: string | undefined; readonly type: number | undefined } {
      const failed = (ret: number) => ({ ret, next_path: undefined, type: undefined });
      const canonical = canonicalPinPath(start_path);
      if (canonical.result !== EbpfResult.SUCCESS || size === 0) return failed(EbpfResult.INVALID_ARGUMENT);
      const pin: Pin | undefined = engine.nextPin(canonical.path, kinds.get(type));
      if (pin === undefined) return failed(EbpfResult.NO_MORE_KEYS);
      if (Buffer.byteLength(pin.path) > size - 1) return failed(EbpfResult.INSUFFICIENT_BUFFER);
      return { ret: EbpfResult.SUCCESS, next_path: pin.path, type: numbers[pin.kind] };
    },

    /** Every pinned map, once for each path. `ret` is an `ebpf_result_t`. */
    ebpf_api_get_pinned_map_info(): { readonly ret: number; readonly map_info: readonly PinnedMapInfo[] } {
      const map_info: PinnedMapInfo[] = [];
      // It walks the paths as the call above does.
      let pin = engine.nextPin(canonicalPinPath("").path, "map");
      while (pin !== undefined) {
        const handle = engine.openPin(pin.path);
        const info = engine.mapInfo(handle);
        engine.close(handle);
        map_info.push({
          type: info.type,
          key_size: info.keySize,
          value_size: info.valueSize,
          max_entries: info.maxEntries,
          inner_map_id: info.innerMapId === 0 ? info.declared.innerId : info.innerMapId,
          pinning: info.declared.pinning,
          path: pin.path,
        });
        pin = engine.nextPin(pin.path, "map");
      }
      return { ret: EbpfResult.SUCCESS, map_info };
    },
  };
}
