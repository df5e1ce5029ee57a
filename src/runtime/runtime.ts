import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Codec } from "../codec/index.ts";
import { type GlobalValues, parse, withGlobals } from "../elf/index.ts";
import type { Engine, Feature, PrintkEvent, RuntimeKind } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import type { ObjectSpec, Platform } from "../spec/index.ts";
import { EventQueue } from "./event-queue.ts";
import type { Link } from "./link.ts";
import { loadObject } from "./load.ts";
import { loadNative, type NativeSource } from "./load-native.ts";
import { BpfMap, MapResource } from "./map.ts";
import type { BpfObject } from "./object.ts";
import { pinPath } from "./pin-path.ts";
import { Session } from "./resource.ts";

export interface LoadOptions {
  /** Values of global variables, by name, written into the object before it is loaded. */
  readonly globals?: GlobalValues;
}

export interface CreateMapOptions<K, V> {
  readonly name?: string;
  /** Map type number: `MapType.HASH`, … */
  readonly type: number;
  readonly key: Codec<K>;
  readonly value: Codec<V>;
  readonly maxEntries: number;
}

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
   * that does not exist or does not fit; map sizes that the kernel refuses), `EBPF_INVALID_INSTRUCTION`,
   * `EBPF_NOT_SUPPORTED` (a helper or map type that this runtime lacks), `EBPF_NO_MEMORY`.
   */
  async load(
    source: string | URL | Uint8Array | ObjectSpec | NativeSource,
    options: LoadOptions = {},
  ): Promise<BpfObject> {
    this.session.assertOpen();
    if (typeof source === "object" && "native" in source) return loadNative(this.session, source, this.#links);
    const spec = await readObject(source, this.kind === "libbpf" ? "linux" : "windows");
    this.session.assertOpen();
    const patched = options.globals === undefined ? spec : withGlobals(spec, options.globals);
    return loadObject(this.session, patched, this.#links);
  }

  /** Creates a map that belongs to no object file. Throws as `load` does for maps. */
  createMap<K, V>(options: CreateMapOptions<K, V>): BpfMap<K, V> {
    this.session.assertOpen();
    const handle = this.session.engine.createMap({
      name: options.name ?? "",
      type: options.type,
      keySize: options.key.size,
      valueSize: options.value.size,
      maxEntries: options.maxEntries,
    });
    return new BpfMap(new MapResource(this.session, handle), options.key, options.value);
  }

  /** Takes a pin away. Throws `EBPF_NOT_FOUND` where nothing is pinned to the path. */
  unpin(path: string): void {
    this.session.assertOpen();
    this.session.engine.unpin(pinPath(path));
  }

  /** Opens a map that is pinned to a path. Throws `EBPF_NOT_FOUND`, and `EBPF_INVALID_ARGUMENT` where it is no map. */
  openPinnedMap<K, V>(path: string, codecs: { readonly key: Codec<K>; readonly value: Codec<V> }): BpfMap<K, V> {
    this.session.assertOpen();
    const handle = this.session.engine.openPin(pinPath(path));
    try {
      return new BpfMap(new MapResource(this.session, handle), codecs.key, codecs.value);
    } catch (error) {
      this.session.engine.close(handle);
      throw error;
    }
  }

  /**
   * The lines that programs print with `bpf_printk`, from this call on. Ends when `signal` aborts or the loop is left.
   * At most 65,536 lines wait to be read; older ones are dropped then, and `lost` of the next event counts them.
   */
  printk(
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<PrintkEvent & { readonly lost: number }> {
    this.session.assertOpen();
    const queue = new EventQueue<PrintkEvent>(options.signal);
    queue.onEnd(this.session.engine.onPrintk((event) => queue.push(event)));
    return queue;
  }

  /**
   * A new runtime in place of this one, after the driver below was restarted (`EBPF_DISCONNECTED`). Throws
   * `EBPF_NOT_SUPPORTED` where there is no driver: a simulated kernel ends with its runtime.
   */
  reopen(): Runtime {
    throw new EbpfError("EBPF_NOT_SUPPORTED", `A ${this.kind} runtime cannot be opened again`, {
      hint: "Open a new one.",
    });
  }

  /** Closes the runtime and every link: programs are detached. Safe to call twice. */
  close(): void {
    if (!this.session.open) return;
    for (const link of [...this.#links]) link.close();
    this.session.end();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

async function readObject(source: string | URL | Uint8Array | ObjectSpec, platform: Platform): Promise<ObjectSpec> {
  if (source instanceof Uint8Array) return parse(source, { platform });
  if (typeof source !== "string" && !(source instanceof URL)) return source;
  const path = source instanceof URL ? fileURLToPath(source) : source;
  try {
    return parse(await readFile(path), { path, platform });
  } catch (cause) {
    if (cause instanceof EbpfError) throw cause;
    throw new EbpfError("EBPF_UNREADABLE", `${path} cannot be read`, { cause, hint: "Check the path and its rights." });
  }
}
