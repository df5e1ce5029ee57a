import { btfCodec, bytes, type Codec, u32 } from "../codec/index.ts";
import { type Handle, LINUX_MAP_TYPE } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { mapTypes } from "../platform/index.ts";
import type { BtfSpec, MapSpec, ObjectSpec, Platform, ProgramSpec } from "../spec/index.ts";
import type { Link } from "./link.ts";
import { BpfMap, MapResource } from "./map.ts";
import { BpfObject } from "./object.ts";
import { Program } from "./program.ts";
import type { Session } from "./resource.ts";

/**
 * Creates the maps and loads the programs of `spec`, maps first, in file order: all or nothing. What was created is
 * given back when anything fails.
 */
export async function loadObject(session: Session, spec: ObjectSpec, links: Set<Link>): Promise<BpfObject> {
  const maps: BpfMap[] = [];
  const programs: Program[] = [];
  try {
    for (const map of spec.maps) maps.push(loadMap(session, map, spec));
    const handles = new Map(maps.map((map, index) => [map.name, { handle: map.handle, spec: spec.maps[index] }]));
    for (const program of spec.programs) {
      programs.push(new Program(session, await loadProgram(session, spec, program, handles), program, links));
    }
    return new BpfObject(spec, programs, maps);
  } catch (error) {
    for (const resource of [...programs, ...maps]) resource.close();
    throw error;
  }
}

function loadMap(session: Session, map: MapSpec, { btf, platform }: ObjectSpec): BpfMap {
  const inner = map.inner === undefined ? undefined : createMap(session, map.inner, platform);
  try {
    const handle = createMap(session, map, platform, inner);
    if (map.initial !== undefined) session.engine.update(handle, new Uint8Array(map.keySize), map.initial, 0);
    if (map.readOnly === true) session.engine.freeze(handle);
    return mapOf(session, handle, map, btf);
  } finally {
    // The outer map keeps what it needs of its template.
    if (inner !== undefined) session.engine.close(inner);
  }
}

/** A loaded map with the codecs that the object file has for it; plain bytes where it says nothing. */
export function mapOf(session: Session, handle: Handle, spec: MapSpec | undefined, btf: BtfSpec | undefined): BpfMap {
  const resource = new MapResource(session, handle);
  if (spec !== undefined) {
    return new BpfMap(resource, keyCodecOf(btf, spec), codecOf(btf, spec.valueType, spec.valueSize));
  }
  return new BpfMap(resource, bytes(resource.info.keySize), bytes(resource.info.valueSize));
}

/** Linux: programs may read the map only, so that its verifier takes the content for constant. */
const BPF_F_RDONLY_PROG = 0x80;

function createMap(session: Session, map: MapSpec, platform: Platform, inner?: Handle): Handle {
  const linux = platform === "linux";
  const flags = linux ? map.flags | (map.readOnly === true ? BPF_F_RDONLY_PROG : 0) : 0;
  return session.engine.createMap({
    name: map.name,
    type: linux && session.engine.kind === "libbpf" ? typeOfLinux(map.type) : map.type,
    keySize: map.keySize,
    valueSize: map.valueSize,
    maxEntries: map.maxEntries,
    ...(flags === 0 ? {} : { flags }),
    ...(inner === undefined ? {} : { inner }),
  });
}

/** Our number for a type that an object file for Linux has in Linux' numbers. */
function typeOfLinux(number: number): number {
  return mapTypes.find(({ linuxNumber }) => linuxNumber === number)?.number ?? LINUX_MAP_TYPE + number;
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

async function loadProgram(
  session: Session,
  object: ObjectSpec,
  program: ProgramSpec,
  maps: ReadonlyMap<string, { handle: Handle; spec: MapSpec | undefined }>,
): Promise<Handle> {
  const used: { slot: number; map: Handle; offset?: number }[] = [];
  for (const reference of program.references) {
    if (reference.kind === "map" || reference.kind === "map-value") {
      const map = maps.get(reference.map);
      if (map === undefined) {
        throw new EbpfError(
          "EBPF_NOT_FOUND",
          `Program ${JSON.stringify(program.name)} uses map ${JSON.stringify(reference.map)}, which the object lacks`,
          { hint: "Every map that a program refers to must be among the object's maps." },
        );
      }
      used.push({
        slot: reference.slot,
        map: map.handle,
        ...(reference.kind === "map-value" ? { offset: reference.offset } : {}),
      });
    } else if (reference.kind !== "function") {
      throw new EbpfError(
        "EBPF_NOT_SUPPORTED",
        `Program ${JSON.stringify(program.name)} calls ${JSON.stringify(reference.name)}, which nothing defines`,
        { hint: "Define the function in the object, or call a helper by its number." },
      );
    }
  }
  return session.engine.loadProgram({
    name: program.name,
    type: program.type,
    section: program.section,
    code: program.code,
    lines: program.lines,
    maps: used,
    source: { object, program },
  });
}
