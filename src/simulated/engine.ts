import {
  type Engine,
  type Feature,
  failure,
  type Handle,
  type LinkInfo,
  type MapInfo,
  type MapOptions,
  type PrintkEvent,
  type ProgramInfo,
  type ProgramOptions,
  type TestRunOptions,
  type TestRunResult,
} from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { attachTypes, EbpfResult } from "../platform/index.ts";
import type { Kernel } from "./kernel.ts";
import { KernelLink } from "./link.ts";
import { createMap, KernelMap } from "./maps/index.ts";
import type { KernelObject } from "./objects.ts";
import { checkProgramType, KernelProgram } from "./program.ts";

const features: ReadonlySet<Feature> = new Set<Feature>(["printk", "globals", "test-run", "clock-control", "xdp"]);

/** A handle: one reference to one object, until it is closed. */
class SimulatedHandle implements Handle {
  readonly #object: KernelObject;
  #open = true;

  /** Takes over a reference that the caller has acquired. */
  constructor(object: KernelObject) {
    this.#object = object;
  }

  get kind(): Handle["kind"] {
    return this.#object.kind;
  }

  get object(): KernelObject {
    if (!this.#open) throw new EbpfError("EBPF_CLOSED", "The handle is closed");
    return this.#object;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#object.release();
  }
}

/** The engine interface over a simulated kernel: handles in, bytes out. */
export class SimulatedEngine implements Engine {
  readonly kind = "simulated";
  readonly why: string;
  readonly kernel: Kernel;
  /** Kernel memory that user calls pass keys and values through; grown when needed. */
  #scratch = 0;
  #scratchBytes = 0;

  constructor(kernel: Kernel, why: string) {
    this.kernel = kernel;
    this.why = why;
  }

  get cpus(): number {
    return this.kernel.cpus;
  }

  supports(feature: Feature): boolean {
    return features.has(feature);
  }

  createMap(options: MapOptions): Handle {
    return new SimulatedHandle(createMap(this.kernel, options));
  }

  mapInfo(map: Handle): MapInfo {
    return mapOf(map).info;
  }

