import {
  failure,
  type Handle,
  LINUX_ATTACH_TYPE,
  LINUX_MAP_TYPE,
  type LinkInfo,
  type MapInfo,
  type MapOptions,
  type Pin,
  type ProgramInfo,
  type ProgramOptions,
  type TestRunOptions,
  type TestRunResult,
} from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { EbpfResult, MapType, mapTypes } from "../platform/index.ts";
import { quotePath } from "../printable.ts";
import { isFailure, type ObjectRef, type TestRunArguments } from "./addon.ts";
import { makeFolders, pinFile, pinPaths, removePin } from "./bpf-fs.ts";
import { nativeError } from "./failure.ts";
import type { MapNotes, NativeHandle } from "./handle.ts";
import { attachToLinuxHook } from "./linux-hooks.ts";
import { linuxLinkInfo, linuxMapInfo, linuxProgramInfo } from "./linux-info.ts";
import type { Native } from "./native.ts";
import type { MapRequest, NativeSystem } from "./native-system.ts";

/** Program type numbers to ask libbpf the names of. */
const PROGRAM_TYPES = 64;
/** Bytes of a name that the kernel keeps, and the characters that it takes. */
const NAME_BYTES = 15;
const NOT_IN_NAMES = /[^\w.]/g;
/** include/uapi/linux/bpf.h. */
const BPF_F_NO_PREALLOC = 1;
const BPF_XDP = 37;
const LINUX_ARRAY = 2;
const LINUX_ARRAY_OF_MAPS = 12;
/** Windows' numbers. */
const XDP_ATTACH_TYPE = 1;
const RING_ENTRY_BYTES = 4;
const PAGE_BYTES = 4096;
const USUAL_PERF_PAGES = 64;
/** Bytes that a program may make its data longer by. */
const GROWTH = 4096;
/** struct xdp_md: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex. */
const XDP_CONTEXT_BYTES = 24;
const KEPT = "/sys/fs/bpf/winbpf-kept";

/** Linux' side: the kernel's own numbers and structures, pins in a file system. */
export class LinuxSystem implements NativeSystem {
  readonly emptiesByDeleting = true;
  readonly programTypes: readonly string[];
  readonly #native: Native;
  readonly #typeNumbers: ReadonlyMap<string, number>;

  constructor(native: Native) {
    this.#native = native;
    const names = new Map<string, number>();
    for (let number = 1; number < PROGRAM_TYPES; number++) {
      const name = native.addon.typeName(native.library, "program", number);
      if (name !== undefined) names.set(name, number);
    }
    this.#typeNumbers = names;
    this.programTypes = [...names.keys()];
  }

  mapRequest(options: MapOptions): MapRequest {
    if (options.type === MapType.UNSPEC) throw failure(EbpfResult.OPERATION_NOT_SUPPORTED, "No map type is given");
    const type = options.type >= LINUX_MAP_TYPE ? options.type - LINUX_MAP_TYPE : mapTypes[options.type]?.linuxNumber;
    if (type === undefined) {
      throw failure(EbpfResult.INVALID_ARGUMENT, `Linux has no map type that Windows numbers ${options.type}`);
    }
    const { keySize, valueSize, maxEntries, flags = 0 } = options;
    const name = options.name.replace(NOT_IN_NAMES, "_").slice(0, NAME_BYTES);
    // A trie's nodes are never allocated beforehand: the kernel wants to hear so.
    const needed = options.type === MapType.LPM_TRIE ? BPF_F_NO_PREALLOC : 0;
    const request = { type, name, keySize, valueSize, maxEntries, flags: flags | needed };
    if (options.type !== MapType.PERF_EVENT_ARRAY) return request;
    const { addon, library } = this.#native;
    // As libbpf does where an object file leaves the number of entries open.
    if (keySize !== 0) return maxEntries === 0 ? { ...request, maxEntries: addon.cpus(library) } : request;
    // Windows' perf event arrays have rings of `maxEntries` bytes, Linux' an entry for each CPU.
    checkRing(maxEntries);
    return { ...request, keySize: RING_ENTRY_BYTES, valueSize: RING_ENTRY_BYTES, maxEntries: addon.cpus(library) };
  }

  mapType(number: number): number {
    const row = mapTypes.find(({ linuxNumber }) => linuxNumber === number);
    return row === undefined ? LINUX_MAP_TYPE + number : row.number;
  }

  /** Linux' arrays refuse to delete, where Windows' are zeroed. */
  deletesByZeros(type: number): boolean {
    return type === MapType.ARRAY || type === MapType.PERCPU_ARRAY;
  }

  mapInfo(bytes: Uint8Array, notes: MapNotes | undefined): MapInfo {
    return linuxMapInfo(bytes, (number) => this.mapType(number), notes);
  }

