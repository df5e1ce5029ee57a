import {
  type Batch,
  type BatchOptions,
  type DirectMap,
  type Engine,
  type Feature,
  failure,
  type Handle,
  type LinkInfo,
  type LoadedObject,
  type MapInfo,
  type MapOptions,
  type Pin,
  type PrintkEvent,
  type ProgramInfo,
  type ProgramOptions,
  type RingView,
  type TestRunOptions,
  type TestRunResult,
  type WholeObject,
} from "../engine/index.ts";
import { EbpfError, VerificationError } from "../errors.ts";
import { EbpfResult, errnoNumbers, MapType } from "../platform/index.ts";
import type { ObjectSpec, Step } from "../spec/index.ts";
import { type Failure, isFailure, type ObjectRef } from "./addon.ts";
import { afterReopening } from "./connection.ts";
import { NativeHandle, nativeHandle } from "./handle.ts";
import { MapCalls, mapNamed } from "./map-calls.ts";
import { MappedRing } from "./mapped-ring.ts";
import type { Native } from "./native.ts";
import type { NativeSystem } from "./native-system.ts";
import { needsLibbpf } from "./needs-libbpf.ts";
import { NativeObjectReader } from "./object-reader.ts";
import { PerfRings } from "./perf-rings.ts";
import { loadsObjects, type ProgramObject } from "./program-object.ts";
import { complaint, loadsWholeObjects, loadWholeObject } from "./whole-object.ts";

/** Bytes of the verifier's log, and how far it may grow. */
const LOG_BYTES = 64 * 1024;
const LARGEST_LOG = 16 * 1024 * 1024;
/** Linux and Windows: the log does not fit. */
const ENOSPC = 28;
const EACCES = 13;
const EINVAL = 22;

/** The engine interface over the machine's kernel, through ebpfapi or libbpf: the same file for both. */
export class NativeEngine implements Engine {
  readonly kind: "windows" | "libbpf";
  readonly why: string;
  readonly cpus: number;
  readonly native: Native;
  readonly objectReader: NativeObjectReader | undefined;
  readonly #system: NativeSystem;
  readonly #maps: MapCalls;

  constructor(native: Native, system: NativeSystem, why: string) {
    this.kind = native.system === "windows" ? "windows" : "libbpf";
    this.why = why;
    this.native = native;
    this.objectReader = this.kind === "windows" ? new NativeObjectReader(native) : undefined;
    this.#system = system;
    this.cpus = native.addon.cpus(native.library);
    this.#maps = new MapCalls(native, system);
  }

  get programTypes(): readonly string[] {
    return this.#system.programTypes;
  }

  supports(feature: Feature): boolean {
    switch (feature) {
      case "xdp":
      case "attach":
        return this.#hasAny(["bpf_link_create"], ["ebpf_program_attach_by_fds"], ["ebpf_program_attach_by_fd"]);
      case "rings":
        return this.kind === "libbpf" || this.#mapsRings() || this.native.has("ring_buffer__new", "ring_buffer__free");
      case "perf-events":
        return this.native.has("perf_buffer__new", "perf_buffer__free");
      case "pin-list":
        return this.kind === "libbpf" || this.native.has("ebpf_get_next_pinned_object_path");
      case "synchronize":
        return this.kind === "libbpf" || this.native.has("ebpf_program_synchronize");
      case "object-reader":
        return this.objectReader !== undefined;
      case "linux-hooks":
        return this.kind === "libbpf" && this.native.has("bpf_link_create");
      case "test-run":
        return this.native.has("bpf_prog_test_run_opts");
      case "globals":
        return this.kind === "libbpf";
      case "byte-code":
        return this.native.has("bpf_prog_load");
      case "interpreter":
        return this.kind === "windows" && loadsObjects(this.native);
      case "native-images":
        return this.kind === "windows" && this.native.has("ebpf_object_load_native_by_fds");
      default:
        return false;
    }
  }

