import type { Handle } from "../engine/index.ts";
import type { MapSpec, ObjectSpec, ProgramSpec } from "../spec/index.ts";

/** `ebpf_execution_type_t`. */
export const ExecutionType = { ANY: 0, JIT: 1, INTERPRET: 2, NATIVE: 3 } as const;

/** `struct bpf_object`: an object file that is open. Opaque: pass it to the functions of the door. */
export class BpfObject {
  readonly spec: ObjectSpec;
  /** Path as it was given, or the name that the caller chose. */
  readonly name: string;
  readonly file: string;
  readonly programs: readonly BpfProgram[];
  maps: BpfMapState[];
  execution: number = ExecutionType.ANY;
  loaded = false;
  /** The file is a native image, or stands for the one that is made from it. */
  readonly native: boolean;

  constructor(spec: ObjectSpec, name: string, file: string, pinRoot: string, native: boolean) {
    this.native = native;
    this.spec = spec;
    this.name = name;
    this.file = file;
    // Data sections are maps in native images only, and programs are sorted by name there.
    const programs = native ? spec.programs.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : spec.programs;
    this.programs = programs.map((program) => new BpfProgram(this, program));
    this.maps = listedMaps(spec, native).map((map) => new BpfMapState(this, map, pinRoot));
  }
}

/** `struct bpf_program`: a program of an open object. */
export class BpfProgram {
  readonly object: BpfObject;
  readonly spec: ProgramSpec;
  /** Program type name, "unspec" where it is not known. */
  type: string;
  /** Attach type number. */
  attachType = 0;
  autoload = true;
  flags = 0;
  descriptor = -1;
  log: string | null = null;

  constructor(object: BpfObject, spec: ProgramSpec) {
    this.object = object;
    this.spec = spec;
    this.type = spec.type;
  }
}

/** `struct bpf_map`: a map of an open object. */
export class BpfMapState {
  readonly object: BpfObject;
  readonly spec: MapSpec;
  descriptor = -1;
  pinned = false;
  /** The map was there already, pinned by its name. */
  reused = false;
  pinPath: string | null;

  constructor(object: BpfObject, spec: MapSpec, pinRoot: string) {
    this.object = object;
    this.spec = spec;
    this.pinPath = spec.pinByName ? `${pinRoot}/${spec.name}` : null;
  }
}

/** `struct bpf_link`. */
export class BpfLink {
  readonly handle: Handle;
  readonly descriptor: number;
  pinPath: string | null;
  disconnected = false;

  constructor(handle: Handle, descriptor: number, pinPath: string | null = null) {
    this.handle = handle;
    this.descriptor = descriptor;
    this.pinPath = pinPath;
  }
}

/** Maps as Windows lists them: those of `maps` sections by their place, and templates without a name of their own last. */
function listedMaps(spec: ObjectSpec, globals: boolean): MapSpec[] {
  const maps = spec.maps.filter((map) => globals || /^\.?maps/.test(map.section));
  const legacy = maps.filter((map) => map.section.startsWith("maps")).sort((a, b) => a.descriptor - b.descriptor);
  const placed = maps.map((map) => (map.section.startsWith("maps") ? (legacy.shift() ?? map) : map));
  const templates = maps.flatMap(({ inner }) => (inner === undefined ? [] : [inner]));
  const unnamed = templates.filter((inner) => !maps.some((map) => map.name === inner.name));
  return [...placed, ...unnamed];
}