  programInfo(bytes: Uint8Array, mapIds: Uint32Array, program: NativeHandle): ProgramInfo {
    const { id, type, name, compiled } = linuxProgramInfo(bytes);
    const notes = program.programNotes;
    return {
      id,
      name: notes?.name ?? name,
      type: this.#typeName(type),
      section: notes?.section ?? "",
      file: notes?.file ?? "",
      attachType: notes?.attachType ?? 0,
      execution: compiled ? "jit" : "interpret",
      mapIds: [...mapIds],
      links: this.#countLinks(id),
      pinnedPaths: 0,
    };
  }

  linkInfo(bytes: Uint8Array): LinkInfo {
    return linuxLinkInfo(bytes, (id) => this.#typeOfProgram(id));
  }

  programNumbers(options: ProgramOptions): { readonly type: number; readonly attachType: number } {
    const type = this.programType(options.type);
    if (options.type === "xdp") return { type, attachType: BPF_XDP };
    const section = this.#native.addon.sectionTypes(this.#native.library, options.section);
    return { type, attachType: !isFailure(section) && section[0] === type ? section[1] : 0 };
  }

  programType(name: string): number {
    const type = this.#typeNumbers.get(name);
    if (type !== undefined) return type;
    throw failure(EbpfResult.INVALID_ARGUMENT, `Linux has no program type ${JSON.stringify(name)}`);
  }

  sectionType(section: string): string | undefined {
    const types = this.#native.addon.sectionTypes(this.#native.library, section);
    return isFailure(types) ? undefined : this.#typeName(types[0]);
  }

  programObject(): undefined {
    return undefined;
  }

  refusalHint(): undefined {
    return undefined;
  }

  testRun(type: string, { data, context, repeat = 1, cpu }: TestRunOptions): TestRunArguments {
    return {
      data,
      dataRoom: data === undefined ? 0 : data.length + GROWTH,
      context: context !== undefined && type === "xdp" ? xdpContext(context, data?.length ?? 0) : context,
      contextRoom: context?.length ?? 0,
      repeat,
      cpu,
      flags: 0,
    };
  }

  contextAfter(_options: TestRunOptions, _asked: TestRunArguments, { context }: TestRunResult): Uint8Array {
    return context;
  }

  async attach(program: NativeHandle, attachType: number, parameter: Uint8Array): Promise<ObjectRef> {
    if (attachType === LINUX_ATTACH_TYPE) {
      const info = this.#native.value(this.#native.addon.info(program.ref, "program"), "The program");
      const type = this.#typeName(linuxProgramInfo(info.bytes).type);
      const section = program.programNotes?.section ?? "";
      return attachToLinuxHook(this.#native, { ref: program.ref, type, section }, parameter);
    }
    if (attachType !== XDP_ATTACH_TYPE) {
      throw failure(EbpfResult.INVALID_ARGUMENT, `Linux has no attach type that Windows numbers ${attachType}`);
    }
    const view = new DataView(parameter.buffer, parameter.byteOffset, parameter.byteLength);
    const ifIndex = parameter.length < 4 ? 0 : view.getUint32(0, true);
    if (ifIndex === 0) {
      throw failure(
        EbpfResult.INVALID_ARGUMENT,
        "Linux attaches XDP programs to one interface, not to all",
        "Give ifIndex; `winbpf attach --interface`.",
      );
    }
    const what = `The program cannot be attached to interface ${ifIndex}`;
    const link = await this.#native.addon.createLink(program.ref, ifIndex, BPF_XDP);
    if (isFailure(link)) {
      const error = nativeError("linux", link, what);
      throw new EbpfError("EBPF_ATTACH_FAILED", error.message, {
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        ...(error.native === undefined
          ? {}
          : { native: { ...error.native, result: EbpfResult.EXTENSION_FAILED_TO_LOAD } }),
      });
    }
    return link;
  }

  /** Nothing but a pin keeps a link without descriptors on Linux. */
  keepLink(link: NativeHandle): void {
    const file = this.#keptFile(link);
    makeFolders(file);
    this.#native.check(this.#native.addon.pin(link.ref, file), "bpf_obj_pin", "The link cannot be kept");
  }

  detached(link: NativeHandle): void {
    try {
      removePin(this.#keptFile(link));
    } catch (error) {
      // Most links were never kept.
      if (!(error instanceof EbpfError)) throw error;
    }
  }

  /** Writing to a map of maps waits for all programs under way (kernel/bpf/syscall.c, maybe_wait_bpf_programs). */
  async synchronize(): Promise<void> {
    const { addon, library } = this.#native;
    const what = "Waiting for programs under way";
    const create = (type: number, inner?: ObjectRef) =>
      this.#native.value(addon.createMap(library, type, "", 4, 4, 1, 0, inner), what);
    const open: ObjectRef[] = [];
    try {
      const inner = create(LINUX_ARRAY);
      open.push(inner);
      const outer = create(LINUX_ARRAY_OF_MAPS, inner);
      open.push(outer);
      this.#native.check(addon.updateObject(outer, new Uint8Array(4), inner, 0), "bpf_map_update_elem", what);
    } finally {
      for (const ref of open) addon.close(ref);
    }
  }

  perfPages(notes: MapNotes | undefined): number {
    return notes === undefined || notes.keySize !== 0 ? USUAL_PERF_PAGES : notes.maxEntries / PAGE_BYTES;
  }

  pin(handle: NativeHandle, path: string): void {
    const file = pinFile(path);
    makeFolders(file);
    this.#native.check(
      this.#native.addon.pin(handle.ref, file),
      "bpf_obj_pin",
      `${quotePath(path)} cannot be pinned to`,
    );
  }

  unpin(path: string): void {
    removePin(pinFile(path));
  }

  openPin(path: string): { readonly ref: ObjectRef; readonly kind: Handle["kind"] } {
    const { addon, library } = this.#native;
    const what = `${quotePath(path)} cannot be opened`;
    const ref = this.#native.value(addon.openPin(library, pinFile(path)), what);
    const kind = addon.kind(ref);
    if (typeof kind === "string") return { ref, kind };
    addon.close(ref);
    throw failure(EbpfResult.INVALID_OBJECT, `${what}: it is neither map nor program nor link`);
  }

  nextPin(start: string, kind?: Handle["kind"]): Pin | undefined {
    const after = Buffer.from(start);
    const behind = pinPaths().filter((path) => Buffer.compare(Buffer.from(path), after) > 0);
    for (const pin of this.#pinsAt(behind, kind)) return pin;
    return undefined;
  }

  pins(kind?: Handle["kind"]): Iterable<Pin> {
    return this.#pinsAt(pinPaths(), kind);
  }

  *#pinsAt(paths: readonly string[], kind: Handle["kind"] | undefined): Generator<Pin, undefined> {
    for (const path of paths) {
      const found = this.#kindOfPin(path);
      if (found !== undefined && (kind === undefined || kind === found)) yield { path, kind: found };
    }
    return undefined;
  }

  #kindOfPin(path: string): Handle["kind"] | undefined {
    try {
      const { ref, kind } = this.openPin(path);
      this.#native.addon.close(ref);
      return kind;
    } catch (error) {
      // Unpinned meanwhile, or one of the kernel's own iterators.
      if (error instanceof EbpfError) return undefined;
      throw error;
    }
  }

  #typeName(number: number): string {
    return this.#native.addon.typeName(this.#native.library, "program", number) ?? String(number);
  }

