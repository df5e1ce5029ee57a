declare const library: unique symbol;
declare const object: unique symbol;
declare const ring: unique symbol;
declare const perf: unique symbol;

/** External objects of the addon: made there, understood there only, freed with the last reference. */
export interface LibraryRef {
  readonly [library]: true;
}
export interface ObjectRef {
  readonly [object]: true;
}
export interface RingRef {
  readonly [ring]: true;
}
export interface PerfRef {
  readonly [perf]: true;
}

/** How a call of the library below failed. */
export interface Failure {
  /** Name of the function. */
  readonly failed: string;
  /** Positive, in the numbers of the library's own system. */
  readonly errno?: number;
  /** `ebpf_result_t`. */
  readonly result?: number;
  /** The library has no such function. */
  readonly missing?: true;
  /** What the verifier said. */
  readonly log?: string;
}

export function isFailure(value: object): value is Failure {
  return "failed" in value;
}

/** Result of a map call for a handle that is closed, and for a function that the library lacks. */
export const CLOSED = -100_000;
export const MISSING = -100_001;

/** An opened library, or why there is none. */
export type Opened =
  | { readonly library: LibraryRef; readonly path: string; readonly missing: readonly string[] }
  | { readonly failed: "absent" | "refused" | "broken"; readonly message: string; readonly lastError: number };

/**
 * The addon's side of one map: its buffer holds one key, the next key and one value, at 0, `nextOffset` and
 * `valueOffset`. Functions give undefined, or a negative errno.
 */
export interface Channel {
  readonly buffer: ArrayBuffer;
  /** Type number of the library's own system. */
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Bytes of a value as it crosses: of all CPUs in per-CPU maps. */
  readonly valueBytes: number;
  readonly nextOffset: number;
  readonly valueOffset: number;
  readonly lookup: () => number | undefined;
  readonly take: () => number | undefined;
  readonly update: (flags: number) => number | undefined;
  readonly remove: () => number | undefined;
  readonly next: (hasKey: number) => number | undefined;
}

export interface LoadArguments {
  readonly type: number;
  readonly attachType: number;
  readonly name: string;
  readonly license: string;
  readonly code: Uint8Array;
  readonly flags: number;
  /** Bytes of the verifier's log; 0 for none. */
  readonly logBytes: number;
}

export interface ObjectLoadArguments {
  /** An ELF file of one program. */
  readonly object: Uint8Array;
  readonly name: string;
  /** Folder in which the object's maps are looked up by their names. */
  readonly pinRoot: string;
  readonly type: number;
  /** `ebpf_execution_type_t`; 0 leaves it to the library. */
  readonly execution: number;
}

/** What was loaded of an object. */
export interface LoadedRows {
  readonly maps: readonly (readonly [name: string, section: string, map: ObjectRef])[];
  readonly programs: readonly (readonly [name: string, section: string, program: ObjectRef])[];
}

export interface TestRunArguments {
  readonly data: Uint8Array | undefined;
  /** Bytes that data may come back with. */
  readonly dataRoom: number;
  readonly context: Uint8Array | undefined;
  readonly contextRoom: number;
  readonly repeat: number;
  readonly cpu: number | undefined;
  readonly flags: number;
}

export interface TestRunAnswer {
  readonly returnValue: number;
  readonly duration: number;
  readonly data: Uint8Array;
  readonly context: Uint8Array;
}

type Kind = "map" | "program" | "link";

/** What the addon exports (binding/): mechanism only. Promises never reject. */
export interface Addon {
  /** The system's library for "", or the one at an absolute path. */
  open(path: string): Opened;
  /** Live objects of the whole process, for leak tests; `waits` are those for rings that Windows' thread pool knows. */
  count(): Readonly<Record<"descriptors" | "handles" | "rings" | "jobs" | "waits", number>>;
  /**
   * Leaves behind the threads of this environment that have called the library, its own included: from now on fresh ones
   * call it, which open the driver anew. A failure, and all is as it was, where the system gives no threads.
   */
  renew(library: LibraryRef): Failure | undefined;
  /** Whether that was done: for good, as long as the environment lives. */
  renewed(): boolean;
  close(handle: ObjectRef): void;
  duplicate(handle: ObjectRef): ObjectRef | Failure;
  /** The kernel's structure as it came, and of programs the ids of their maps. */
  info(handle: ObjectRef, kind: Kind): { readonly bytes: Uint8Array; readonly mapIds: Uint32Array } | Failure;
  kind(handle: ObjectRef): Kind | undefined | Failure;
  nextId(library: LibraryRef, kind: Kind, start: number): number | undefined | Failure;
  openId(library: LibraryRef, kind: Kind, id: number): ObjectRef | Failure;

  createMap(
    library: LibraryRef,
    type: number,
    name: string,
    keySize: number,
    valueSize: number,
    maxEntries: number,
    flags: number,
    inner: ObjectRef | undefined,
  ): ObjectRef | Failure;
  openMap(handle: ObjectRef): Channel | Failure;
  freezeMap(handle: ObjectRef): number;
  /** Without an object, the descriptor -1 is written. */
  updateObject(map: ObjectRef, key: Uint8Array | undefined, object: ObjectRef | undefined, flags: number): number;
  /** Reads up to `room` entries into a buffer as `BatchMemory` describes it, made for as many; `how` is of `ReadHow`. */
  readBatch(map: ObjectRef, buffer: ArrayBuffer, room: number, how: number): number;
  updateBatch(map: ObjectRef, keys: Uint8Array, values: Uint8Array, count: number, flags: number): number;
  deleteBatch(map: ObjectRef, keys: Uint8Array, count: number): number;

