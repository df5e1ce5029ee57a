import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import type { BpfMapState } from "./object-state.ts";
import { pinDescriptor, unpinPath } from "./pins.ts";
import { required, type Session } from "./session.ts";

/** Pins a map of an object: an `ebpf_result_t`. Paths are compared as they were given. */
export function pinMap(session: Session, map: BpfMapState, path: string | null): number {
  if (map.pinPath === null && path === null) return EbpfResult.INVALID_ARGUMENT;
  if (map.pinned) {
    return path !== null && path === map.pinPath ? EbpfResult.OBJECT_ALREADY_EXISTS : EbpfResult.ALREADY_PINNED;
  }
  if (path !== null && map.pinPath !== null && path !== map.pinPath) return EbpfResult.INVALID_ARGUMENT;
  map.pinPath = path ?? map.pinPath;
  const result = pinDescriptor(session, map.descriptor, map.pinPath ?? "");
  if (result === EbpfResult.SUCCESS) map.pinned = true;
  return result;
}

/** Takes the pin of a map of an object away: an `ebpf_result_t`. */
export function unpinMap(session: Session, map: BpfMapState, path: string | null): number {
  if (map.pinPath !== null && path !== null && path !== map.pinPath) return EbpfResult.INVALID_ARGUMENT;
  const target = map.pinPath ?? path;
  if (target === null) return EbpfResult.INVALID_ARGUMENT;
  const result = unpinPath(session, target);
  if (result === EbpfResult.SUCCESS) map.pinned = false;
  return result;
}

/** Maps of an object: what the file says of them, and their pins. */
export function objectMapCalls(session: Session) {
  const of = (map: BpfMapState | null): BpfMapState => required(map, "map");
  return {
    /** The map's descriptor, -1 before load; -EINVAL for null. */
    bpf_map__fd: (map: BpfMapState | null): number => map?.descriptor ?? session.fail(errnoNumbers.EINVAL),
    bpf_map__name: (map: BpfMapState | null): string | null => map?.spec.name ?? null,
    bpf_map__type: (map: BpfMapState | null): number => of(map).spec.type,
    bpf_map__key_size: (map: BpfMapState | null): number => of(map).spec.keySize,
    bpf_map__value_size: (map: BpfMapState | null): number => of(map).spec.valueSize,
    bpf_map__max_entries: (map: BpfMapState | null): number => of(map).spec.maxEntries,
    /** Whether this object pinned the map, or found it pinned by its name. */
    bpf_map__is_pinned: (map: BpfMapState | null): boolean => of(map).pinned,
    /** 0, or -EEXIST and -EOTHER where it is pinned already, -EINVAL for another path than before. */
    bpf_map__pin: (map: BpfMapState | null, path: string | null): number =>
      session.return(pinMap(session, of(map), path)),
    bpf_map__unpin: (map: BpfMapState | null, path: string | null): number =>
      session.return(unpinMap(session, of(map), path)),
  };
}
