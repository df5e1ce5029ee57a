import type {
  Handle,
  LinkInfo,
  MapInfo,
  MapOptions,
  Pin,
  ProgramInfo,
  ProgramOptions,
  TestRunOptions,
  TestRunResult,
} from "../engine/index.ts";
import type { ObjectRef, TestRunArguments } from "./addon.ts";
import type { MapNotes, NativeHandle } from "./handle.ts";
import type { ProgramObject } from "./program-object.ts";

/** How a system wants a map. */
export interface MapRequest {
  readonly type: number;
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
}

/** Where ebpfapi and libbpf differ: numbers, structures, hooks and pins. One implementation for each. */
export interface NativeSystem {
  /** Program types that programs can be loaded for, by our names. */
  readonly programTypes: readonly string[];
  /** What the system is asked for. Throws `EBPF_NOT_SUPPORTED` for a type that it lacks. */
  mapRequest(options: MapOptions): MapRequest;
  /** Our number for the system's map type. */
  mapType(number: number): number;
  /** Whether deleting means writing zeros, which the system leaves to us. */
  deletesByZeros(type: number): boolean;
  /** Whether a slot of a map of objects is emptied by deleting its key, not by writing the descriptor -1. */
  readonly emptiesByDeleting: boolean;
  mapInfo(bytes: Uint8Array, notes: MapNotes | undefined): MapInfo;
  programInfo(bytes: Uint8Array, mapIds: Uint32Array, program: NativeHandle): ProgramInfo;
  linkInfo(bytes: Uint8Array): LinkInfo;
  /** Program and attach type numbers. Throws where the system has no such type. */
  programNumbers(options: ProgramOptions): { readonly type: number; readonly attachType: number };
  /** The system's number for a program type. Throws where it has none of that name. */
  programType(name: string): number;
  /** Our name of the type that the system gives programs of a section; undefined where it has no say. */
  sectionType(section: string): string | undefined;
  /** The program as an object file of its own, where the system takes it in no other way; undefined for all others. */
  programObject(options: ProgramOptions): ProgramObject | undefined;
  /** What can be done about a program that the verifier refused with this log, where its code is not to blame. */
  refusalHint(log: string): string | undefined;
  /** What a test run is asked for with. */
  testRun(type: string, options: TestRunOptions): TestRunArguments;
  /** The context after a test run; empty where the system has given other bytes. */
  contextAfter(options: TestRunOptions, asked: TestRunArguments, run: TestRunResult): Uint8Array;
  attach(program: NativeHandle, attachType: number, parameter: Uint8Array): Promise<ObjectRef>;
  keepLink(link: NativeHandle): void;
  detached(link: NativeHandle): void;
  synchronize(): Promise<void>;
  /** Pages that a perf event array's rings have, as `perf_buffer__new` takes them. */
  perfPages(notes: MapNotes | undefined): number;
  pin(handle: NativeHandle, path: string): void;
  unpin(path: string): void;
  openPin(path: string): { readonly ref: ObjectRef; readonly kind: Handle["kind"] };
  nextPin(start: string, kind?: Handle["kind"]): Pin | undefined;
  pins?(kind?: Handle["kind"]): Iterable<Pin>;
}