  loadProgram(
    library: LibraryRef,
    options: LoadArguments,
    maps: readonly (readonly [map: ObjectRef, slot: number, offset: number | undefined])[],
  ): Promise<ObjectRef | Failure> | Failure;
  /** The only program of an object file, loaded by the library's own reader; maps are pinned to their paths meanwhile. */
  loadObject(
    library: LibraryRef,
    options: ObjectLoadArguments,
    pins: readonly (readonly [map: ObjectRef, path: string])[],
  ): Promise<ObjectRef | Failure> | Failure;
  /** An object file as it is, by the library's own reader; programs that are not named are loaded where the file says so. */
  loadWholeObject(
    library: LibraryRef,
    object: Uint8Array,
    name: string,
    reused: readonly (readonly [map: ObjectRef, name: string])[],
    contents: readonly (readonly [name: string, content: Uint8Array])[],
    programs: readonly (readonly [name: string, section: string, load: boolean, type: number])[],
  ): Promise<LoadedRows | Failure> | Failure;
  testRun(program: ObjectRef, options: TestRunArguments): Promise<TestRunAnswer | Failure> | Failure;
  bindMap(program: ObjectRef, map: ObjectRef): number;
  queryProgram(
    program: ObjectRef,
  ): { readonly execution: number; readonly file: string; readonly section: string } | Failure;
  synchronize(library: LibraryRef): Promise<undefined | Failure> | Failure;

  createLink(program: ObjectRef, target: number, attachType: number): Promise<ObjectRef | Failure> | Failure;
  /** Linux: a cgroup's folder, an event as perf_event_open(2) takes it, or a raw tracepoint by its name. */
  attachHook(
    program: ObjectRef,
    kind: "cgroup" | "event" | "raw_tracepoint",
    name: string,
    type: number,
    config: number,
  ): Promise<ObjectRef | Failure> | Failure;
  attach(program: ObjectRef, attachType: Uint8Array, parameter: Uint8Array): Promise<ObjectRef | Failure> | Failure;
  detach(link: ObjectRef): number;

  pin(handle: ObjectRef, path: string): number;
  openPin(library: LibraryRef, path: string): ObjectRef | Failure;
  unpin(library: LibraryRef, path: string): number;
  nextPin(library: LibraryRef, start: string, type: number): readonly [path: string, type: number] | number;

  openRing(map: ObjectRef): { readonly ring: RingRef; readonly size: number } | Failure;
  closeRing(ring: RingRef): void;
  ringProducer(ring: RingRef): number;
  ringConsumer(ring: RingRef): number;
  consumeRing(ring: RingRef, offset: number): void;
  /** Copies whole records; the offset behind them, or the negative bytes that the first one needs. */
  fillRing(ring: RingRef, offset: number, bytes: Uint8Array): number;
  /** Copies what lies in the ring's memory from `offset` on, as many bytes as there is room for, and no more than the ring has. */
  peekRing(ring: RingRef, offset: number, bytes: Uint8Array): void;
  /** Calls `listener` once, when there is something to read; 0 where the system has no thread or descriptor for it. */
  listen(ring: RingRef, listener: () => void): number;
  unlisten(id: number): void;
  writeRing(map: ObjectRef, data: Uint8Array, perf: boolean): number;

  /** A perf event array that the library reads, or a ring buffer. */
  openPerf(map: ObjectRef, pages: number, isRing: boolean): PerfRef | Failure;
  takePerf(perf: PerfRef):
    | {
        readonly records: readonly (readonly [cpu: number, data: Uint8Array])[];
        readonly lost: readonly (readonly [cpu: number, count: number])[];
      }
    | Failure;
  listenPerf(perf: PerfRef, listener: () => void): number;
  closePerf(perf: PerfRef): void;

  cpus(library: LibraryRef): number;
  version(library: LibraryRef): string | undefined;
  typeName(library: LibraryRef, table: "program" | "attach" | "link" | "map", number: number): string | undefined;
  /** Only where `ebpf_get_ebpf_program_type` is there. */
  hasProgramType(library: LibraryRef, number: number): boolean;
  sectionTypes(library: LibraryRef, section: string): readonly [program: number, attach: number] | Failure;

  loadNative(
    library: LibraryRef,
    path: string,
  ): Promise<{ readonly maps: readonly ObjectRef[]; readonly programs: readonly ObjectRef[] } | Failure> | Failure;
  /** What the library says of an object file by itself: `result` 0, or another number and why. */
  verifyObject(
    library: LibraryRef,
    object: Uint8Array,
    section: string,
    program: string,
    type: Uint8Array | undefined,
    verbosity: number,
  ): Promise<(TextAnswer & { readonly statistics: readonly [number, number, number] }) | Failure> | Failure;
  disassembleObject(
    library: LibraryRef,
    file: string,
    section: string,
    program: string,
  ): Promise<TextAnswer | Failure> | Failure;
  listObject(
    library: LibraryRef,
    file: string,
    verbose: boolean,
  ):
    | Promise<
        { readonly result: number; readonly error: string; readonly programs: readonly ListedObjectProgram[] } | Failure
      >
    | Failure;
}

interface TextAnswer {
  readonly result: number;
  readonly text: string;
  readonly error: string;
}

/** A program as the library lists it; types are GUIDs, 16 bytes. */
interface ListedObjectProgram {
  readonly section: string;
  readonly program: string;
  readonly type: Uint8Array;
  readonly attachType: Uint8Array;
  readonly code: Uint8Array;
  readonly offset: number;
  readonly statistics: readonly (readonly [name: string, value: number])[];
}
