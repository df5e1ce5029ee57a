import { btfCodec, bytes, type Codec, perCpu, u32 } from "../codec/index.ts";
import {
  creationOrder,
  definitionOf,
  type Engine,
  failure,
  type Handle,
  LINUX_MAP_TYPE,
  matchesDefinition,
  writeInitial,
} from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { EbpfResult, mapTypes } from "../platform/index.ts";
import type { BtfSpec, MapSpec, ObjectSpec } from "../spec/index.ts";
import { BpfMap } from "./map.ts";
import { MapResource } from "./map-resource.ts";
import { pinPath } from "./pin-path.ts";
import type { Session } from "./resource.ts";

/** Where maps are pinned by their names unless the caller says so. */
const PIN_ROOT = "/ebpf/global";

/** A map of an object that is being loaded. */
export interface LoadedMap {
  readonly spec: MapSpec;
  readonly map: BpfMap;
  /** The map was there before, pinned by its name or given by the caller: what it holds stays. */
  readonly reused: boolean;
  /** Path that the load has pinned the map to. */
  readonly pinned: string | undefined;
  /** The map's template, where no map of the object is. */
  readonly template?: BpfMap;
}

export interface MapLoadOptions {
  /** Folder of maps that pin themselves by their names. */
  readonly pinRoot?: string | undefined;
  /** Maps to use in place of the object's own, by name. */
  readonly maps: ReadonlyMap<string, BpfMap>;
}

/**
 * Creates an object's maps, templates first, and pins those that are pinned by name, or opens what is pinned there. What
 * was made is appended to `loaded` as it is made, so that a caller can undo it. Data sections are left out where the
 * runtime has none.
 */
export function loadMaps(session: Session, object: ObjectSpec, options: MapLoadOptions, loaded: LoadedMap[]): void {
  const globals = session.engine.supports("globals");
  const specs = object.maps.filter((spec) => globals || /^\.?maps/.test(spec.section));
  for (const { spec } of creationOrder(specs.map((each) => ({ spec: each })))) {
    loaded.push(loadMap(session, object, spec, options, loaded));
  }
}

/** Closes the maps of a load that failed, and takes away the pins that it has made. */
export function unloadMaps(session: Session, loaded: readonly LoadedMap[]): void {
  for (const { map, pinned, template } of loaded) {
    if (pinned !== undefined) session.engine.unpin(pinned);
    map.close();
    template?.close();
  }
}

/**
 * The map that is used in place of an object's own: the one that is given, or what is pinned by its name; and where it is to
 * be pinned. Throws `EBPF_INVALID_ARGUMENT` where that is defined otherwise.
 */
export function existingMap(
  { engine }: Session,
  object: ObjectSpec,
  spec: MapSpec,
  given: BpfMap | undefined,
  pinRoot: string = PIN_ROOT,
): { readonly handle: Handle | undefined; readonly path: string | undefined } {
  const defined = inKernelNumbers(engine, object, spec);
  if (given !== undefined) {
    assertMatches(engine, given.handle, defined, "the map that was given for it");
    return { handle: engine.duplicate(given.handle), path: undefined };
  }
  const path = spec.pinByName ? pinPath(`${pinRoot}/${spec.name}`) : undefined;
  const existing = path === undefined ? undefined : openPinned(engine, path);
  if (existing === undefined) return { handle: undefined, path };
  try {
    assertMatches(engine, existing, defined, `what is pinned to ${path}`);
  } catch (error) {
    engine.close(existing);
    throw error;
  }
  return { handle: existing, path };
}

function loadMap(
  session: Session,
  object: ObjectSpec,
  spec: MapSpec,
  options: MapLoadOptions,
  loaded: readonly LoadedMap[],
): LoadedMap {
  const { engine } = session;
  const defined = inKernelNumbers(engine, object, spec);
  const open = (handle: Handle) => mapOf(session, handle, spec, object.btf);
  const { handle: existing, path } = existingMap(session, object, spec, options.maps.get(spec.name), options.pinRoot);
  if (existing !== undefined) return { spec, map: open(existing), reused: true, pinned: undefined };
  const named = loaded.find((other) => other.spec.name === defined.inner?.name)?.map.handle;
  const template =
    named === undefined && defined.inner !== undefined ? engine.createMap(requestOf(defined.inner)) : undefined;
  const made: Handle[] = template === undefined ? [] : [template];
  try {
    const handle = create(engine, defined, named ?? template);
    made.push(handle);
    if (path !== undefined) engine.pin(handle, path);
    const map = { spec, map: open(handle), reused: false, pinned: path };
    if (template === undefined) return map;
    if (keepsTemplates(engine)) return { ...map, template: mapOf(session, template, defined.inner, object.btf) };
    engine.close(template);
    return map;
  } catch (error) {
    for (const handle of made) engine.close(handle);
    throw error;
  }
}

