import { readFile } from "node:fs/promises";
import { assertBytes, assertInteger, assertList, assertObject, assertSignal, filePath } from "../arguments.ts";
import { bytes } from "../codec/index.ts";
import { parsing, withGlobals } from "../elf/index.ts";
import {
  type Engine,
  type Feature,
  failure,
  type Handle,
  type ObjectReader,
  type Pin,
  type PrintkEvent,
  type RuntimeKind,
} from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { EbpfResult } from "../platform/index.ts";
import type { ObjectSpec, Platform } from "../spec/index.ts";
import { LoopTurns, unhurried } from "../turns/index.ts";
import { type CreateMapOptions, type KeylessMapOptions, type MapOfMapsOptions, newMap } from "./create-map.ts";
import { EventQueue } from "./event-queue.ts";
import { Link } from "./link.ts";
import { loadObject } from "./load.ts";
import { loadNative, type NativeSource } from "./load-native.ts";
import { assertWanted, type LoadOptions } from "./load-options.ts";
import { type BpfMap, type MapCodecs, openMap } from "./map.ts";
import { MapResource } from "./map-resource.ts";
import type { BpfObject } from "./object.ts";
import { pinPath } from "./pin-path.ts";
import { Program } from "./program.ts";
import { Session } from "./resource.ts";

/** A kernel with eBPF, real or simulated: load object files, create maps. Close it when done. */
export class Runtime {
  protected readonly session: Session;
  readonly #links = new Set<Link>();

  /** @internal */
  constructor(engine: Engine) {
    this.session = new Session(engine);
  }

  get kind(): RuntimeKind {
    return this.session.engine.kind;
  }

  /** Why this kind of runtime was opened, as a sentence. */
  get why(): string {
    return this.session.engine.why;
  }

  /** CPUs that a per-CPU map holds values for. */
  get cpus(): number {
    return this.session.engine.cpus;
  }

