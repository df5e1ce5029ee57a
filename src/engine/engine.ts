import type { ObjectSpec, ProgramProof, ProgramSpec, SourceLine, Step } from "../spec/index.ts";
import type { DirectMap } from "./direct-map.ts";
import type { ObjectReader } from "./object-reader.ts";
import type { RingView } from "./ring.ts";

/** Which system answers: the real ebpf-for-windows, our stand-in for it, or Linux through libbpf. */
export type RuntimeKind = "windows" | "simulated" | "libbpf";

/** Added to Linux' number of a map type that Windows lacks. */
export const LINUX_MAP_TYPE = 256;

/** Attach type of hooks that only Linux has: which one, the program's section says. */
export const LINUX_ATTACH_TYPE = 256;

/** What a runtime may or may not be able to do; ask with `supports` before trying. */
export type Feature =
  | "printk"
  | "trace"
  /** Data sections and static values of maps have their content. */
  | "globals"
  | "test-run"
  | "clock-control"
  | "xdp"
  /** Programs of types that only Linux has are attached: tc, cgroups, tracepoints, kprobes. */
  | "linux-hooks"
  | "coverage"
  /** Byte code is loaded: `bpf_prog_load`, object files. */
  | "byte-code"
  /** Byte code is interpreted where that is asked for. */
  | "interpreter"
  /** Native images are loaded; in a simulation, object files behave as the images that are made from them. */
  | "native-images"
  /** Something provides custom map types. */
  | "custom-maps"
  /** Programs are attached. */
  | "attach"
  /** Records of ring buffers are read. */
  | "rings"
  /** Records of perf event arrays are read. */
  | "perf-events"
  /** Pins are listed: `runtime.pins()`. */
  | "pin-list"
  /** `runtime.synchronize()`. */
  | "synchronize"
  /** `runtime.objectReader` is there. */
  | "object-reader";

/** A reference to a kernel object: made and understood by one engine only, closed with `Engine.close`. */
export interface Handle {
  readonly kind: "map" | "program" | "link";
}

export interface MapOptions {
  readonly name: string;
  /** Map type number: Windows' on every engine. Types that only Linux has are `LINUX_MAP_TYPE` and its number. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Maps of maps: a map that every inner map must look like. */
  readonly inner?: Handle;
  /** Linux' `map_flags`; Windows has none. */
  readonly flags?: number;
  /** What the definition in an object file says besides: shown with pinned maps. */
  readonly declared?: MapDeclaration;
}

/** Members of a map's definition that mean nothing to the kernel. */
export interface MapDeclaration {
  /** 1 where the map is pinned by its name. */
  readonly pinning: number;
  /** Id of the inner map as the object file has it. */
  readonly innerId: number;
}

export interface MapInfo {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  /** Declared size of one value in bytes; a per-CPU map's buffer holds one per CPU, each padded to 8 bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Maps of maps: id of the template; 0 in others. */
  readonly innerMapId: number;
  readonly declared: MapDeclaration;
  /** Paths that the map is pinned to. */
  readonly pinnedPaths: number;
}

/** Where a batch begins and how much it reads. */
export interface BatchOptions {
  /** `Batch.cursor`, or the last key, of the batch before; absent for the first batch. */
  readonly cursor?: Uint8Array | undefined;
  /** Entries at most. */
  readonly count: number;
  /** Takes the entries out as they are read. */
  readonly remove?: boolean;
}

/** Entries of a batch: `count` keys, and as many values, one behind the other. */
export interface Batch {
  readonly count: number;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  /** Where the next batch begins: its `cursor`. The last key where absent; Linux counts otherwise. */
  readonly cursor?: Uint8Array;
}

/** An object that is pinned, and where. */
export interface Pin {
  readonly path: string;
  readonly kind: Handle["kind"];
}

/** An object file, and what is changed of it before it is loaded. */
export interface WholeObject {
  readonly bytes: Uint8Array;
  /** What was read of it. */
  readonly spec: ObjectSpec;
  /** Maps to use in place of the object's own, by name. */
  readonly reused: readonly { readonly name: string; readonly map: Handle }[];
  /** Content of data sections, by the map's name. */
  readonly initial: readonly { readonly name: string; readonly content: Uint8Array }[];
  /** Programs that are not left to the file: whether they are loaded, and as which type. */
  readonly programs: readonly {
    readonly name: string;
    readonly section: string;
    readonly load: boolean;
    readonly type?: string;
  }[];
}

/** What was loaded of it. */
export interface LoadedObject {
  readonly maps: readonly { readonly name: string; readonly handle: Handle }[];
  readonly programs: readonly { readonly name: string; readonly section: string; readonly handle: Handle }[];
}

/** How a program's code is run. */
export type Execution = "jit" | "interpret" | "native";