  lookup(handle: Handle, key: Uint8Array): Uint8Array | undefined {
    const map = mapOf(handle);
    const value = map.lookup(this.#pass(map, key));
    return value === 0 ? undefined : this.kernel.memory.bytes.slice(value, value + map.options.valueSize);
  }

  update(handle: Handle, key: Uint8Array, value: Uint8Array, flags: number): void {
    const map = mapOf(handle);
    if (value.length !== map.options.valueSize) {
      throw sizeFailure(map, "value", value.length, map.options.valueSize);
    }
    const at = this.#pass(map, key, value);
    const result = map.update(at, at + padded(key.length), flags);
    if (result !== EbpfResult.SUCCESS) throw failure(result, `${describe(map)} refuses the entry`);
  }

  delete(handle: Handle, key: Uint8Array): boolean {
    const map = mapOf(handle);
    const result = map.delete(this.#pass(map, key));
    if (result === EbpfResult.KEY_NOT_FOUND) return false;
    if (result !== EbpfResult.SUCCESS) throw failure(result, `${describe(map)} cannot delete this key`);
    return true;
  }

  nextKey(handle: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    const map = mapOf(handle);
    const { keySize } = map.options;
    const previous = this.#pass(map, key ?? new Uint8Array(keySize));
    const result = map.nextKey(key === undefined ? 0 : previous, previous + padded(keySize));
    if (result === EbpfResult.NO_MORE_KEYS) return undefined;
    if (result !== EbpfResult.SUCCESS) throw failure(result, `${describe(map)} has no order of keys`);
    return this.kernel.memory.bytes.slice(previous + padded(keySize), previous + padded(keySize) + keySize);
  }

  async loadProgram(options: ProgramOptions): Promise<Handle> {
    checkProgramType(options);
    const maps = options.maps.map(({ map, ...rest }) => ({ ...rest, map: mapOf(map) }));
    return new SimulatedHandle(new KernelProgram(this.kernel, options, maps).acquire());
  }

  programInfo(program: Handle): ProgramInfo {
    return programOf(program).info;
  }

  async testRun(handle: Handle, options: TestRunOptions): Promise<TestRunResult> {
    const program = programOf(handle);
    if (program.options.type !== "xdp") throw unsupportedType(program, "test-run");
    return this.kernel.network.xdp.testRun(program, options);
  }

  async attach(handle: Handle, attachType: number, parameter: Uint8Array): Promise<Handle> {
    const program = programOf(handle);
    const row = attachTypes.find((type) => type.number === attachType);
    if (row?.programType !== program.options.type) {
      throw failure(
        EbpfResult.EXTENSION_FAILED_TO_LOAD,
        `Program ${JSON.stringify(program.options.name)} of type ${program.options.type} does not fit attach type ${attachType}`,
      );
    }
    if (program.options.type !== "xdp") throw unsupportedType(program, "attach");
    const detach = this.kernel.network.xdp.attach(program, parameter);
    return new SimulatedHandle(new KernelLink(this.kernel, program, attachType, detach).acquire());
  }

  linkInfo(link: Handle): LinkInfo {
    return linkOf(link).info;
  }

  detach(link: Handle): void {
    linkOf(link).detach();
  }

  onPrintk(listener: (event: PrintkEvent) => void): () => void {
    return this.kernel.printk.listen(listener);
  }

  close(handle: Handle): void {
    if (handle instanceof SimulatedHandle) handle.close();
  }

  /** Copies a key (and a value, 8 bytes aligned, behind it) into kernel memory; the key's address. */
  #pass(map: KernelMap, key: Uint8Array, value?: Uint8Array): number {
    const { keySize, valueSize } = map.options;
    if (key.length !== keySize) throw sizeFailure(map, "key", key.length, keySize);
    const needed = padded(keySize) + Math.max(padded(keySize), padded(valueSize));
    const { memory } = this.kernel;
    if (needed > this.#scratchBytes) {
      const scratch = memory.allocate(needed, "metadata");
      if (this.#scratch !== 0) memory.free(this.#scratch);
      this.#scratch = scratch;
      this.#scratchBytes = needed;
    }
    memory.bytes.set(key, this.#scratch);
    if (value !== undefined) memory.bytes.set(value, this.#scratch + padded(keySize));
    return this.#scratch;
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}

function describe(map: KernelMap): string {
  return `Map ${JSON.stringify(map.options.name)}`;
}

function objectOf(handle: Handle): KernelObject | undefined {
  return handle instanceof SimulatedHandle ? handle.object : undefined;
}

function mapOf(handle: Handle): KernelMap {
  const object = objectOf(handle);
  if (object instanceof KernelMap) return object;
  throw failure(EbpfResult.INVALID_OBJECT, "This is not a map of this kernel");
}

function programOf(handle: Handle): KernelProgram {
  const object = objectOf(handle);
  if (object instanceof KernelProgram) return object;
  throw failure(EbpfResult.INVALID_OBJECT, "This is not a program of this kernel");
}

function linkOf(handle: Handle): KernelLink {
  const object = objectOf(handle);
  if (object instanceof KernelLink) return object;
  throw failure(EbpfResult.INVALID_OBJECT, "This is not a link of this kernel");
}

function sizeFailure(map: KernelMap, what: string, given: number, wanted: number): EbpfError {
  return failure(EbpfResult.INVALID_ARGUMENT, `${describe(map)} has a ${what} of ${wanted} bytes, not ${given}`);
}

function unsupportedType(program: KernelProgram, what: string): EbpfError {
  return new EbpfError(
    "EBPF_NOT_SUPPORTED",
    `The simulated kernel cannot ${what} ${program.options.type} programs yet`,
    {
      hint: "It has the XDP hook.",
    },
  );
}