  /** Links that are open: they keep their programs attached until they, or the runtime, are closed. */
  get links(): readonly Link[] {
    return [...this.#links];
  }

  get closed(): boolean {
    return !this.session.open;
  }

  /** @internal */
  get engine(): Engine {
    this.session.assertOpen();
    return this.session.engine;
  }

  /**
   * Calls `ending` when the runtime is closed.
   * @internal
   */
  onEnd(ending: () => void): void {
    this.session.onEnd(ending);
  }

  /** Whether this runtime can do a thing that others may not. */
  supports(feature: Feature): boolean {
    return this.session.engine.supports(feature);
  }

  /**
   * Loads an object file: a path, a file URL, its bytes, or what `parse` made of it. All maps and programs are loaded,
   * or none. Files are read as made for Windows, by the libbpf runtime as made for Linux. With `native`, Windows loads
   * a signed image, and `elf`, the object that it was made from, gives names and types.
   *
   * Throws `EBPF_UNREADABLE` (no such file), `EBPF_INVALID_OBJECT` (broken file), `EBPF_INVALID_ARGUMENT` (a global
   * that does not exist or does not fit; map sizes that the kernel refuses; a pinned map that is defined otherwise),
   * `EBPF_VERIFICATION_FAILED`, `EBPF_INVALID_INSTRUCTION`,
   * `EBPF_NOT_SUPPORTED` (a helper or map type that this runtime lacks; byte code where native images are asked for),
   * `EBPF_BLOCKED` (memory integrity), `EBPF_ACCESS_DENIED` (not elevated), `EBPF_NO_MEMORY`, `EBPF_ABORTED`.
   */
  async load(
    source: string | URL | Uint8Array | ObjectSpec | NativeSource,
    options: LoadOptions = {},
  ): Promise<BpfObject> {
    this.session.assertOpen();
    assertObject(options, "What loading takes");
    assertSignal(options.signal);
    assertWanted(options.signal);
    if (typeof source !== "string") assertObject(source, "What is loaded");
    if (typeof source === "object" && "native" in source) return loadNative(this.session, source, this.#links);
    const { spec, file } = await readObject(source, this.kind === "libbpf" ? "linux" : "windows", options.signal);
    this.session.assertOpen();
    const patched = options.globals === undefined ? spec : withGlobals(spec, options.globals);
    return loadObject(this.session, patched, this.#links, options, file);
  }

  /**
   * Creates a map that belongs to no object file. Throws as `load` does for maps.
   *
   * A map of maps takes `inner`, a map that all its inner maps must look like, in place of `value`: its values are read
   * as ids and written with `setObject`. Queues, stacks and rings have no keys: leave `key` out.
   */
  createMap<K, V>(options: CreateMapOptions<K, V>): BpfMap<K, V>;
  createMap<V>(options: KeylessMapOptions<V>): BpfMap<Uint8Array, V>;
  createMap<K>(options: MapOfMapsOptions<K>): BpfMap<K, number>;
  createMap(
    options: CreateMapOptions<unknown, unknown> | KeylessMapOptions<unknown> | MapOfMapsOptions<unknown>,
  ): BpfMap<unknown, unknown> {
    this.session.assertOpen();
    return newMap(this.session, options);
  }

  /** Takes a pin away. Throws `EBPF_NOT_FOUND` where nothing is pinned to the path. */
  unpin(path: string): void {
    this.session.assertOpen();
    this.session.engine.unpin(pinPath(path));
  }

  /** Every pin, or those of one kind of object, in the order of bytes. */
  *pins(kind?: Handle["kind"]): IterableIterator<Pin> {
    this.session.assertOpen();
    for (const pin of this.session.engine.pins?.(kind) ?? this.#pinsOneByOne(kind)) {
      this.session.assertOpen();
      yield pin;
    }
  }

  *#pinsOneByOne(kind: Handle["kind"] | undefined): IterableIterator<Pin> {
    let pin = this.session.engine.nextPin("", kind);
    while (pin !== undefined) {
      yield pin;
      pin = this.engine.nextPin(pin.path, kind);
    }
  }

  /** Opens a map that is pinned to a path. Throws `EBPF_NOT_FOUND`, and `EBPF_INVALID_ARGUMENT` where it is no map. */
  openPinnedMap(path: string): BpfMap<Uint8Array, Uint8Array>;
  /** The same, with keys and values as codecs have them instead of their bytes. */
  openPinnedMap<K, V>(path: string, codecs: MapCodecs<K, V>): BpfMap<K, V>;
  openPinnedMap<K, V>(path: string, codecs?: MapCodecs<K, V>): BpfMap<K, V> | BpfMap<Uint8Array, Uint8Array> {
    return this.#adopt(this.engine.openPin(pinPath(path)), "map", (handle) =>
      this.#mapThrough(new MapResource(this.session, handle), codecs),
    );
  }

  /** The same for a program. */
  openPinnedProgram(path: string): Program {
    return this.#adopt(this.engine.openPin(pinPath(path)), "program", (handle) => this.#program(handle));
  }

  /** The same for a link: it stays attached when this is closed, until it is unpinned. */
  openPinnedLink(path: string): Link {
    return this.#adopt(this.engine.openPin(pinPath(path)), "link", (handle) => this.#link(handle));
  }

  /** Ids of all live maps, programs or links of this kernel, ascending. */
  *ids(kind: Handle["kind"]): IterableIterator<number> {
    let id = this.engine.nextId(kind, 0);
    while (id !== undefined) {
      yield id;
      id = this.engine.nextId(kind, id);
    }
  }

  /** Opens a map by its id. Throws `EBPF_NOT_FOUND` where no map has it. */
  openMap(id: number): BpfMap<Uint8Array, Uint8Array>;
  /** The same, with keys and values as codecs have them instead of their bytes. */
  openMap<K, V>(id: number, codecs: MapCodecs<K, V>): BpfMap<K, V>;
  openMap<K, V>(id: number, codecs?: MapCodecs<K, V>): BpfMap<K, V> | BpfMap<Uint8Array, Uint8Array> {
    return this.#adopt(this.#openId("map", id), "map", (handle) =>
      this.#mapThrough(new MapResource(this.session, handle), codecs),
    );
  }

  /** The same for a program. */
  openProgram(id: number): Program {
    return this.#adopt(this.#openId("program", id), "program", (handle) => this.#program(handle));
  }

  /** The same for a link. */
  openLink(id: number): Link {
    return this.#adopt(this.#openId("link", id), "link", (handle) => this.#link(handle));
  }

  /**
   * What ebpf-for-windows itself says of object files: its verifier, disassembler and list of programs, those that are
   * installed. Undefined on other runtimes; `verify`, `disassemble` and `parse` need none.
   */
  get objectReader(): ObjectReader | undefined {
    return this.engine.objectReader;
  }

  /** Names of the program types that this kernel has providers for. */
  get programTypes(): readonly string[] {
    return this.engine.programTypes;
  }

  /** Returns when every program run that was under way has ended: pointers into what was replaced are gone then. */
  async synchronize(): Promise<void> {
    await this.engine.synchronize();
  }

