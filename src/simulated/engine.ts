import {
  type Batch,
  type BatchOptions,
  type DirectMap,
  type Engine,
  type Feature,
  failure,
  type Handle,
  type LinkInfo,
  type MapInfo,
  type MapOptions,
  type Pin,
  type PrintkEvent,
  type ProgramInfo,
  type ProgramOptions,
  type RingView,
  type TestRunOptions,
  type TestRunResult,
} from "../engine/index.ts";
import { type EbpfError, VerificationError } from "../errors.ts";
import { attachTypes, EbpfResult, errnoNumbers } from "../platform/index.ts";
import { quotePath } from "../printable.ts";
import type { ProgramProof, Step } from "../spec/index.ts";
import { DirectCalls, Scratch } from "./direct-map.ts";
import { linkOf, mapOf, objectOf, programOf, SimulatedHandle } from "./handle.ts";
import type { Kernel, Tier } from "./kernel.ts";
import { KernelLink } from "./link.ts";
import { checkLoad, loadProgram } from "./load-program.ts";
import { MapCalls } from "./map-calls.ts";
import { createMap, KernelMap, RingMap } from "./maps/index.ts";
import type { KernelObject } from "./objects.ts";
import { writeRing } from "./ring-write.ts";
import { testRun, traceRun } from "./test-run.ts";

/** What a kernel of any profile can do. */
const features: ReadonlySet<Feature> = new Set<Feature>([
  "printk",
  "test-run",
  "trace",
  "clock-control",
  "xdp",
  "interpreter",
  "coverage",
  "attach",
  "rings",
  "perf-events",
  "pin-list",
  "synchronize",
]);

/** The engine interface over a simulated kernel: handles in, bytes out. */
export class SimulatedEngine implements Engine {
  readonly kind = "simulated";
  readonly why: string;
  readonly kernel: Kernel;
  readonly #maps: MapCalls;
  readonly #scratch: Scratch;

  constructor(kernel: Kernel, why: string) {
    this.kernel = kernel;
    this.why = why;
    this.#maps = new MapCalls(kernel);
    this.#scratch = new Scratch(kernel);
  }

  get cpus(): number {
    return this.kernel.cpus;
  }

  get programTypes(): readonly string[] {
    return this.kernel.programTypes;
  }

  supports(feature: Feature): boolean {
    const { profile, hvci, mapProviders } = this.kernel;
    switch (feature) {
      // Data sections have content only in native images.
      case "globals":
      case "native-images":
        return profile === "native";
      case "byte-code":
        return profile !== "native-only" && !hvci;
      case "custom-maps":
        return mapProviders.size > 0;
      default:
        return features.has(feature);
    }
  }

  createMap(options: MapOptions): Handle {
    this.#admit();
    const inner = options.inner === undefined ? undefined : objectOf(options.inner);
    return this.#adopt(createMap(this.kernel, options, inner));
  }

  mapInfo(map: Handle): MapInfo {
    return mapOf(map).info;
  }

  lookup(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    return this.#maps.read(mapOf(map), key, false);
  }

  borrow(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    const target = mapOf(map);
    return this.#maps.read(target, key, false, target.loan);
  }

