import type { Engine, Handle, LoadedObject, WholeObject } from "../engine/index.ts";
import type { ObjectSpec } from "../spec/index.ts";
import type { Link } from "./link.ts";
import { existingMap, mapOf } from "./load-maps.ts";
import type { LoadOptions } from "./load-options.ts";
import type { BpfMap } from "./map.ts";
import { BpfObject } from "./object.ts";
import { Program } from "./program.ts";
import type { Session } from "./resource.ts";

/** What a load gives back where it fails later. */
interface Made {
  readonly handles: Handle[];
  readonly pins: string[];
}

/**
 * Loads an object's file as it is by the library that the kernel's own loaders use, with the same options and the same
 * meaning as program by program: all or nothing. `spec` is what was read of the file, globals set.
 */
export async function loadWhole(
  session: Session,
  spec: ObjectSpec,
  bytes: Uint8Array,
  links: Set<Link>,
  { load, options }: { readonly load: NonNullable<Engine["loadWhole"]>; readonly options: LoadOptions },
): Promise<BpfObject> {
  const { engine } = session;
  const made: Made = { handles: [], pins: [] };
  try {
    const wanted = wholeObject(session, spec, bytes, options, made);
    const loaded = await load.call(engine, wanted.object);
    made.handles.push(...loaded.maps.map(({ handle }) => handle), ...loaded.programs.map(({ handle }) => handle));
    for (const { name, path } of wanted.toPin) {
      const map = loaded.maps.find((each) => each.name === name);
      if (map === undefined) continue;
      engine.pin(map.handle, path);
      made.pins.push(path);
    }
    const object = new BpfObject(
      spec,
      programsOf(session, spec, loaded, links, options),
      mapsOf(session, spec, loaded),
      [],
    );
    for (const handle of wanted.reused) engine.close(handle);
    return object;
  } catch (error) {
    for (const path of made.pins) engine.unpin(path);
    for (const handle of made.handles) engine.close(handle);
    throw error;
  }
}

interface Wanted {
  readonly object: WholeObject;
  /** Maps that are used in place of the object's, to be closed. */
  readonly reused: readonly Handle[];
  readonly toPin: readonly { readonly name: string; readonly path: string }[];
}

function wholeObject(
  session: Session,
  spec: ObjectSpec,
  bytes: Uint8Array,
  { maps = {}, types = {}, programs, pinRoot }: LoadOptions,
  made: Made,
): Wanted {
  const reused: { name: string; map: Handle }[] = [];
  const toPin: { name: string; path: string }[] = [];
  for (const map of spec.maps) {
    const given = Object.hasOwn(maps, map.name) ? maps[map.name] : undefined;
    const { handle, path } = existingMap(session, spec, map, given, pinRoot);
    if (handle !== undefined) {
      made.handles.push(handle);
      reused.push({ name: map.name, map: handle });
    } else if (path !== undefined) {
      toPin.push({ name: map.name, path });
    }
  }
  const isReused = (name: string): boolean => reused.some((each) => each.name === name);
  const object = {
    bytes,
    spec,
    reused,
    initial: spec.maps.flatMap(({ name, initial }) =>
      initial === undefined || isReused(name) ? [] : [{ name, content: initial }],
    ),
    programs: spec.programs.flatMap(({ name, section }) => {
      const type = Object.hasOwn(types, name) ? types[name] : undefined;
      if (programs === undefined && type === undefined) return [];
      const load = programs === undefined ? !section.startsWith("?") : programs.includes(name);
      return [{ name, section, load, ...(type === undefined ? {} : { type }) }];
    }),
  };
  return { object, reused: reused.map(({ map }) => map), toPin };
}

function programsOf(
  session: Session,
  spec: ObjectSpec,
  { programs }: LoadedObject,
  links: Set<Link>,
  { types = {} }: LoadOptions,
): readonly Program[] {
  const left = [...programs];
  return spec.programs.flatMap((program) => {
    const at = left.findIndex(
      // libbpf leaves out the question mark of what is not loaded by itself.
      ({ name, section }) => name === program.name && section === program.section.replace(/^\?/, ""),
    );
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (found === undefined) return [];
    const type = Object.hasOwn(types, program.name) ? types[program.name] : undefined;
    return [new Program(session, found.handle, links, type === undefined ? program : { ...program, type })];
  });
}

function mapsOf(session: Session, spec: ObjectSpec, { maps }: LoadedObject): readonly BpfMap[] {
  return spec.maps.flatMap((map) => {
    const found = maps.find(({ name }) => name === map.name);
    return found === undefined ? [] : [mapOf(session, found.handle, map, spec.btf)];
  });
}
