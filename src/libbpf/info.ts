import type { Handle } from "../engine/index.ts";
import { attachTypes, EbpfResult, programTypes } from "../platform/index.ts";
import { guidBytes } from "./guid.ts";
import type { Session } from "./session.ts";

/** `struct bpf_map_info`. */
export interface MapInfoStruct {
  readonly id: number;
  readonly type: number;
  readonly key_size: number;
  readonly value_size: number;
  readonly max_entries: number;
  readonly name: string;
  /** Always 0. */
  readonly map_flags: number;
  readonly inner_map_id: number;
  readonly pinned_path_count: number;
}

/** `struct bpf_prog_info`. GUIDs are 16 bytes as they lie in memory. */
export interface ProgInfoStruct {
  readonly id: number;
  readonly type: number;
  readonly nr_map_ids: number;
  /** As many ids as were asked for. */
  readonly map_ids: readonly number[];
  readonly name: string;
  readonly type_uuid: Uint8Array;
  readonly attach_type_uuid: Uint8Array;
  readonly pinned_path_count: number;
  readonly link_count: number;
}

/** `struct bpf_link_info`. */
export interface LinkInfoStruct {
  readonly id: number;
  /** 0 once the program is detached. */
  readonly prog_id: number;
  readonly type: number;
  readonly attach_type: number;
  readonly attach_type_uuid: Uint8Array;
  readonly program_type_uuid: Uint8Array;
  /** What the hook was given, 8 bytes: an interface index, a compartment id, … */
  readonly data: Uint8Array;
}

export interface InfoOut {
  readonly ret: number;
  /** Bytes that C would have had written. */
  readonly info_len: number | undefined;
  readonly kind: Handle["kind"] | undefined;
  /** Undefined where the call failed or `info_len` cuts the structure. */
  readonly info: MapInfoStruct | ProgInfoStruct | LinkInfoStruct | undefined;
}

export interface InfoOptions {
  /** Bytes of the caller's structure: enough for each unless given. */
  readonly info_len?: number;
  /** Programs: how many map ids are wanted; none unless given. Fewer than there are is -EFAULT. */
  readonly nr_map_ids?: number;
}

const STRUCT_BYTES = { map: 96, program: 128, link: 56 } as const;
/** The kernel reads the first members of the program's structure: nr_map_ids and map_ids. */
const SMALLEST_PROGRAM_STRUCT = 24;
const LINK_DATA_BYTES = 8;

/** `bpf_obj_get_info_by_fd` and its kin. */
export function infoCalls(session: Session) {
  function query(descriptor: number, options: InfoOptions): InfoOut & { readonly result: number } {
    const nothing = { ret: 0, info_len: undefined, kind: undefined, info: undefined };
    const { info_len = STRUCT_BYTES.program, nr_map_ids = 0 } = options;
    if (info_len === 0) return { ...nothing, result: EbpfResult.INVALID_ARGUMENT };
    const handle = session.descriptors.get(descriptor);
    if (handle === undefined) return { ...nothing, result: EbpfResult.INVALID_FD };
    const { kind } = handle;
    if (kind === "program" && info_len < SMALLEST_PROGRAM_STRUCT) {
      return { ...nothing, result: EbpfResult.INVALID_ARGUMENT };
    }
    const info = read(session, handle, nr_map_ids);
    const written = Math.min(info_len, STRUCT_BYTES[kind]);
    const complete = written === STRUCT_BYTES[kind];
    const short = "map_ids" in info && nr_map_ids > 0 && nr_map_ids < info.nr_map_ids;
    return {
      ret: 0,
      result: short ? EbpfResult.INVALID_POINTER : EbpfResult.SUCCESS,
      info_len: written,
      kind,
      info: complete ? info : undefined,
    };
  }

  return {
    /** What the kernel says of an object: `ret` 0, or -EBADF, -EINVAL, -EFAULT. */
    bpf_obj_get_info_by_fd(descriptor: number, options: InfoOptions = {}): InfoOut {
      const { result, ...out } = query(descriptor, options);
      return { ...out, ret: session.return(result) };
    },

    /** The same with an `ebpf_result_t` in `ret`; `kind` says what the object is. */
    ebpf_object_get_info_by_fd(descriptor: number, options: InfoOptions = {}): InfoOut {
      const { result, ...out } = query(descriptor, options);
      return { ...out, ret: result };
    },
  };
}

function read(session: Session, handle: Handle, idsWanted: number): MapInfoStruct | ProgInfoStruct | LinkInfoStruct {
  if (handle.kind === "map") return mapStruct(session, handle);
  return handle.kind === "program" ? programStruct(session, handle, idsWanted) : linkStruct(session, handle);
}

function mapStruct(session: Session, handle: Handle): MapInfoStruct {
  const info = session.engine.mapInfo(handle);
  return {
    id: info.id,
    type: info.type,
    key_size: info.keySize,
    value_size: info.valueSize,
    max_entries: info.maxEntries,
    name: info.name,
    map_flags: 0,
    inner_map_id: info.innerMapId,
    pinned_path_count: info.pinnedPaths,
  };
}

function programStruct(session: Session, handle: Handle, idsWanted: number): ProgInfoStruct {
  const info = session.engine.programInfo(handle);
  const type = programTypes.find((row) => row.name === info.type);
  const attach = attachTypes.find((row) => row.number === info.attachType);
  return {
    id: info.id,
    type: type?.number ?? 0,
    nr_map_ids: info.mapIds.length,
    map_ids: info.mapIds.slice(0, idsWanted),
    name: info.name,
    type_uuid: guidBytes(type?.guid),
    attach_type_uuid: guidBytes(attach?.guid),
    pinned_path_count: info.pinnedPaths,
    link_count: info.links,
  };
}

function linkStruct(session: Session, handle: Handle): LinkInfoStruct {
  const info = session.engine.linkInfo(handle);
  const attach = attachTypes.find((row) => row.number === info.attachType);
  const data = new Uint8Array(LINK_DATA_BYTES);
  data.set(info.parameter.subarray(0, LINK_DATA_BYTES));
  return {
    id: info.id,
    prog_id: info.programId,
    type: info.linkType,
    attach_type: info.attachType,
    attach_type_uuid: guidBytes(attach?.guid),
    program_type_uuid: guidBytes(programTypes.find((row) => row.name === info.programType)?.guid),
    data,
  };
}
