import type { LinkInfo, MapInfo } from "../engine/index.ts";
import type { MapNotes } from "./handle.ts";

/** Offsets in bytes of Linux' structures (include/uapi/linux/bpf.h). */
const map = { type: 0, id: 4, keySize: 8, valueSize: 12, maxEntries: 16, name: 24 } as const;
const program = { type: 0, id: 4, jitedLength: 16, name: 64 } as const;
const link = { type: 0, id: 4, programId: 8, ifIndex: 16 } as const;
const NAME_BYTES = 16;

/** `bpf_link_type` of Linux → of Windows. */
const linkTypes: ReadonlyMap<number, number> = new Map([
  [3, 2],
  [6, 3],
]);
const XDP_LINK = 6;
/** Windows' number of the attach type. */
const XDP = 1;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function name(bytes: Uint8Array, offset: number): string {
  const field = bytes.subarray(offset, offset + NAME_BYTES);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString();
}

/** `struct bpf_map_info`, with what was said when the map was made: the kernel keeps 15 bytes of a name. */
export function linuxMapInfo(
  bytes: Uint8Array,
  type: (number: number) => number,
  notes: MapNotes | undefined,
): MapInfo {
  const fields = view(bytes);
  const kept = name(bytes, map.name);
  return {
    id: fields.getUint32(map.id, true),
    name: notes?.name ?? kept,
    type: type(fields.getUint32(map.type, true)),
    keySize: notes?.keySize ?? fields.getUint32(map.keySize, true),
    valueSize: notes?.valueSize ?? fields.getUint32(map.valueSize, true),
    maxEntries: notes?.maxEntries || fields.getUint32(map.maxEntries, true),
    innerMapId: notes?.innerId ?? 0,
    declared: notes?.declared ?? { pinning: 0, innerId: 0 },
    pinnedPaths: 0,
  };
}

/** `struct bpf_prog_info`. */
export function linuxProgramInfo(bytes: Uint8Array) {
  const fields = view(bytes);
  return {
    id: fields.getUint32(program.id, true),
    type: fields.getUint32(program.type, true),
    name: name(bytes, program.name),
    compiled: fields.getUint32(program.jitedLength, true) > 0,
  };
}

/** `struct bpf_link_info`; `programType` is the name of a program's type. */
export function linuxLinkInfo(bytes: Uint8Array, programType: (id: number) => string): LinkInfo {
  const fields = view(bytes);
  const type = fields.getUint32(link.type, true);
  const isXdp = type === XDP_LINK;
  // A link that was detached still names its program, but no interface.
  const detached = isXdp && fields.getUint32(link.ifIndex, true) === 0;
  const programId = fields.getUint32(link.programId, true);
  return {
    id: fields.getUint32(link.id, true),
    programId: detached ? 0 : programId,
    attachType: isXdp ? XDP : 0,
    linkType: linkTypes.get(type) ?? 0,
    programType: programType(programId),
    parameter: isXdp ? bytes.slice(link.ifIndex, link.ifIndex + 4) : new Uint8Array(0),
    pinnedPaths: 0,
  };
}