export interface ProgramOptions {
  readonly name: string;
  /** Program type name, as in the platform's table. */
  readonly type: string;
  readonly section: string;
  /** 8 bytes a slot, little-endian, linked. */
  readonly code: Uint8Array;
  readonly lines: readonly SourceLine[];
  readonly file?: string;
  /** Attach type number that the program is loaded for. */
  readonly attachType?: number;
  /** `"jit"` unless given. */
  readonly execution?: Execution;
  /** What Linux asks about before it admits some helpers; Windows does not. The object file's unless given. */
  readonly license?: string;
  /** Maps that `lddw` slots refer to. With `offset`, the address of that byte of the map's first value is meant. */
  readonly maps: readonly { readonly slot: number; readonly map: Handle; readonly offset?: number }[];
  /** The object file's program that this is: what the simulated kernel verifies. Absent for bare instructions. */
  readonly source?: { readonly object: ObjectSpec; readonly program: ProgramSpec };
  /** For simulated kernels that verify nothing: what is known of its accesses to memory. Others look for themselves. */
  readonly proof?: ProgramProof;
  /** Ends the verification of a simulated kernel: `EBPF_ABORTED`. */
  readonly signal?: AbortSignal;
}

export interface ProgramInfo {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly section: string;
  /** File that the program was loaded from; "" where there is none. */
  readonly file: string;
  /** Attach type number that it was loaded for; 0 where that was not said. */
  readonly attachType: number;
  readonly execution: Execution;
  /** Ids of the maps that the program refers to, in the order that it was given them, then those bound to it. */
  readonly mapIds: readonly number[];
  readonly links: number;
  readonly pinnedPaths: number;
}

export interface LinkInfo {
  readonly id: number;
  /** 0 once the program is detached. */
  readonly programId: number;
  readonly attachType: number;
  /** `bpf_link_type`: 0 unspec, 1 plain, 2 cgroup, 3 XDP. */
  readonly linkType: number;
  /** Name of the program's type. */
  readonly programType: string;
  /** What the hook was given, as `attach` passed it. */
  readonly parameter: Uint8Array;
  readonly pinnedPaths: number;
}

export interface TestRunOptions {
  /** Bytes handed to the program as its data (a packet). */
  readonly data?: Uint8Array;
  /** The context structure; its pointer fields are filled in by the runtime. */
  readonly context?: Uint8Array;
  /** How often to run, with one context for all: 1 if absent. */
  readonly repeat?: number;
  /** CPU to run on; the current one if absent, on Windows the first. */
  readonly cpu?: number;
  /**
   * Bytes that there are for data and context together on the way back; as many as needed if absent, but that Windows
   * has none to spare for data that grows while a context is given.
   */
  readonly room?: number;
  /**
   * Looked at between repetitions: the run ends with `EBPF_ABORTED` when it aborts. A machine's own kernel cannot be
   * interrupted: there it is looked at beforehand only.
   */
  readonly signal?: AbortSignal;
}

export interface TestRunResult {
  /** Low 32 bits of r0, unsigned. */
  readonly returnValue: number;
  /** The data after the last run; empty where there was no room for it, or the program type gives none back. */
  readonly data: Uint8Array;
  /**
   * The context after the last run; pointer fields are zero. Empty where Windows does not give it: with data whose length
   * the program has changed, or which the program type does not give back.
   */
  readonly context: Uint8Array;
  /** Average nanoseconds of one run. */
  readonly duration: number;
}

/** A line that a program printed with `bpf_printk`. On Windows it is an ETW event. */
export interface PrintkEvent {
  readonly text: string;
  /** Name of the program. */
  readonly program: string;
  /** CPU that it ran on. */
  readonly cpu: number;
  /** Nanoseconds since boot. */
  readonly time: bigint;
}

/** How `update` treats a key that exists or does not: `BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`. */
export const UpdateFlag = { ANY: 0, NOEXIST: 1, EXIST: 2 } as const;

/**
 * What a kernel with eBPF can do, on opaque handles and bytes: about as wide as the bpf() system call. Two engines
 * implement it. Every failure is an `EbpfError` whose `native` carries the raw `ebpf_result_t` and errno. Arguments
 * were checked by the layer above only as far as their JavaScript types go.
 */
export interface Engine {
  readonly kind: RuntimeKind;
  /** Why this engine was chosen, as a sentence. */
  readonly why: string;
  /** CPUs that a per-CPU map holds values for. */
  readonly cpus: number;
  /** Names of the program types that have a provider here. */
  readonly programTypes: readonly string[];
  supports(feature: Feature): boolean;
  /** What the system itself makes of object files; undefined where it makes nothing of them. */
  readonly objectReader?: ObjectReader | undefined;

