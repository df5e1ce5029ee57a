import type { LoadVerifier } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import type { Step } from "../spec/index.ts";
import {
  type CheckMode,
  type Checks,
  type EngineName,
  type Executable,
  type Limits,
  Machine,
  Memory,
  Regions,
  type Series,
} from "../vm/index.ts";
import { Clock } from "./clock.ts";
import type { Current } from "./current.ts";
import { Hooks } from "./hooks/hooks.ts";
import { XdpHook } from "./hooks/xdp.ts";
import { type Invocation, noInvocation } from "./invocation.ts";
import type { KernelMap, MapProvider } from "./maps/index.ts";
import { Network } from "./network.ts";
import { ObjectTable } from "./objects.ts";
import { PinTable } from "./pins.ts";
import { PrintkLog } from "./printk-log.ts";
import { Processes } from "./processes/index.ts";
import type { KernelProgram } from "./program.ts";
import { Random } from "./random.ts";
import { RunContext } from "./run-context.ts";
import { upstreamTestRuns, windowsTestRuns } from "./test-run.ts";

/** Which Windows is imitated: native images, byte code in a full build, or a build that refuses byte code. */
export type Profile = "native" | "jit" | "native-only";

export interface KernelOptions {
  /** `"native"` unless given: objects behave as they do once they are a `.sys`. */
  readonly profile?: Profile;
  /**
   * Whether the calling process is elevated: true unless given. Without it, whatever asks the driver fails as
   * `EBPF_ACCESS_DENIED`; object files can still be read and verified.
   */
  readonly elevated?: boolean;
  /** Whether memory integrity is on, which lets native images run only: false unless given. */
  readonly hvci?: boolean;
  /** Who provides custom map types, which Windows takes from extensions: nobody unless given. */
  readonly mapProviders?: readonly MapProvider[];
  /** Nanoseconds since boot at the start: 1 second unless given. */
  readonly time?: bigint;
  /** Seed of everything random: `bpf_get_prandom_u32` and the order of keys in hash maps. 1 unless given. */
  readonly seed?: number;
  /** CPUs, 1 to 64: 2 unless given. */
  readonly cpus?: number;
  /** Bytes of memory for maps, packets and stacks together: 1 GiB unless given. Beyond it is `EBPF_NO_MEMORY`. */
  readonly memoryLimit?: number;
  /**
   * Whose rules hooks and test runs follow: those of Windows' own drivers, or those of the stand-ins that
   * ebpf-for-windows' unit tests use, for comparison with them. `"windows"` unless given.
   */
  readonly providers?: "windows" | "upstream-tests";
  /**
   * Whether bind programs also hear BIND_OPERATION_POST_BIND, which Windows' headers have and its driver does not send.
   * False unless given.
   */
  readonly postBind?: boolean;
  /** Judges every program before it is loaded; with false, or in a bare kernel without one, all are loaded. */
  readonly verify?: LoadVerifier | false;
  /** How long one run of a program may be. 2^30 instructions and no deadline unless given. */
  readonly limits?: Limits;
  /**
   * What runs programs: the interpreter, WebAssembly that they are compiled to, or (`"auto"`, unless given) the first
   * until a program has run long enough to be worth the second.
   */
  readonly engine?: EngineName;
  /**
   * How compiled programs check accesses to memory: `"region"` unless given, which is as the interpreter does. With
   * `"arena"` and `"none"` a program can overwrite what else lies in this kernel's memory, maps and their records among
   * it, so that faults are missed and later calls may fail or answer nonsense; it cannot leave that memory.
   */
  readonly checks?: CheckMode;
}

/** What runs a program. */
export interface Tier {
  readonly engine: "interpreter" | "compiled";
  /** Why the program is interpreted for good although compiled code is wanted; undefined where nothing is wrong. */
  readonly reason: string | undefined;
  /** What compiled code checks before it touches memory; undefined where there is none. */
  readonly checks: Checks | undefined;
  /** Why the verifier's proof of the program does not serve, or that there is none; undefined where it serves. */
  readonly unproven: string | undefined;
}