function create(engine: Engine, spec: MapSpec, inner: Handle | undefined): Handle {
  const handle = engine.createMap({ ...requestOf(spec), ...(inner === undefined ? {} : { inner }) });
  try {
    writeInitial(engine, handle, spec);
    if (spec.readOnly === true) engine.freeze(handle);
    return handle;
  } catch (error) {
    engine.close(handle);
    throw error;
  }
}

/**
 * Whether templates live as long as the object: on Windows nobody finds them any more once they are closed, and without them
 * neither programs that look into the map are loaded nor is the map, where it is pinned, used again (`_ebpf_validate_map`,
 * libs/api/ebpf_api.cpp).
 */
function keepsTemplates({ kind }: Engine): boolean {
  return kind !== "libbpf";
}

/** Linux: programs may read the map only, so that its verifier takes the content for constant. */
const BPF_F_RDONLY_PROG = 0x80;

/** A map of an object file for Linux has Linux' type numbers and flags; Windows has no flags. */
function inKernelNumbers(engine: Engine, { platform }: Pick<ObjectSpec, "platform">, spec: MapSpec): MapSpec {
  if (platform !== "linux") return { ...spec, flags: 0 };
  const inner = spec.inner === undefined ? {} : { inner: inKernelNumbers(engine, { platform }, spec.inner) };
  const flags = spec.flags | (spec.readOnly === true ? BPF_F_RDONLY_PROG : 0);
  return { ...spec, ...inner, flags, type: engine.kind === "libbpf" ? typeOfLinux(spec.type) : spec.type };
}

/** Our number for a type that an object file for Linux has in Linux' numbers. */
function typeOfLinux(number: number): number {
  return mapTypes.find(({ linuxNumber }) => linuxNumber === number)?.number ?? LINUX_MAP_TYPE + number;
}

function requestOf(spec: MapSpec) {
  return spec.flags === 0 ? definitionOf(spec) : { ...definitionOf(spec), flags: spec.flags };
}

function openPinned(engine: Engine, path: string): Handle | undefined {
  try {
    return engine.openPin(path);
  } catch (error) {
    if (error instanceof EbpfError && error.code === "EBPF_NOT_FOUND") return undefined;
    throw error;
  }
}

function assertMatches(engine: Engine, handle: Handle, spec: MapSpec, what: string): void {
  if (matchesDefinition(engine, handle, spec)) return;
  throw failure(
    EbpfResult.INVALID_ARGUMENT,
    `Map ${JSON.stringify(spec.name)} is defined otherwise than ${what}`,
    "Type, sizes, entries and template must be the same. Unpin the other map, or load under another pin root.",
  );
}

/** A map with the codecs that the object file has for it; plain bytes where it says nothing. */
export function mapOf(session: Session, handle: Handle, spec: MapSpec | undefined, btf: BtfSpec | undefined): BpfMap {
  const resource = new MapResource(session, handle);
  const { keySize, valueSize } = resource.info;
  const value = spec === undefined ? bytes(valueSize) : valueCodecOf(btf, spec, resource.holdsObjects);
  const key = spec === undefined ? bytes(keySize) : keyCodecOf(btf, spec);
  return new BpfMap(resource, key, resource.perCpu ? perCpu(value, session.engine.cpus) : value);
}

/** Maps of maps and of programs give ids. */
function valueCodecOf(btf: BtfSpec | undefined, spec: MapSpec, holdsObjects: boolean): Codec<unknown> {
  return holdsObjects ? u32 : codecOf(btf, spec.valueType, spec.valueSize);
}

/** BTF's codec where BTF describes exactly these bytes, plain bytes otherwise. */
function codecOf(btf: BtfSpec | undefined, type: number | undefined, size: number): Codec<unknown> {
  if (btf === undefined || type === undefined) return bytes(size);
  try {
    const codec = btfCodec(btf, type);
    return codec.size === size ? codec : bytes(size);
  } catch (error) {
    // Types without values (a forward declaration, a function) say nothing about the bytes.
    if (error instanceof EbpfError) return bytes(size);
    throw error;
  }
}

/** As `codecOf`; the key of an array is an index, whoever declares it. */
function keyCodecOf(btf: BtfSpec | undefined, map: MapSpec): Codec<unknown> {
  const isIndex = map.keyType === undefined && map.keySize === u32.size && mapTypes[map.type]?.isArray;
  return isIndex === true ? u32 : codecOf(btf, map.keyType, map.keySize);
}
