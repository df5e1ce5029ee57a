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
  execution: number = ExecutionType.JIT;
  loaded = false;

  constructor(spec: ObjectSpec, name: string, file: string, pinRoot: string) {
    this.spec = spec;
    this.name = name;
    this.file = file;
    this.programs = spec.programs.map((program) => new BpfProgram(this, program));
    this.maps = spec.maps.map((map) => new BpfMapState(this, map, pinRoot));
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
