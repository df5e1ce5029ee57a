import { readFileSync } from "node:fs";
import { assertWhole, parse } from "../elf/index.ts";
import {
  creationOrder,
  definitionOf,
  type Execution,
  fillMap,
  type Handle,
  matchesDefinition,
  objectsAreImages,
  type ProgramOptions,
  writeInitial,
} from "../engine/index.ts";
import { EbpfError, InvalidObjectError, VerificationError } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import type { MapSpec, ProgramSpec } from "../spec/index.ts";
import { type BpfMapState, BpfObject, type BpfProgram, ExecutionType } from "./object-state.ts";
import { openPinned, pinDescriptor, unpinPath } from "./pins.ts";
import { resultOf, type Session } from "./session.ts";
import { typesOfSection } from "./type-names.ts";

/** Where maps are pinned by their name unless the caller says so. */
const PIN_ROOT = "/ebpf/global";

/** Faults of the file as a whole that are no faults of its structure. */
const LATE_FAULTS = /^(No executable sections|No symbol table|Not made for BPF)/;
const NO_INNER_MAP = 0xffff_ffff;

/** `struct bpf_object_open_opts`: the members that Windows reads. */
export interface ObjectOpenOptions {
  readonly object_name?: string;
  readonly pin_root_path?: string;
}

/** Opens a file or the bytes of one; `result` is an `ebpf_result_t`. */
export function openObject(
  session: Session,
  source: string | Uint8Array,
  options: ObjectOpenOptions | null,
): { readonly result: number; readonly object: BpfObject | null } {
  const path = typeof source === "string" ? source : "memory";
  let bytes: Uint8Array;
  try {
    bytes = typeof source === "string" ? readFileSync(source) : source;
  } catch {
    return { result: EbpfResult.FILE_NOT_FOUND, object: null };
  }
  try {
    const spec = parse(bytes, { path });
    assertWhole(spec);
    const object = new BpfObject(
      spec,
      options?.object_name ?? path,
      path,
      options?.pin_root_path ?? PIN_ROOT,
      objectsAreImages(session.engine),
    );
    for (const program of object.programs)
      program.attachType = typesOfSection(session, program.spec.section)?.attach ?? 0;
    session.objects.push(object);
    return { result: EbpfResult.SUCCESS, object };
  } catch (error) {
    return { result: openFailure(error), object: null };
  }
}

/** What Windows finds only once the structure of the file is in order is INVALID_ARGUMENT. */
function openFailure(error: unknown): number {
  const late = error instanceof InvalidObjectError && (error.section !== undefined || LATE_FAULTS.test(error.message));
  return late ? EbpfResult.INVALID_ARGUMENT : resultOf(error);
}

/** Creates an object's maps and loads its programs: all or nothing. An `ebpf_result_t`. */
export async function loadObject(session: Session, object: BpfObject): Promise<number> {
  if (object.loaded) return EbpfResult.INVALID_ARGUMENT;
  let result = createMaps(session, object);
  if (result === EbpfResult.SUCCESS) {
    result = await loadPrograms(session, object);
    object.loaded = true;
  }
  if (result === EbpfResult.SUCCESS && object.native) result = fillMaps(session, object);
  if (result !== EbpfResult.SUCCESS) {
    unpinNew(session, object);
    unloadObject(session, object);
  }
  return result;
}

/** Takes the pins away that a load has made by the maps' names. */
function unpinNew(session: Session, object: BpfObject): void {
  for (const map of object.maps) {
    if (!map.pinned || map.reused || !map.spec.pinByName || map.pinPath === null) continue;
    unpinPath(session, map.pinPath);
    map.pinned = false;
  }
}

/** Closes the descriptors of an object's maps and programs. */
export function unloadObject(session: Session, object: BpfObject): void {
  for (const part of [...object.maps, ...object.programs]) {
    if (part.descriptor === -1) continue;
    session.descriptors.close(part.descriptor);
    part.descriptor = -1;
  }
}

function createMaps(session: Session, object: BpfObject): number {
  let result: number = EbpfResult.SUCCESS;
  for (const map of creationOrder(object.maps)) {
    result = createMap(session, object, map);
    if (result !== EbpfResult.SUCCESS) break;
  }
  if (result !== EbpfResult.SUCCESS) {
    unpinNew(session, object);
    unloadObject(session, object);
    // Windows forgets the maps of an object whose maps could not all be made.
    object.maps = [];
  }
  return result;
}

