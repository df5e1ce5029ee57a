import { createHash, randomBytes } from "node:crypto";
import type { MapInfo, ProgramOptions } from "../engine/index.ts";
import { MapType } from "../platform/index.ts";
import { isFailure, type ObjectLoadArguments, type ObjectRef } from "./addon.ts";
import { nativeHandle } from "./handle.ts";
import type { Native } from "./native.ts";
import { writeObjectFile } from "./object-file.ts";
import { windowsMapInfo } from "./windows-info.ts";

/** Where maps are pinned while the library's own reader looks for them, in folders by process and load. */
const LOADING = "BPF:\\winbpf-load\\";
/** `ebpf_execution_type_t` (include/ebpf_structs.h). */
const INTERPRET = 2;
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

/** Whether the library takes programs as object files. */
export function loadsObjects(native: Native): boolean {
  return native.has("bpf_object__open_mem", "bpf_object__load", "ebpf_object_set_execution_type");
}

/**
 * The program as an object file, where Windows takes it in no other way; undefined for all others.
 *
 * `bpf_prog_load` tells the verifier 0 for the descriptor of the template of a map of maps, so that every lookup of an inner map
 * is refused; and it knows neither section nor file nor how code is run (`ebpf_program_load_bytes`, libs/api/ebpf_api.cpp).
 * `bpf_object__load` tells the right ones. It makes the object's maps itself, but for those that are pinned by their names
 * (`_ebpf_object_reuse_map`): so ours are, as long as it loads.
 */
export function programObject(native: Native, options: ProgramOptions): ProgramObject | undefined {
  if (!loadsObjects(native)) return undefined;
  const used = new Map<number, UsedMap>();
  const ids = options.maps.map(({ map }) => {
    const { ref } = nativeHandle(map, "map");
    const info = infoOf(native, ref);
    used.set(info.id, { ref, info });
    return info.id;
  });
  if (!saysMore(options) && ![...used.values()].some(({ info }) => isMapOfMaps(info))) return undefined;
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
    const pins = [...used.values()].map(({ ref }, index) => [ref, `${root}\\${nameOf(index)}`] as const);
    if (pins.length > 0) sweep(native);
    const execution = options.execution === "interpret" ? INTERPRET : 0;
    return { load: { object, name: options.file || name, pinRoot: root, execution }, pins, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Whether there is more to say of a program than `bpf_prog_load` takes, for which name, section and file are one. */
function saysMore({ name, section, file = name, execution }: ProgramOptions): boolean {
  return section !== name || file !== name || execution === "interpret";
}

/** Takes the pins away that processes have left which were killed while they loaded. */
function sweep({ addon, library }: Native): void {
  const left: string[] = [];
  for (let row = addon.nextPin(library, LOADING, 0); typeof row !== "number"; row = addon.nextPin(library, row[0], 0)) {
    if (!row[0].startsWith(LOADING)) break;
    if (!runs(Number.parseInt(row[0].slice(LOADING.length), 10))) left.push(row[0]);
  }
  for (const path of left) addon.unpin(library, path);
}

function runs(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // Somebody else's process is one, too (EPERM).
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
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