  #typeOfProgram(id: number): string {
    const { addon, library } = this.#native;
    const program = addon.openId(library, "program", id);
    if (isFailure(program)) return "unspec";
    const info = addon.info(program, "program");
    addon.close(program);
    return isFailure(info) ? "unspec" : this.#typeName(linuxProgramInfo(info.bytes).type);
  }

  #countLinks(programId: number): number {
    const { addon, library } = this.#native;
    let links = 0;
    let id = addon.nextId(library, "link", 0);
    while (typeof id === "number") {
      const link = addon.openId(library, "link", id);
      if (!isFailure(link)) {
        const info = addon.info(link, "link");
        addon.close(link);
        if (!isFailure(info) && linuxLinkInfo(info.bytes, () => "").programId === programId) links++;
      }
      id = addon.nextId(library, "link", id);
    }
    return links;
  }

  #keptFile(link: NativeHandle): string {
    const info = this.#native.value(this.#native.addon.info(link.ref, "link"), "The link");
    return `${KEPT}/${linuxLinkInfo(info.bytes, () => "").id}`;
  }
}

/** Windows' checks of a ring's size: a power of two, in whole pages. */
function checkRing(bytes: number): void {
  if (bytes > 0 && (bytes & (bytes - 1)) === 0 && bytes % PAGE_BYTES === 0) return;
  throw failure(
    EbpfResult.INVALID_ARGUMENT,
    `A ring of ${bytes} bytes is not possible`,
    "Give maxEntries, its bytes, as a power of two from 4096 up.",
  );
}

/** The kernel wants offsets in place of pointers: the data begins at 0 and ends at its length. */
function xdpContext(given: Uint8Array, length: number): Uint8Array {
  const context = new Uint8Array(XDP_CONTEXT_BYTES);
  context.set(given.subarray(0, XDP_CONTEXT_BYTES));
  const view = new DataView(context.buffer);
  view.setUint32(0, 0, true);
  view.setUint32(4, length, true);
  view.setUint32(8, 0, true);
  return context;
}