function createMap(session: Session, object: BpfObject, map: BpfMapState): number {
  const { engine, descriptors } = session;
  const { spec } = map;
  if (spec.pinByName && map.pinPath !== null) {
    const existing = openPinned(session, map.pinPath);
    if (existing.result === EbpfResult.SUCCESS) {
      if (!matchesDefinition(engine, session.handle(existing.descriptor), spec)) {
        descriptors.close(existing.descriptor);
        return EbpfResult.INVALID_ARGUMENT;
      }
      map.descriptor = existing.descriptor;
      map.reused = true;
      map.pinned = true;
      return EbpfResult.SUCCESS;
    }
  }
  const result = session.result(() => {
    const template = object.maps.find((other) => other.spec.name === spec.inner?.name);
    const inner = template === undefined ? undefined : session.handle(template.descriptor);
    map.descriptor = descriptors.open(
      engine.createMap({ ...mapOptions(spec), ...(inner === undefined ? {} : { inner }) }),
    );
  });
  if (result !== EbpfResult.SUCCESS || map.pinPath === null) return result;
  const pinned = pinDescriptor(session, map.descriptor, map.pinPath);
  map.pinned = pinned === EbpfResult.SUCCESS;
  return pinned;
}

function mapOptions(spec: MapSpec) {
  return {
    ...definitionOf(spec),
    // Windows leaves -1 as the inner map of BTF maps that have none.
    declared: { pinning: Number(spec.pinByName), innerId: spec.section.startsWith("maps") ? 0 : NO_INNER_MAP },
  };
}

/** What a native image says that its maps begin with; maps that were there before keep what they have. */
function fillMaps(session: Session, object: BpfObject): number {
  return session.result(() => {
    for (const { spec, descriptor, reused } of object.maps) {
      if (reused) continue;
      writeInitial(session.engine, session.handle(descriptor), spec);
      fillMap(session.engine, session.handle(descriptor), spec, ({ kind, name }) => {
        const parts: readonly { readonly spec: { readonly name: string }; readonly descriptor: number }[] =
          kind === "map" ? object.maps : object.programs;
        return session.descriptors.get(parts.find((part) => part.spec.name === name)?.descriptor ?? -1);
      });
    }
  });
}

async function loadPrograms(session: Session, object: BpfObject): Promise<number> {
  for (const program of object.programs) {
    if (!program.autoload) continue;
    try {
      const handle = await session.engine.loadProgram(programOptions(session, object, program));
      program.descriptor = session.descriptors.open(handle);
      program.log = null;
    } catch (error) {
      if (error instanceof VerificationError) program.log = error.log;
      return resultOf(error);
    }
  }
  return EbpfResult.SUCCESS;
}

function programOptions(session: Session, object: BpfObject, program: BpfProgram): ProgramOptions {
  const { spec } = program;
  return {
    name: spec.name,
    type: program.type,
    section: spec.section,
    file: object.name,
    code: spec.code,
    lines: spec.lines,
    execution: executionOf(object),
    maps: references(session, object, spec),
  };
}

function executionOf({ native, execution }: BpfObject): Execution {
  if (native) return "native";
  return execution === ExecutionType.INTERPRET ? "interpret" : "jit";
}

function references(session: Session, object: BpfObject, spec: ProgramSpec): ProgramOptions["maps"] {
  const used: { slot: number; map: Handle; offset?: number }[] = [];
  for (const reference of spec.references) {
    if (reference.kind === "function") continue;
    const name = reference.kind === "map" || reference.kind === "map-value" ? reference.map : undefined;
    const map = object.maps.find((each) => each.spec.name === name);
    if (map === undefined && name !== undefined) throw missingMap(object, name);
    if (map === undefined) {
      throw new EbpfError(
        "EBPF_INVALID_ARGUMENT",
        `Program ${JSON.stringify(spec.name)} refers to what nothing defines`,
      );
    }
    const offset = reference.kind === "map-value" ? { offset: reference.offset } : {};
    used.push({ slot: reference.slot, map: session.handle(map.descriptor), ...offset });
  }
  return used;
}

/** What Windows' verifier says of a program that refers to a map which was not made: a data section, under JIT. */
function missingMap(object: BpfObject, name: string): VerificationError {
  const descriptor = object.spec.maps.find((map) => map.name === name)?.descriptor ?? 0;
  const log = `Map cache entry for original map fd ${descriptor} not found.`;
  return new VerificationError(log, log, {
    native: { result: EbpfResult.VERIFICATION_FAILED, errno: errnoNumbers.EACCES },
    hint: "Data sections and maps that could not be made have no map here: use the native profile for globals.",
  });
}