  /**
   * The lines that programs print with `bpf_printk`, from this call on. Ends when `signal` aborts or the loop is left.
   * At most 65,536 lines wait to be read; older ones are dropped then, and `lost` of the next event counts them.
   */
  printk(
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<PrintkEvent & { readonly lost: number }> {
    this.session.assertOpen();
    assertObject(options, "What printk takes");
    assertSignal(options.signal);
    const queue = new EventQueue<PrintkEvent>(options.signal);
    queue.onEnd(this.session.engine.onPrintk((event) => queue.push(event)));
    return queue;
  }

  #openId(kind: Handle["kind"], id: number): Handle {
    assertInteger(id, "An id");
    const handle = this.engine.openId(kind, id);
    if (handle === undefined) throw failure(EbpfResult.OBJECT_NOT_FOUND, `No ${kind} has the id ${id}`);
    return handle;
  }

  #mapThrough<K, V>(
    resource: MapResource,
    given: MapCodecs<K, V> | undefined,
  ): BpfMap<K, V> | BpfMap<Uint8Array, Uint8Array> {
    if (given !== undefined) return openMap(resource, given);
    const codecs: MapCodecs<Uint8Array, Uint8Array> = {
      key: bytes(resource.info.keySize),
      value: bytes(resource.valueBytes),
    };
    return openMap(resource, codecs);
  }

  #program(handle: Handle): Program {
    return new Program(this.session, handle, this.#links);
  }

  #link(handle: Handle): Link {
    return new Link(this.session, handle, `Link ${this.engine.linkInfo(handle).id}`, this.#links);
  }

  /** Makes a resource of a handle, which is closed where that fails. */
  #adopt<T>(handle: Handle, kind: Handle["kind"], make: (handle: Handle) => T): T {
    try {
      if (handle.kind === kind) return make(handle);
      throw failure(EbpfResult.INVALID_OBJECT, `This is a ${handle.kind}, not a ${kind}`);
    } catch (error) {
      this.engine.close(handle);
      throw error;
    }
  }

  /**
   * A new runtime in place of this one, after the driver below was restarted. Throws
   * `EBPF_NOT_SUPPORTED` where there is no driver: a simulated kernel ends with its runtime.
   */
  reopen(): Runtime {
    throw new EbpfError("EBPF_NOT_SUPPORTED", `A ${this.kind} runtime cannot be opened again`, {
      hint: "Open a new one.",
    });
  }

  /**
   * Closes the runtime, every link (programs are detached), and every map and program that it has open: what is not
   * pinned or in use elsewhere is gone. Safe to call twice.
   */
  close(): void {
    if (!this.session.open) return;
    for (const link of [...this.#links]) link.close();
    this.session.end();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A spec that `parse` has made, as far as loading reads it. */
function assertSpec(spec: ObjectSpec): ObjectSpec {
  for (const part of [spec.programs, spec.maps, spec.globals]) {
    assertList(part, "A part of an object's spec");
    for (const each of part) assertObject(each, "What an object's spec has");
  }
  for (const { code, references } of spec.programs) {
    assertBytes(code, "A program's code");
    assertList(references, "A program's references");
  }
  return spec;
}

/** What an object file says, and its bytes, where they are known. */
interface ReadObject {
  readonly spec: ObjectSpec;
  readonly file?: Uint8Array;
}

/** Too many open files are no fault of the file. */
function unreadable(path: string, cause: unknown): EbpfError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const isFull = code === "EMFILE" || code === "ENFILE";
  return new EbpfError(isFull ? "EBPF_NO_MEMORY" : "EBPF_UNREADABLE", `${path} cannot be read`, {
    cause,
    hint: isFull
      ? "Close files that are not used, or raise the limit of open files."
      : "Check the path and its rights.",
  });
}

async function readObject(
  source: string | URL | Uint8Array | ObjectSpec,
  platform: Platform,
  signal: AbortSignal | undefined,
): Promise<ReadObject> {
  const turns = new LoopTurns(signal, "Loading");
  if (source instanceof Uint8Array)
    return { spec: await unhurried(parsing(source, { platform }), turns), file: source };
  if (typeof source !== "string" && !(source instanceof URL)) return { spec: assertSpec(source) };
  const path = filePath(source, "The path of an object file");
  try {
    const file = await readFile(path);
    return { spec: await unhurried(parsing(file, { path, platform }), turns), file };
  } catch (cause) {
    if (cause instanceof EbpfError) throw cause;
    throw unreadable(path, cause);
  }
}