  direct(map: Handle): DirectMap | undefined {
    return DirectCalls.fit(mapOf(map)) ? new DirectCalls(this.kernel, this.#scratch, map) : undefined;
  }

  /** Windows freezes nothing. */
  freeze(_map: Handle): void {}

  take(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    return this.#maps.read(mapOf(map), key, true);
  }

  update(map: Handle, key: Uint8Array | undefined, value: Uint8Array, flags: number): void {
    this.#maps.update(mapOf(map), key, value, flags);
  }

  updateObject(map: Handle, key: Uint8Array | undefined, object: Handle | undefined, flags: number): void {
    this.#maps.updateObject(mapOf(map), key, object === undefined ? undefined : objectOf(object), flags);
  }

  delete(map: Handle, key: Uint8Array | undefined): boolean {
    return this.#maps.delete(mapOf(map), key);
  }

  nextKey(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    return this.#maps.nextKey(mapOf(map), key);
  }

  readBatch(map: Handle, options: BatchOptions): Batch | undefined {
    return this.#maps.readBatch(mapOf(map), options);
  }

  updateBatch(map: Handle, keys: Uint8Array, values: Uint8Array, count: number, flags: number): void {
    this.#maps.updateBatch(mapOf(map), keys, values, count, flags);
  }

  deleteBatch(map: Handle, keys: Uint8Array, count: number): void {
    this.#maps.deleteBatch(mapOf(map), keys, count);
  }

  ring(handle: Handle, index: number): RingView {
    const map = mapOf(handle);
    const ring = map instanceof RingMap ? map.rings[index] : undefined;
    if (!(map instanceof RingMap)) throw failure(EbpfResult.OPERATION_NOT_SUPPORTED, "The map has no rings", NO_RINGS);
    if (ring === undefined) throw failure(EbpfResult.INVALID_ARGUMENT, `The map has no ring ${index}`);
    return ring;
  }

  writeRing(map: Handle, data: Uint8Array): void {
    writeRing(this.kernel, mapOf(map), data);
  }

  async loadProgram(options: ProgramOptions): Promise<Handle> {
    this.#admit();
    this.#admitCode(options);
    checkLoad(this.kernel, options);
    this.kernel.hooks.assertRunning(options.type);
    const proof = await this.#verify(options);
    // Only now: a map may have been closed while the verifier had the floor.
    const maps = options.maps.map(({ map, ...rest }) => ({ ...rest, map: mapOf(map) }));
    return this.#adopt(loadProgram(this.kernel, options, maps, proof));
  }

  async loadNative(path: string): Promise<never> {
    throw failure(
      EbpfResult.OPERATION_NOT_SUPPORTED,
      `${path} is a Windows driver, which a simulated kernel cannot run`,
      "Load the object file that it was made from.",
    );
  }

  /** What the next run of a program is done by. */
  tierOf(program: Handle): Tier {
    return this.kernel.tierOf(programOf(program));
  }

  programInfo(program: Handle): ProgramInfo {
    return programOf(program).info;
  }

  bindMap(program: Handle, map: Handle): void {
    programOf(program).bind(mapOf(map));
  }

  async testRun(program: Handle, options: TestRunOptions): Promise<TestRunResult> {
    const target = programOf(program);
    this.kernel.hooks.assertRunning(target.options.type);
    return testRun(this.kernel, target, options);
  }

  trace(program: Handle, options: TestRunOptions): Generator<Step, number> {
    return traceRun(this.kernel, programOf(program), options);
  }

  watch(program: Handle, visit: (slot: number) => void): () => void {
    return this.kernel.watch(programOf(program), visit);
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
    const detach = this.kernel.hooks.attach(program, row, parameter);
    return this.#adopt(new KernelLink(this.kernel, program, row, parameter, detach).acquire());
  }

  linkInfo(link: Handle): LinkInfo {
    return linkOf(link).info;
  }

  detach(link: Handle): void {
    linkOf(link).detach();
  }

  keepLink(link: Handle): void {
    linkOf(link).keep();
  }

  nextId(kind: Handle["kind"], start: number): number | undefined {
    this.#admit();
    return this.kernel.objects.nextId(kind, start);
  }

  openId(kind: Handle["kind"], id: number): Handle | undefined {
    this.#admit();
    const object = this.kernel.objects.get(kind, id);
    return object === undefined ? undefined : new SimulatedHandle(object);
  }

  duplicate(handle: Handle): Handle {
    return new SimulatedHandle(objectOf(handle));
  }

  pin(handle: Handle, path: string): void {
    const result = this.kernel.pins.pin(path, objectOf(handle));
    if (result !== EbpfResult.SUCCESS) throw failure(result, `${quotePath(path)} cannot be pinned to`, PIN_HINT);
  }

  unpin(path: string): void {
    this.#admit();
    const result = this.kernel.pins.unpin(path);
    if (result !== EbpfResult.SUCCESS) throw nothingPinned(result, path);
  }

  openPin(path: string): Handle {
    this.#admit();
    const object = this.kernel.pins.get(path);
    if (object === undefined) {
      throw nothingPinned(EbpfResult.OBJECT_NOT_FOUND, path);
    }
    return new SimulatedHandle(object);
  }

  nextPin(start: string, kind?: Handle["kind"]): Pin | undefined {
    this.#admit();
    const pin = this.kernel.pins.next(start, kind);
    return pin === undefined ? undefined : { path: pin.path, kind: pin.object.kind };
  }

  /** Runs of this kernel end before anything else can be called: there is nothing to wait for. */
  async synchronize(): Promise<void> {
    this.#admit();
  }

  onPrintk(listener: (event: PrintkEvent) => void): () => void {
    return this.kernel.printk.listen(listener);
  }

  close(handle: Handle): void {
    if (handle instanceof SimulatedHandle) handle.close();
  }

  /**
   * What is proved of the program: by the kernel's verifier, or where it has none, as the caller says. Throws
   * `EBPF_VERIFICATION_FAILED` where the verifier rejects it.
   */
  async #verify(options: ProgramOptions): Promise<ProgramProof | undefined> {
    const verdict = await this.kernel.verify?.(options, {
      info: (map) => this.mapInfo(map),
      infoById: (id) => {
        const map = this.kernel.objects.get("map", id);
        return map instanceof KernelMap ? map.info : undefined;
      },
    });
    if (verdict === undefined) return options.proof;
    if (verdict.accepted) return verdict.proof;
    if (verdict.error !== undefined) throw verdict.error;
    throw new VerificationError(
      `Program ${JSON.stringify(options.name)} is rejected: ${verdict.log.trim()}`,
      verdict.log,
      {
        native: { result: EbpfResult.VERIFICATION_FAILED, errno: errnoNumbers.EACCES },
        hint: "`verify` and `winbpf verify` explain what is wrong and where.",
      },
    );
  }

  /** The driver answers elevated processes only. */
  #admit(): void {
    if (this.kernel.elevated) return;
    throw failure(EbpfResult.ACCESS_DENIED, "The process is not elevated", "Run as administrator.");
  }

  /** Refuses byte code where the imitated Windows takes native images only. */
  #admitCode({ execution = "jit", name }: ProgramOptions): void {
    if (execution === "native") return;
    const { profile, hvci } = this.kernel;
    const hint = "Convert the object to a native image, or choose another profile.";
    if (profile === "native-only") {
      const message = `Program ${JSON.stringify(name)} is byte code, and this build runs native images only`;
      throw failure(EbpfResult.OPERATION_NOT_SUPPORTED, message, hint);
    }
    if (!hvci) return;
    const message = `Program ${JSON.stringify(name)} is byte code, which memory integrity (HVCI) does not let run`;
    throw failure(EbpfResult.BLOCKED_BY_POLICY, message, hint);
  }

  /** A handle in exchange for the reference that a new object comes with. */
  #adopt(object: KernelObject): Handle {
    const handle = new SimulatedHandle(object);
    object.release();
    return handle;
  }
}

const PIN_HINT = "Take its pin away first (`runtime.unpin()`), or take another path.";
const NO_RINGS = "Maps of the types RINGBUF and PERF_EVENT_ARRAY have records.";

function nothingPinned(result: number, path: string): EbpfError {
  return failure(result, `Nothing is pinned to ${quotePath(path)}`, "`runtime.pins()` lists what is.");
}
