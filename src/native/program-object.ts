import { createHash, randomBytes } from "node:crypto";
import type { MapInfo, ProgramOptions } from "../engine/index.ts";
import { MapType } from "../platform/index.ts";
import { isFailure, type ObjectLoadArguments, type ObjectRef } from "./addon.ts";
import { nativeHandle } from "./handle.ts";
import type { Native } from "./native.ts";
import { writeObjectFile } from "./object-file.ts";
import { windowsMapInfo } from "./windows-info.ts";

/** Where maps are pinned while the library's own reader looks for them, in folders by process and load. */
export const LOADING = "/winbpf-load/";
/** A longest name and its NUL: BPF_OBJ_NAME_LEN (include/ebpf_structs.h). */
const NAME_LENGTH = 63;
/** Names of sections that hold programs: others have a meaning of their own for readers of object files. */
const PROGRAM_SECTION = /^(?!maps(\/|$)|license$|version$)[A-Za-z]/;

/** A program as an object file of its own, and the maps that the file's maps stand for. */
export interface ProgramObject {
  readonly load: Omit<ObjectLoadArguments, "type">;
  readonly pins: readonly (readonly [map: ObjectRef, path: string])[];
  /** Gives back what was opened for it. */
  close(): void;
}

interface UsedMap {
  readonly ref: ObjectRef;
  readonly info: MapInfo;
}

/**
 * The program as an object file, where Windows takes it in no other way; undefined for all others.
 *
 * `bpf_prog_load` tells the verifier 0 for the descriptor of the template of a map of maps, so that every lookup of an inner map
 * is refused (`ebpf_program_load_bytes`, libs/api/ebpf_api.cpp); `bpf_object__load` tells the right one. It makes the
 * object's maps itself, but for those that are pinned by their names (`_ebpf_object_reuse_map`): so ours are, as long as it loads.
 */
export function programObject(native: Native, options: ProgramOptions): ProgramObject | undefined {
  if (options.maps.length === 0 || !native.has("bpf_object__open_mem", "bpf_object__load")) return undefined;
  const used = new Map<number, UsedMap>();
  const ids = options.maps.map(({ map }) => {
    const { ref } = nativeHandle(map, "map");
    const info = infoOf(native, ref);
    used.set(info.id, { ref, info });
    return info.id;
  });
  if (![...used.values()].some(({ info }) => isMapOfMaps(info))) return undefined;
  const opened: ObjectRef[] = [];
  const close = () => {
    for (const ref of opened.splice(0)) native.addon.close(ref);
  };
  try {
    if (!addTemplates(native, used, opened)) {
      close();
      return undefined;
    }
    const places = [...used.keys()];
    const root = `${LOADING}${process.pid}-${randomBytes(8).toString("hex")}`;
    const name = options.name || createHash("sha256").update(options.code).digest("hex").slice(0, NAME_LENGTH);
    const object = writeObjectFile({
      program: name,
      section: [options.section, name].find((text) => PROGRAM_SECTION.test(text)) ?? "program",
      code: options.code,
      loads: options.maps.map(({ slot }, index) => ({ slot, map: places.indexOf(ids[index] ?? 0) })),
      maps: [...used.values()].map(({ info }, index) => ({
        ...info,
        name: nameOf(index),
        inner: isMapOfMaps(info) ? places.indexOf(info.innerMapId) : undefined,
      })),
    });
    const pins = [...used.values()].map(({ ref }, index) => [ref, `${root}/${nameOf(index)}`] as const);
    return { load: { object, name: options.file || name, pinRoot: root }, pins, close };
  } catch (error) {
    close();
    throw error;
  }
}

const nameOf = (index: number): string => `m${index}`;

function isMapOfMaps({ type }: MapInfo): boolean {
  return type === MapType.ARRAY_OF_MAPS || type === MapType.HASH_OF_MAPS;
}

/** Templates are maps of the object, too; false where one is closed, so that nobody can refer to it. */
function addTemplates(native: Native, used: Map<number, UsedMap>, opened: ObjectRef[]): boolean {
  // What comes behind the last map is visited as it comes.
  for (const { info } of used.values()) {
    if (!isMapOfMaps(info) || used.has(info.innerMapId)) continue;
    const ref = native.addon.openId(native.library, "map", info.innerMapId);
    if (isFailure(ref)) return false;
    opened.push(ref);
    used.set(info.innerMapId, { ref, info: infoOf(native, ref) });
  }
  return true;
}

function infoOf(native: Native, ref: ObjectRef): MapInfo {
  const info = native.addon.info(ref, "map");
  if (isFailure(info)) throw native.error(info, "The map", ref);
  return windowsMapInfo(info.bytes, undefined);
}