/** The simulated kernel: everything that one simulation consists of. Two kernels share nothing. */
export class Kernel {
  readonly memory: Memory;
  readonly regions = new Regions();
  readonly objects = new ObjectTable();
  readonly pins = new PinTable();
  readonly mapsByAddress = new Map<number, KernelMap>();
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly processes: Processes;
  readonly printk = new PrintkLog();
  readonly hooks: Hooks;
  readonly xdp: XdpHook;
  readonly context: RunContext;
  readonly providers: "windows" | "upstream-tests";
  readonly profile: Profile;
  readonly elevated: boolean;
  readonly hvci: boolean;
  /** Providers of custom map types, by type number. */
  readonly mapProviders: ReadonlyMap<number, MapProvider>;
  readonly postBind: boolean;
  readonly verify: LoadVerifier | undefined;
  readonly cpus: number;
  /** Address of the number of the CPU that the next run takes place on. */
  readonly cpuWord: number;
  /** Whose call the next run belongs to. */
  current: Current;
  /** What the hook that the next run belongs to keeps behind the context. */
  invocation: Invocation = noInvocation;
  /** Tail calls that the run under way has made. */
  tailCalls = 0;
  readonly #machine: Machine;
  readonly #limits: Limits;
  readonly #retired: (() => void)[] = [];
  readonly #watchers = new Map<Executable, Set<(slot: number) => void>>();
  #running: KernelProgram | undefined;
  #cpu = 0;
  #scratch = 0;
  #scratchBytes = 0;

  constructor(options: KernelOptions = {}) {
    const {
      time = 1_000_000_000n,
      seed = 1,
      cpus = 2,
      memoryLimit,
      providers = "windows",
      profile = "native",
      elevated = true,
      hvci = false,
      mapProviders = [],
      verify,
      limits = {},
    } = options;
    this.memory = new Memory(memoryLimit === undefined ? {} : { limit: memoryLimit });
    this.cpuWord = this.memory.allocate(4, "metadata");
    this.clock = new Clock(time);
    this.random = new Random(this.memory, seed);
    this.cpus = cpus;
    this.#limits = limits;
    const { engine = "auto", checks = "region" } = options;
    this.#machine = new Machine({ memory: this.memory, regions: this.regions, engine, checks });
    this.providers = providers;
    this.profile = profile;
    this.elevated = elevated;
    this.hvci = hvci;
    this.mapProviders = new Map(mapProviders.map((provider) => [provider.type, provider]));
    this.postBind = options.postBind ?? false;
    this.verify = verify === false ? undefined : verify;
    this.hooks = new Hooks(this);
    this.xdp = new XdpHook(this);
    this.context = new RunContext(this);
    this.processes = new Processes(this);
    this.current = this.processes.own.current;
    this.network = new Network(this);
  }

  /** CPU that the next run takes place on. */
  get cpu(): number {
    return this.#cpu;
  }

  set cpu(cpu: number) {
    this.#cpu = cpu;
    this.memory.data.setInt32(this.cpuWord, cpu, true);
  }

  /** Names of the program types that have a provider. */
  get programTypes(): readonly string[] {
    return Object.keys(this.providers === "windows" ? windowsTestRuns : upstreamTestRuns);
  }

  /** The program whose run is under way. */
  get running(): KernelProgram | undefined {
    return this.#running;
  }

  /** Runs a program on the context at `context`; the low 32 bits of r0, unsigned. */
  run(program: KernelProgram, context: number): number {
    this.#begin(program);
    try {
      return this.#machine.run(program.executable, context, 0, this.#limits);
    } finally {
      this.#end();
    }
  }