  /** Whether the library has all functions of one of these lists. */
  #hasAny(...lists: readonly (readonly string[])[]): boolean {
    return lists.some((names) => this.native.has(...names));
  }

  /** Whether rings are read in memory that is shared with the kernel: on Windows since 1.0. */
  #mapsRings(): boolean {
    const mapping = [
      "ebpf_ring_buffer_map_map_buffer",
      "ebpf_ring_buffer_map_unmap_buffer",
      "ebpf_map_set_wait_handle",
    ];
    return this.kind === "libbpf" || this.native.has(...mapping);
  }

  createMap(options: MapOptions): Handle {
    const request = this.#system.mapRequest(options);
    // Whether it will do as a template is the system's to say.
    const inner = options.inner === undefined ? undefined : nativeHandle(options.inner);
    const { addon, library } = this.native;
    const { type, name, keySize, valueSize, maxEntries, flags } = request;
    const ref = addon.createMap(library, type, name, keySize, valueSize, maxEntries, flags, inner?.ref);
    const { declared } = options;
    return this.native.handle("map", ref, mapNamed(options.name), {
      map: {
        name: options.name,
        keySize: options.keySize,
        valueSize: options.valueSize,
        maxEntries: options.maxEntries,
        innerId: inner?.kind === "map" ? this.mapInfo(inner).id : 0,
        ...(declared === undefined ? {} : { declared }),
      },
    });
  }

  mapInfo(map: Handle): MapInfo {
    const handle = nativeHandle(map, "map");
    const info = this.native.value(this.native.addon.info(handle.ref, "map"), "The map", handle.ref);
    return this.#system.mapInfo(info.bytes, handle.mapNotes);
  }

  lookup(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    return this.#maps.borrow(map, key)?.slice();
  }

  borrow(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    return this.#maps.borrow(map, key);
  }

  direct(map: Handle): DirectMap | undefined {
    return this.#maps.direct(map);
  }

  take(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    return this.#maps.take(map, key);
  }

  update(map: Handle, key: Uint8Array | undefined, value: Uint8Array, flags: number): void {
    this.#maps.update(map, key, value, flags);
  }

  updateObject(map: Handle, key: Uint8Array | undefined, object: Handle | undefined, flags: number): void {
    this.#maps.updateObject(map, key, object, flags);
  }

  delete(map: Handle, key: Uint8Array): boolean {
    return this.#maps.delete(map, key);
  }

  nextKey(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    return this.#maps.nextKey(map, key);
  }

  readBatch(map: Handle, options: BatchOptions): Batch | undefined {
    return this.#maps.readBatch(map, options);
  }

  updateBatch(map: Handle, keys: Uint8Array, values: Uint8Array, count: number, flags: number): void {
    this.#maps.updateBatch(map, keys, values, count, flags);
  }

  deleteBatch(map: Handle, keys: Uint8Array, count: number): void {
    this.#maps.deleteBatch(map, keys, count);
  }

  freeze(map: Handle): void {
    const { addon } = this.native;
    if (!this.native.has("bpf_map_freeze")) return;
    this.native.check(addon.freezeMap(nativeHandle(map, "map").ref), "bpf_map_freeze", "The map cannot be frozen");
  }

  ring(map: Handle, index: number): RingView {
    const handle = nativeHandle(map, "map");
    const known = handle.rings[index];
    if (known !== undefined) return known;
    const { type } = this.#maps.shape(handle);
    if (type === MapType.RINGBUF && index === 0 && !this.#mapsRings()) {
      this.#openReader(handle, "The ring buffer", {
        isRing: true,
        pages: 0,
        size: handle.access?.channel.maxEntries ?? 0,
      });
    } else if (type === MapType.RINGBUF && index === 0) {
      const opened = this.native.value(this.native.addon.openRing(handle.ref), "The ring buffer", handle.ref);
      handle.rings.push(new MappedRing(this.native.addon, opened, this.#connectionOf(handle, "The ring buffer")));
    } else if (type === MapType.PERF_EVENT_ARRAY && handle.rings.length === 0) {
      const pages = this.#system.perfPages(handle.mapNotes);
      this.#openReader(handle, "The perf event array", { isRing: false, pages, size: pages * 4096 });
    } else if (type !== MapType.RINGBUF && type !== MapType.PERF_EVENT_ARRAY) {
      throw failure(
        EbpfResult.OPERATION_NOT_SUPPORTED,
        "The map has no rings",
        "Maps of the types RINGBUF and PERF_EVENT_ARRAY have records.",
      );
    }
    const ring = handle.rings[index];
    if (ring === undefined) throw failure(EbpfResult.INVALID_ARGUMENT, `The map has no ring ${index}`);
    return ring;
  }

  /** Rings that the library reads itself: those of perf event arrays, and, before ebpf-for-windows 1.0, ring buffers. */
  #openReader(
    handle: NativeHandle,
    what: string,
    { isRing, pages, size }: { readonly isRing: boolean; readonly pages: number; readonly size: number },
  ): void {
    const { addon } = this.native;
    const perf = this.native.value(addon.openPerf(handle.ref, pages, isRing), what, handle.ref);
    const report = (failed: Failure) => {
      throw this.native.error(failed, what, handle.ref);
    };
    const connected = this.#connectionOf(handle, what);
    handle.rings.push(...new PerfRings(addon, perf, isRing ? 1 : this.cpus, size, report, connected).rings);
  }

  writeRing(map: Handle, data: Uint8Array): void {
    const handle = nativeHandle(map, "map");
    const perf = this.#maps.shape(handle).type === MapType.PERF_EVENT_ARRAY;
    const result = this.native.addon.writeRing(handle.ref, data, perf);
    this.native.check(result, "ebpf_ring_buffer_map_write", "The ring", handle.ref);
    if (result === EbpfResult.SUCCESS) return;
    const failed = { failed: "ebpf_ring_buffer_map_write", result };
    throw this.native.error(failed, `The ring does not take a record of ${data.length} bytes`, handle.ref);
  }

  async loadProgram(options: ProgramOptions): Promise<Handle> {
    const { type, attachType } = this.#system.programNumbers(options);
    const object = this.#system.programObject(options);
    const loaded =
      object === undefined ? await this.#loadCode(options, type, attachType) : await this.#loadObject(object, type);
    if (isFailure(loaded)) throw this.#loadError(options, loaded);
    return new NativeHandle("program", loaded, {
      program: {
        name: options.name,
        section: options.section,
        file: options.file ?? "",
        attachType: options.attachType ?? 0,
      },
    });
  }

  async #loadCode(options: ProgramOptions, type: number, attachType: number): Promise<ObjectRef | Failure> {
    const maps = options.maps.map(({ slot, map, offset }) => [nativeHandle(map, "map").ref, slot, offset] as const);
    const attempt = async (logBytes: number) =>
      await this.native.addon.loadProgram(
        this.native.library,
        {
          type,
          attachType,
          name: this.kind === "libbpf" ? options.name.replace(/[^\w.]/g, "_").slice(0, 15) : options.name,
          license: options.license ?? options.source?.object.license ?? "",
          code: options.code,
          flags: 0,
          logBytes,
        },
        maps,
      );
    let loaded = await attempt(0);
    // The log costs time: only a refusal is asked for its reasons.
    for (let log = LOG_BYTES; isFailure(loaded) && isRefusal(loaded) && log <= LARGEST_LOG; log *= 16) {
      loaded = await attempt(log);
      if (!isFailure(loaded) || loaded.errno !== ENOSPC) break;
    }
    return loaded;
  }

  sectionType(section: string): string | undefined {
    return this.#system.sectionType(section);
  }

  needsLoader(object: ObjectSpec): boolean {
    return object.platform === "linux" && loadsWholeObjects(this.native) && needsLibbpf(object);
  }

  async loadWhole(object: WholeObject): Promise<LoadedObject> {
    return await loadWholeObject(this.native, object, (type) => this.#system.programType(type));
  }

  async #loadObject(object: ProgramObject, type: number): Promise<ObjectRef | Failure> {
    try {
      return await this.native.addon.loadObject(this.native.library, { ...object.load, type }, object.pins);
    } finally {
      object.close();
    }
  }

  async loadNative(path: string): Promise<{ readonly maps: readonly Handle[]; readonly programs: readonly Handle[] }> {
    const { addon, library } = this.native;
    const loaded = this.native.value(await addon.loadNative(library, path), `The image ${JSON.stringify(path)}`);
    return {
      maps: loaded.maps.map((ref) => new NativeHandle("map", ref)),
      programs: loaded.programs.map((ref) => new NativeHandle("program", ref)),
    };
  }

  programInfo(program: Handle): ProgramInfo {
    const handle = nativeHandle(program, "program");
    const info = this.native.value(this.native.addon.info(handle.ref, "program"), "The program", handle.ref);
    return this.#system.programInfo(info.bytes, info.mapIds, handle);
  }

  bindMap(program: Handle, map: Handle): void {
    const { ref } = nativeHandle(program, "program");
    const result = this.native.addon.bindMap(ref, nativeHandle(map, "map").ref);
    this.native.check(result, "bpf_prog_bind_map", "The map cannot be bound to the program", ref);
  }

  async testRun(program: Handle, options: TestRunOptions): Promise<TestRunResult> {
    if (options.signal?.aborted === true) {
      throw new EbpfError("EBPF_ABORTED", "The test run was aborted", { cause: options.signal.reason });
    }
    const handle = nativeHandle(program, "program");
    const { type } = this.programInfo(handle);
    const asked = this.#system.testRun(type, options);
    const run = await this.native.addon.testRun(handle.ref, asked);
    if (!isFailure(run)) return { ...run, context: this.#system.contextAfter(options, asked, run) };
    const error = this.native.error(run, "The test run", handle.ref);
    throw this.native.addon.renewed() ? afterReopening(error) : error;
  }

  trace(): Generator<Step, number> {
    throw notHere("trace", "Only a simulated kernel runs step by step");
  }

  watch(): () => void {
    throw notHere("coverage", "Only a simulated kernel tells what ran");
  }

  async attach(program: Handle, attachType: number, parameter: Uint8Array): Promise<Handle> {
    return new NativeHandle("link", await this.#system.attach(nativeHandle(program, "program"), attachType, parameter));
  }

  linkInfo(link: Handle): LinkInfo {
    const { ref } = nativeHandle(link, "link");
    const info = this.native.value(this.native.addon.info(ref, "link"), "The link", ref);
    return this.#system.linkInfo(info.bytes);
  }

  detach(link: Handle): void {
    const handle = nativeHandle(link, "link");
    const result = this.native.addon.detach(handle.ref);
    this.native.check(result, "bpf_link_detach", "The link cannot be detached", handle.ref);
    this.#system.detached(handle);
  }

  keepLink(link: Handle): void {
    this.#system.keepLink(nativeHandle(link, "link"));
  }

  nextId(kind: Handle["kind"], start: number): number | undefined {
    const id = this.native.addon.nextId(this.native.library, kind, start);
    if (typeof id === "object") throw this.native.error(id, `The ids of ${kind}s`);
    return id;
  }

  openId(kind: Handle["kind"], id: number): Handle | undefined {
    const ref = this.native.addon.openId(this.native.library, kind, id);
    if (!isFailure(ref)) return new NativeHandle(kind, ref);
    const error = this.native.error(ref, `The ${kind} ${id}`);
    if (error.code === "EBPF_NOT_FOUND") return undefined;
    throw error;
  }

  duplicate(handle: Handle): Handle {
    const { kind, ref, mapNotes, programNotes } = nativeHandle(handle);
    return this.native.handle(kind, this.native.addon.duplicate(ref), `The ${kind}`, {
      map: mapNotes,
      program: programNotes,
    });
  }

  pin(handle: Handle, path: string): void {
    this.#system.pin(nativeHandle(handle), path);
  }

  unpin(path: string): void {
    this.#system.unpin(path);
  }

  openPin(path: string): Handle {
    const { ref, kind } = this.#system.openPin(path);
    return new NativeHandle(kind, ref);
  }

  nextPin(start: string, kind?: Handle["kind"]): Pin | undefined {
    return this.#system.nextPin(start, kind);
  }

  pins(kind?: Handle["kind"]): Iterable<Pin> | undefined {
    return this.#system.pins?.(kind);
  }

  async synchronize(): Promise<void> {
    await this.#system.synchronize();
  }

  onPrintk(_listener: (event: PrintkEvent) => void): () => void {
    throw notHere("printk", "What programs print goes to the system's own trace");
  }

  close(handle: Handle): void {
    if (!(handle instanceof NativeHandle) || !handle.open) return;
    handle.open = false;
    for (const ring of handle.rings.splice(0)) ring.close();
    this.native.addon.close(handle.ref);
  }

  /** What tells whoever waits for a ring that nothing will come any more; nothing on Linux, where that cannot be. */
  #connectionOf({ ref }: NativeHandle, what: string): (() => void) | undefined {
    return this.kind === "libbpf" ? undefined : () => this.native.assertConnected(ref, what);
  }

  #loadError(options: ProgramOptions, failed: Failure): EbpfError {
    const what = `Program ${JSON.stringify(options.name)}`;
    const { log = "" } = failed;
    if (!isRefusal(failed) || log.trim() === "") return this.native.error(failed, what);
    return new VerificationError(`${what} is rejected: ${complaint(log)}`, log, {
      native: { result: EbpfResult.VERIFICATION_FAILED, errno: errnoNumbers.EACCES },
      hint: this.#system.refusalHint(log) ?? "The error's `log` has all that the kernel's verifier said.",
    });
  }
}

/** Linux refuses with EACCES and, for code that is malformed, EINVAL; Windows with EACCES. */
function isRefusal({ errno }: Failure): boolean {
  return errno === EACCES || errno === EINVAL || errno === ENOSPC;
}

function notHere(feature: Feature, message: string): EbpfError {
  return new EbpfError("EBPF_NOT_SUPPORTED", message, {
    native: { result: EbpfResult.OPERATION_NOT_SUPPORTED, errno: errnoNumbers.ENOTSUP },
    hint: `Ask \`runtime.supports(${JSON.stringify(feature)})\` first, and use simulate() for it.`,
  });
}