  createMap(options: MapOptions): Handle;
  mapInfo(map: Handle): MapInfo;
  /**
   * The value of `key`, copied; undefined where there is none. Maps without keys (queue, stack) take undefined and give
   * what comes out next. A per-CPU map gives the values of all CPUs, each padded to 8 bytes; a map of maps or programs
   * the id, 4 bytes.
   */
  lookup(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined;
  /** As `lookup`, but the bytes may be the engine's own: they hold until its next call for this map. */
  borrow(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined;
  /** The same, and the entry is taken out of the map. */
  take(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined;
  /** Writes an entry; per-CPU maps take what `lookup` gives. */
  update(map: Handle, key: Uint8Array | undefined, value: Uint8Array, flags: number): void;
  /** Makes an entry of a map of maps or programs refer to `object`; undefined empties it. */
  updateObject(map: Handle, key: Uint8Array | undefined, object: Handle | undefined, flags: number): void;
  /** Whether the key was there. */
  delete(map: Handle, key: Uint8Array | undefined): boolean;
  /** The key after `key` in the map's own order, the first for undefined or an unknown key; undefined at the end. */
  nextKey(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined;
  /** The next entries; undefined at the end. An unknown cursor is the end, too. */
  readBatch(map: Handle, options: BatchOptions): Batch | undefined;
  /** Writes `count` entries, one by one, up to the first that fails. */
  updateBatch(map: Handle, keys: Uint8Array, values: Uint8Array, count: number, flags: number): void;
  /** Deletes `count` keys, one by one, up to the first that fails or is not there. */
  deleteBatch(map: Handle, keys: Uint8Array, count: number): void;

  /** The same calls without copies; undefined for maps, or in engines, that have no such way. */
  direct?(map: Handle): DirectMap | undefined;

  /** Nobody but programs may write the map from now on. */
  freeze(map: Handle): void;

  /** A ring of a ring buffer or perf event array. */
  ring(map: Handle, index: number): RingView;
  /** Writes a record as if a program on the current CPU had. */
  writeRing(map: Handle, data: Uint8Array): void;

  loadProgram(options: ProgramOptions): Promise<Handle>;
  /** Loads a native image (Windows): its maps and programs in the image's order. */
  loadNative(path: string): Promise<{ readonly maps: readonly Handle[]; readonly programs: readonly Handle[] }>;
  /** Type of programs of a section, where the system decides that; undefined where the object's spec has the say. */
  sectionType?(section: string): string | undefined;
  /** Loads a whole object file by the system's own loader, where there is one for files that need it (`needsLoader`). */
  loadWhole?(object: WholeObject): Promise<LoadedObject>;
  /** Whether the file's programs can be loaded in no other way. */
  needsLoader?(object: ObjectSpec): boolean;
  programInfo(program: Handle): ProgramInfo;
  /** Keeps `map` alive as long as the program. */
  bindMap(program: Handle, map: Handle): void;
  testRun(program: Handle, options: TestRunOptions): Promise<TestRunResult>;

  /**
   * A test run (of one repetition) step by step: nothing runs but by reading the iterator, and nothing else runs until
   * it ends. Its return value is the program's.
   */
  trace(program: Handle, options: TestRunOptions): Generator<Step, number>;

  /**
   * Calls `visit` with the slot of every instruction of the program before it runs, in whatever way it is run, until
   * the returned function is called. Meanwhile programs run slowly.
   */
  watch(program: Handle, visit: (slot: number) => void): () => void;

  /** Attaches; `parameter` is what the hook takes (XDP: the interface index, 4 bytes, little-endian). */
  attach(program: Handle, attachType: number, parameter: Uint8Array): Promise<Handle>;
  linkInfo(link: Handle): LinkInfo;
  /** Takes the program off the hook; the link stays. Idempotent. */
  detach(link: Handle): void;
  /** Lets the link live, attached, without any handle: until it is detached. */
  keepLink(link: Handle): void;

  /** The smallest id above `start` of a live object of that kind; undefined at the end. */
  nextId(kind: Handle["kind"], start: number): number | undefined;
  /** A new handle for a live object; undefined where no object of that kind has that id. */
  openId(kind: Handle["kind"], id: number): Handle | undefined;
  /** A second handle for the same object. */
  duplicate(handle: Handle): Handle;
  /** Keeps the object alive under a canonical path. */
  pin(handle: Handle, path: string): void;
  unpin(path: string): void;
  /** A new handle for the object pinned there. */
  openPin(path: string): Handle;
  /** The first pin after `start` in the order of bytes, of one kind where given; undefined at the end. */
  nextPin(start: string, kind?: Handle["kind"]): Pin | undefined;
  /** All of them at once, as they are now: where asking for one after another costs a look at all each time. */
  pins?(kind?: Handle["kind"]): Iterable<Pin> | undefined;
  /** Returns when all runs that were under way have ended. */
  synchronize(): Promise<void>;

  /** Calls `listener` with every line that programs print from now on, until the returned function is called. */
  onPrintk(listener: (event: PrintkEvent) => void): () => void;

  /** Gives the reference back; the object lives on while anything else refers to it. Idempotent. */
  close(handle: Handle): void;
}
