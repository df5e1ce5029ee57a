import type { LinkInfo, MapInfo } from "../engine/index.ts";
import { attachTypes, programTypes } from "../platform/index.ts";
import type { MapNotes } from "./handle.ts";

/** Offsets in bytes of Windows' structures (ebpf-for-windows, include/ebpf_structs.h, x64). */
const map = { id: 0, type: 4, keySize: 8, valueSize: 12, maxEntries: 16, name: 20, innerMapId: 88, pinnedPaths: 92 };
const program = { id: 0, type: 4, name: 24, typeGuid: 88, attachGuid: 104, pinnedPaths: 120, links: 124 };
const link = { id: 0, programId: 4, type: 8, attachType: 12, programGuid: 32, data: 48, end: 56 };
const NAME_BYTES = 64;
const GUID_BYTES = 16;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function name(bytes: Uint8Array, offset: number): string {
  const field = bytes.subarray(offset, offset + NAME_BYTES);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString();
}

/** A GUID's text from its bytes in memory: the first three groups are little-endian. */
function guid(bytes: Uint8Array, offset: number): string {
  const hex = (from: number, to: number) => Buffer.from(bytes.subarray(offset + from, offset + to)).toString("hex");
  const turned = (from: number, to: number) =>
    Buffer.from(bytes.slice(offset + from, offset + to).reverse()).toString("hex");
  return [turned(0, 4), turned(4, 6), turned(6, 8), hex(8, 10), hex(10, GUID_BYTES)].join("-");
}

/** The text of a GUID that lies in memory. */
export const guidText = (bytes: Uint8Array): string => guid(bytes, 0);

/** The bytes in memory of a GUID's text. */
export function guidBytes(text: string): Uint8Array {
  const [a = "", b = "", c = "", d = "", e = ""] = text.split("-");
  const turned = (hex: string) => Buffer.from(hex, "hex").reverse();
  return new Uint8Array(Buffer.concat([turned(a), turned(b), turned(c), Buffer.from(d + e, "hex")]));
}

const programType = (text: string): string => programTypes.find((row) => row.guid === text)?.name ?? text;

/** `struct bpf_map_info`. */
export function windowsMapInfo(bytes: Uint8Array, notes: MapNotes | undefined): MapInfo {
  const fields = view(bytes);
  return {
    id: fields.getUint32(map.id, true),
    name: name(bytes, map.name),
    type: fields.getUint32(map.type, true),
    keySize: fields.getUint32(map.keySize, true),
    valueSize: fields.getUint32(map.valueSize, true),
    maxEntries: fields.getUint32(map.maxEntries, true),
    innerMapId: fields.getUint32(map.innerMapId, true),
    declared: notes?.declared ?? { pinning: 0, innerId: 0 },
    pinnedPaths: fields.getUint32(map.pinnedPaths, true),
  };
}

/** `struct bpf_prog_info`. */
export function windowsProgramInfo(bytes: Uint8Array) {
  const fields = view(bytes);
  const attach = guid(bytes, program.attachGuid);
  return {
    id: fields.getUint32(program.id, true),
    name: name(bytes, program.name),
    type: programType(guid(bytes, program.typeGuid)),
    attachType: attachTypes.find((row) => row.guid === attach)?.number ?? 0,
    links: fields.getUint32(program.links, true),
    pinnedPaths: fields.getUint32(program.pinnedPaths, true),
  };
}

/** `struct bpf_link_info`. */
export function windowsLinkInfo(bytes: Uint8Array): LinkInfo {
  const fields = view(bytes);
  return {
    id: fields.getUint32(link.id, true),
    programId: fields.getUint32(link.programId, true),
    attachType: fields.getUint32(link.attachType, true),
    linkType: fields.getUint32(link.type, true),
    programType: programType(guid(bytes, link.programGuid)),
    parameter: bytes.slice(link.data, link.end),
    pinnedPaths: 0,
  };
}
