import {
  failure,
  type Handle,
  type LinkInfo,
  type MapInfo,
  type MapOptions,
  type Pin,
  type ProgramInfo,
  type ProgramOptions,
  type TestRunOptions,
  type TestRunResult,
} from "../engine/index.ts";
import { attachTypes, EbpfResult, programTypes } from "../platform/index.ts";
import { quotePath } from "../printable.ts";
import { isFailure, type ObjectRef, type TestRunArguments } from "./addon.ts";
import type { MapNotes, NativeHandle } from "./handle.ts";
import type { Native } from "./native.ts";
import type { MapRequest, NativeSystem } from "./native-system.ts";
import { type ProgramObject, programObject } from "./program-object.ts";
import { guidBytes, windowsLinkInfo, windowsMapInfo, windowsProgramInfo } from "./windows-info.ts";

/** `ebpf_object_type_t` (include/ebpf_structs.h). */
const kinds: readonly (Handle["kind"] | undefined)[] = [undefined, "map", "link", "program"];
/** `ebpf_execution_type_t`. */
const executions = ["jit", "jit", "interpret", "native"] as const;
/** Where links are pinned that live without a handle, by their ids. */
const KEPT = "BPF:\\winbpf-kept\\";
const NO_MORE_KEYS = EbpfResult.NO_MORE_KEYS;
/** Bytes of one message to the driver, both ways, with room for its header (libs/execution_context/ebpf_protocol.h). */
const MESSAGE_BYTES = 65_535 - 256;
/** Instructions of 8 bytes that no tier of Windows loads any more: UBPF_MAX_INSTS (ubpf/vm/ubpf_int.h). */
const TOO_LONG = 65_536 * 8;
/**
 * What the verifier says of every program that looks an inner map up: `bpf_prog_load` tells it 0 for the descriptor of the
 * inner map's template (`ebpf_program_load_bytes`, libs/api/ebpf_api.cpp; libs/api_common/map_descriptors.cpp).
 */
const NO_TEMPLATE = "Map cache entry for original map fd 0 not found";

/** Windows' side: ebpfapi's numbers are ours, pins are a list of its own. */
export class WindowsSystem implements NativeSystem {
  readonly programTypes: readonly string[];
  readonly emptiesByDeleting = false;
  readonly #native: Native;

  constructor(native: Native) {
    this.#native = native;
    this.programTypes = programTypes
      .filter(({ number }) => number !== undefined && number !== 0 && hasProgramType(native, number))
      .map((row) => row.name);
  }

  mapRequest({ type, name, keySize, valueSize, maxEntries, flags = 0 }: MapOptions): MapRequest {
    return { type, name, keySize, valueSize, maxEntries, flags };
  }

  mapType(number: number): number {
    return number;
  }

  deletesByZeros(): boolean {
    return false;
  }

  mapInfo(bytes: Uint8Array, notes: MapNotes | undefined): MapInfo {
    return windowsMapInfo(bytes, notes);
  }

  programInfo(bytes: Uint8Array, mapIds: Uint32Array, program: NativeHandle): ProgramInfo {
    const asked = this.#native.addon.queryProgram(program.ref);
    if (isFailure(asked) && asked.missing !== true) throw this.#native.error(asked, "The program", program.ref);
    const query = isFailure(asked) ? undefined : asked;
    return {
      ...windowsProgramInfo(bytes),
      section: query?.section ?? "",
      file: query?.file ?? "",
      execution: executions[query?.execution ?? 0] ?? "jit",
      mapIds: [...mapIds],
    };
  }

  linkInfo(bytes: Uint8Array): LinkInfo {
    return windowsLinkInfo(bytes);
  }

  programNumbers(options: ProgramOptions): { readonly type: number; readonly attachType: number } {
    const type = this.programType(options.type);
    // The service verifies before anybody counts, in time that grows with the square: hours for code like this.
    if (options.code.length >= TOO_LONG) {
      throw failure(EbpfResult.INVALID_ARGUMENT, `${options.code.length / 8} instructions are more than 65535`);
    }
    return { type, attachType: options.attachType ?? 0 };
  }

  programType(name: string): number {
    const type = programTypes.find((row) => row.name === name)?.number;
    if (type !== undefined) return type;
    throw failure(EbpfResult.INVALID_ARGUMENT, `Programs of type ${name} are loaded from native images only`);
  }

  sectionType(): undefined {
    return undefined;
  }