  /**
   * Runs a program as often as `series` says, which calls `startRun` for each run that it is told of; the low 32 bits of
   * the last r0, unsigned.
   */
  runSeries(program: KernelProgram, series: Series): number {
    this.#begin(program);
    try {
      return this.#machine.runSeries(program.executable, series, this.#limits);
    } finally {
      this.#end();
    }
  }

  /** The next run of a series begins, and what the one before it left is done with. */
  startRun(program: KernelProgram): void {
    if (this.#retired.length > 0) this.#freeRetired();
    this.#running = program;
    this.tailCalls = 0;
  }

  /** What the next run of a program is done by; `reason`: why not by compiled code, where that cannot be made. */
  tierOf(program: KernelProgram): Tier {
    const isCompiled = this.#machine.isCompiled(program.executable);
    return {
      engine: isCompiled ? "compiled" : "interpreter",
      reason: this.fallbackOf(program),
      checks: this.#machine.checksOf(program.executable),
      unproven: program.unproven,
    };
  }

  /** Why a program is interpreted although compiled code was wanted; undefined where it is not. */
  fallbackOf(program: KernelProgram): string | undefined {
    return this.#machine.fallbackOf(program.executable);
  }

  /** Drops what is kept of a program that will not run again. */
  forget(program: KernelProgram): void {
    this.#machine.forget(program.executable);
  }

  /** Runs a program step by step; see `Machine.trace`. */
  *trace(program: KernelProgram, context: number): Generator<Step, number> {
    this.#begin(program);
    try {
      return yield* this.#machine.trace(program.executable, context, 0, this.#limits);
    } finally {
      this.#end();
    }
  }

  /** Calls `visit` with every slot of a program that is about to run, until the returned function is called. */
  watch({ executable }: KernelProgram, visit: (slot: number) => void): () => void {
    const watchers = this.#watchers.get(executable) ?? new Set();
    watchers.add(visit);
    this.#watchers.set(executable, watchers);
    this.#machine.watch = (current, index) => {
      const visitors = this.#watchers.get(current);
      if (visitors !== undefined) for (const each of visitors) each(current.slots[index]);
    };
    return () => {
      watchers.delete(visit);
      if (watchers.size === 0 && this.#watchers.get(executable) === watchers) this.#watchers.delete(executable);
      if (this.#watchers.size === 0) this.#machine.watch = undefined;
    };
  }

  /** The run under way continues in `program`. */
  tailCall(program: KernelProgram): void {
    this.tailCalls++;
    this.#running = program;
  }

  /**
   * Frees map memory when no program can hold a pointer into it any more: now, or when the run under way ends
   * (Windows frees by epochs, libs/runtime/ebpf_epoch.c).
   */
  retire(free: () => void): void {
    if (this.#running === undefined) free();
    else this.#retired.push(free);
  }

  /** Address of `bytes` bytes, in the metadata arena, for the shortest use only; 0 when the memory is used up. */
  scratch(bytes: number): number {
    if (bytes > this.#scratchBytes) {
      try {
        const scratch = this.memory.allocate(bytes, "metadata");
        if (this.#scratch !== 0) this.memory.free(this.#scratch);
        this.#scratch = scratch;
        this.#scratchBytes = bytes;
      } catch (error) {
        if (error instanceof EbpfError && error.code === "EBPF_NO_MEMORY") return 0;
        throw error;
      }
    }
    return this.#scratch;
  }

  #begin(program: KernelProgram): void {
    if (this.#running !== undefined) {
      const name = JSON.stringify(this.#running.options.name);
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `Program ${name} is running in this kernel`, {
        hint: "A trace runs until it is read to its end or left: finish it first.",
      });
    }
    this.#running = program;
    this.tailCalls = 0;
  }

  #end(): void {
    this.#running = undefined;
    if (this.#retired.length > 0) this.#freeRetired();
  }

  #freeRetired(): void {
    for (const free of this.#retired.splice(0)) free();
  }
}