  programObject(options: ProgramOptions): ProgramObject | undefined {
    return programObject(this.#native, options);
  }

  refusalHint(log: string): string | undefined {
    if (!log.includes(NO_TEMPLATE)) return undefined;
    return "Keep the template of a map of maps, the map that was given as `inner`, open until its programs are loaded.";
  }

  testRun(_type: string, { data, context, repeat = 1, cpu = 0, room }: TestRunOptions): TestRunArguments {
    // Too little room for the context is the system's to refuse.
    const contextRoom = Math.min(context?.length ?? 0, room ?? Number.POSITIVE_INFINITY);
    const given = data?.length ?? 0;
    // The driver puts the context behind the room for data, and ebpfapi looks for it behind the data that came back
    // (_ebpf_core_protocol_program_test_run, libs/execution_context/ebpf_core.c; ebpf_program_test_run,
    // libs/api/ebpf_api.cpp): only where these have one length is it found. Without one, what comes back must fit one message.
    const spare = contextRoom === 0 ? Math.min(given * 2 + 256, MESSAGE_BYTES) : given;
    const dataRoom = room === undefined ? spare : room - contextRoom;
    return { data, dataRoom: Math.max(0, dataRoom), context, contextRoom, repeat, cpu, flags: 0 };
  }

  contextAfter({ room }: TestRunOptions, { dataRoom }: TestRunArguments, { data, context }: TestRunResult): Uint8Array {
    // Who says how much room there is, as C does, gets what C gets.
    const isFound = room !== undefined || data.length === dataRoom;
    return isFound ? context : new Uint8Array(0);
  }

  async attach(program: NativeHandle, attachType: number, parameter: Uint8Array): Promise<ObjectRef> {
    const row = attachTypes.find(({ number }) => number === attachType);
    if (row === undefined) throw failure(EbpfResult.INVALID_ARGUMENT, `There is no attach type ${attachType}`);
    const link = await this.#native.addon.attach(program.ref, guidBytes(row.guid), parameter);
    return this.#native.value(link, `The program cannot be attached to ${row.section ?? row.name}`, program.ref);
  }

  /** A pin keeps a link beyond the process (libs/execution_context/ebpf_link.c); `detached` takes it away. */
  keepLink(link: NativeHandle): void {
    this.pin(link, this.#keptPath(link));
  }

  detached(link: NativeHandle): void {
    // Most links were never kept: that there is no such pin is no failure.
    this.#native.addon.unpin(this.#native.library, this.#keptPath(link));
  }

  #keptPath(link: NativeHandle): string {
    const info = this.#native.value(this.#native.addon.info(link.ref, "link"), "The link", link.ref);
    return `${KEPT}${windowsLinkInfo(info.bytes).id}`;
  }

  async synchronize(): Promise<void> {
    const result = await this.#native.addon.synchronize(this.#native.library);
    if (result !== undefined) throw this.#native.error(result, "Waiting for programs under way");
  }

  perfPages(): number {
    return 0;
  }

  pin(handle: NativeHandle, path: string): void {
    const result = this.#native.addon.pin(handle.ref, path);
    this.#native.check(result, "bpf_obj_pin", `${quotePath(path)} cannot be pinned to`, handle.ref);
  }

  unpin(path: string): void {
    const result = this.#native.addon.unpin(this.#native.library, path);
    this.#native.check(result, "ebpf_object_unpin", `${quotePath(path)} cannot be unpinned`);
    if (result === EbpfResult.SUCCESS) return;
    throw this.#native.error({ failed: "ebpf_object_unpin", result }, `${quotePath(path)} cannot be unpinned`);
  }

  openPin(path: string): { readonly ref: ObjectRef; readonly kind: Handle["kind"] } {
    const { addon, library } = this.#native;
    const ref = this.#native.value(addon.openPin(library, path), `${quotePath(path)} cannot be opened`);
    const kind = addon.kind(ref);
    if (typeof kind === "string") return { ref, kind };
    addon.close(ref);
    if (kind !== undefined) throw this.#native.error(kind, `${quotePath(path)} cannot be opened`);
    throw failure(EbpfResult.INVALID_OBJECT, `${JSON.stringify(path)} is neither map nor program nor link`);
  }

  nextPin(start: string, kind?: Handle["kind"]): Pin | undefined {
    const { addon, library } = this.#native;
    const wanted = kind === undefined ? 0 : kinds.indexOf(kind);
    const row = addon.nextPin(library, start, wanted);
    if (typeof row === "number") {
      if (row === NO_MORE_KEYS) return undefined;
      if (row < 0) throw this.#native.numberError("ebpf_get_next_pinned_object_path", row, "The pins");
      const failed = { failed: "ebpf_get_next_pinned_object_path", result: row };
      throw this.#native.error(failed, "The pins cannot be listed");
    }
    const found = kinds[row[1]];
    return found === undefined ? undefined : { path: row[0], kind: found };
  }
}

function hasProgramType(native: Native, number: number): boolean {
  const { addon, library } = native;
  if (native.has("ebpf_get_ebpf_program_type")) return addon.hasProgramType(library, number);
  return addon.typeName(library, "program", number) !== undefined;
}
