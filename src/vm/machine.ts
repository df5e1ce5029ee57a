import { EbpfError } from "../errors.ts";
import type { Step } from "../spec/index.ts";
import { CodeStore } from "./code-store.ts";
import { type CheckMode, type Compiled, type EngineName, LATE, SHORT, Tiers } from "./compiler/index.ts";
import { DESCRIPTOR_BYTES, descriptor } from "./descriptor.ts";
import { type Executable, type HelperFunction, STRIDE } from "./executable.ts";
import { execute } from "./execute.ts";
import { explain } from "./explain.ts";
import { BudgetError, FaultError, type Position } from "./fault.ts";
import { FRAME_BYTES, MAX_FRAMES } from "./frame.ts";
import type { Memory } from "./memory.ts";
import { firstChunk, type Limits, Meter } from "./meter.ts";
import { operations } from "./operation.ts";
import { positionAt, wide } from "./position.ts";
import type { Region } from "./region.ts";
import type { Regions } from "./regions.ts";
import type { Series } from "./series.ts";
import { StepObserver } from "./step.ts";
import { CHUNK, CHUNK_ENDED, EXITED, STOPPED, TAIL_CALLED } from "./stop.ts";

/** Compiled functions ask for chunks of so many times their own length at least, lest they ask all the time. */
const CHUNKS_AHEAD = 4;

/** What is told of instructions: the program, and the instruction's index. */
type Watch = (executable: Executable, index: number) => void;

export interface MachineOptions {
  readonly memory: Memory;
  readonly regions: Regions;
  /** Number of the simulated CPU, for helpers; 0 unless given. */
  readonly cpu?: number;
  /** What runs programs: the interpreter unless given. */
  readonly engine?: EngineName;
  /** How compiled code checks accesses to memory: `region` unless given, which is as the interpreter does. */
  readonly checks?: CheckMode;
}

/**
 * One simulated CPU: registers, a stack of 8 frames, and the interpreter. Machines share nothing but the memory and
 * the regions that they are given; a helper may run another machine, not the one that called it.
 */
export class Machine {
  readonly memory: Memory;
  readonly regions: Regions;
  readonly cpu: number;
  /** Bits 31..0 of r0 to r10, signed. Read the field again after a run: it may be replaced. */
  lo: Int32Array;
  /** Bits 63..32 of r0 to r10, signed. */
  hi: Int32Array;
  /** @internal Word of the instruction where the run is, whenever control is outside `execute`. */
  position = 0;
  /** @internal See `Meter`: where a backward jump ends the chunk. */
  limit = 0;
  /** @internal Functions that wait for the running one to return. */
  depth = 0;
  /** @internal What a helper asked for: `TAIL_CALLED`, `EXITED`, or 0. */
  pending = 0;
  /** @internal The stack's row in `regions.bounds`. */
  readonly stackRow: number;
  /** @internal A program runs that others know of: no other may be started. */
  isRunning = false;
  /** @internal Compiled code that is running, or ran last. */
  compiled: Compiled | undefined;
  /** @internal Compiled code whose last run has not been counted yet. */
  unsettled: Compiled | undefined;
  readonly #tiers: Tiers;
  readonly #store = new CodeStore();
  readonly #meter = new Meter();
  /** Address above the first function's frame. */
  readonly stackTop: number;
  readonly #stack: Region;
  #executable: Executable | undefined;
  #base = 0;
  #next: Executable | undefined;
  /** Compiled code of `#executable` that has just run without anybody noticing; how memory and regions were then. */
  #hot: Compiled | undefined;
  #hotData: DataView | undefined;
  #hotVersion = 0;
  #watch: Watch | undefined;
  /** The stack's row allows accesses. */
  #isStackOpen = false;
  /** What the run under way was given. */
  #r1 = 0;
  #r2 = 0;
  #limits: Limits | undefined;
  /** Instructions of the first chunk under these limits. */
  #fuel = firstChunk(undefined) / STRIDE;

  /** @throws EbpfError `EBPF_NO_MEMORY` when there is no room for the stack. */
  constructor({ memory, regions, cpu = 0, engine = "interpreter", checks = "region" }: MachineOptions) {
    this.memory = memory;
    this.regions = regions;
    this.cpu = cpu;
    this.lo = this.#store.lo;
    this.hi = this.#store.hi;
    const bytes = FRAME_BYTES * MAX_FRAMES;
    this.stackTop = memory.allocate(bytes, "data") + bytes;
    this.#stack = regions.add({ kind: "stack", name: "stack", start: 0, end: 0, writable: true });
    this.stackRow = regions.rowOf(this.#stack);
    const host = {
      machine: this,
      stackTop: this.stackTop,
      base: () => this.#base,
      words: () => this.#store.words,
      refuel: (left: number, least: number) => this.#nextChunk(left, least),
      begin: () => this.#begin(),
    };
    this.#tiers = new Tiers(host, engine, checks);
  }

  /**
   * Told of every instruction before it runs. While there is one, programs are interpreted one instruction at a time,
   * whatever the engine.
   */
  get watch(): Watch | undefined {
    return this.#watch;
  }

  set watch(watch: Watch | undefined) {
    this.#watch = watch;
    this.#hot = undefined;
  }

  /** Drops what is kept of a program that will not run again. */
  forget(executable: Executable): void {
    if (executable === this.#executable) this.#hot = undefined;
    this.#tiers.forget(executable);
  }

  /** True once there is compiled code of a program: its next run uses it. */
  isCompiled(executable: Executable): boolean {
    return this.#tiers.isCompiled(executable);
  }

  /** Why a program is interpreted although `engine` asks for compiled code; undefined where it is not. */
  fallbackOf(executable: Executable): string | undefined {
    return this.#tiers.reasonOf(executable);
  }

  /** Instructions that the last run executed; after an error, up to the one that failed. */
  get instructions(): number {
    this.settle();
    return this.#meter.instructions;
  }

  /** @internal Counts the last run, where that was put off. */
  settle(): void {
    const { unsettled } = this;
    if (unsettled === undefined) return;
    this.unsettled = undefined;
    this.#meter.start(this.#base, this.#limits);
    unsettled.goToEnd();
    this.#meter.look(this.position + STRIDE, this.limit);
  }

  /**
   * Runs a program from its first instruction and returns the low 32 bits of r0, unsigned; the high ones are in
   * `hi[0]`. r1 and r2 are unsigned 32-bit numbers; the other registers and the stack begin as zero.
   *
   * @throws FaultError `EBPF_FAULT`.
   * @throws BudgetError `EBPF_BUDGET_EXCEEDED`.
   * @throws what helpers throw.
   */
  run(executable: Executable, r1: number, r2 = 0, limits?: Limits): number {
    const hot = this.#hot;
    if (hot !== undefined && this.#isHot(executable, limits)) return this.#runHot(executable, hot, r1, r2);
    this.#claim();
    try {
      const compiled = this.#codeOf(executable);
      this.#prepare(executable, r1, r2, limits);
      if (compiled === undefined) this.#interpret(executable);
      else this.#finish(executable, compiled, compiled.run(r1, 0, r2, this.#fuel, false));
      return this.lo[0] >>> 0;
    } finally {
      this.#release();
    }
  }

  /**
   * Runs a program as often as `series` says, from `series.next` on, each time as `run` does, and returns what the last
   * run does. Verdicts are in the descriptors of packets too. What throws is the run `series.next`; the series can be run
   * on from the one behind it.
   */
  runSeries(executable: Executable, series: Series, limits?: Limits): number {
    this.#claim();
    try {
      while (series.next < series.end) {
        const compiled = this.#codeOf(executable);
        this.#prepare(executable, series.context, 0, limits);
        if (compiled === undefined) {
          series.enter(series.next);
          this.#fill(series);
          this.#interpret(executable);
        } else {
          const why = compiled.runSeries(series, this.#fuel);
          if (this.unsettled === undefined) this.#goOn(executable, why);
          if (why === EXITED) break;
        }
        this.#note(series);
        series.next++;
      }
      return this.lo[0] >>> 0;
    } finally {
      this.#release();
    }
  }

  /**
   * Runs a program like `run`, but yields after every instruction what it did; returns what `run` would. Ending the
   * iteration ends the run.
   */
  *trace(executable: Executable, r1: number, r2 = 0, limits?: Limits): Generator<Step, number> {
    this.#claim();
    try {
      this.#prepare(executable, r1, r2, limits);
      this.#begin();
      return yield* this.#steps(executable, (current, index) => {
        const observer = new StepObserver(this, current, index);
        return () => observer.step(this);
      });
    } finally {
      this.#forgetStops();
      this.#release();
    }
  }

  /**
   * For helpers: go on in `executable` when the helper returns, with r1 as it is and all else as at the start of a
   * run. The program that called, all its functions, never resumes.
   */
  tailCall(executable: Executable): void {
    this.#next = executable;
    this.pending = TAIL_CALLED;
  }

  /** For helpers: end the run, at whatever depth, when the helper returns. */
  exit(): void {
    this.pending = EXITED;
  }

  /**
   * For helpers: the address in register `r`, once it is known that the program may read (or write) `size` bytes there.
   *
   * @throws FaultError `EBPF_FAULT` when it may not.
   */
  access(r: number, size: number, write: boolean): number {
    const address = this.lo[r];
    if (size === 0) return address >>> 0;
    if (this.hi[r] !== 0 || this.regions.find(address, size, write) === undefined) {
      throw this.#accessFault(this.position, address, this.hi[r], size, write);
    }
    return address;
  }

  /** A fault at the instruction that runs: helpers throw it for arguments that no verified program passes. */
  faultHere(reason: string): FaultError {
    return this.fault(this.position, reason);
  }

  /** @internal The slow path of an access to memory: finds the row for next time, or faults. */
  touch(pc: number, limit: number, base: number, size: number, write: boolean): void {
    const { words } = this.#store;
    const offset = words[pc + 1];
    const low = this.lo[base];
    const high = this.hi[base];
    const row = high === 0 ? this.regions.predict((low + offset) | 0, size, write, words[pc + 2]) : undefined;
    if (row !== undefined) {
      words[pc + 2] = row;
      return;
    }
    this.limit = limit;
    const sum = (low >>> 0) + offset;
    throw this.#accessFault(pc, sum | 0, (high + Math.floor(sum / 0x1_0000_0000)) | 0, size, write);
  }

  /** @internal Zeroes the `bytes` below `top`. */
  clear(top: number, bytes: number): void {
    this.memory.bytes.fill(0, top - bytes, top);
  }

  /** @internal The helper whose number a register holds. */
  helper(pc: number, low: number, high: number): HelperFunction {
    const helper = high === 0 ? this.#executable?.helpersById.get(low) : undefined;
    if (helper === undefined) throw this.fault(pc, `there is no helper ${wide(low, high)} here`);
    return helper;
  }

  /** @internal A fault at word `pc`. */
  fault(pc: number, reason: string): FaultError {
    return new FaultError(reason, this.#positionAt(pc));
  }

  /** @internal After `CHUNK_ENDED`: throws when budget or deadline is used up. */
  refuel(): void {
    this.#meter.look(this.position, this.limit);
    const reason = this.#meter.exceeded();
    this.limit = this.#meter.refill(this.position);
    if (reason !== undefined) throw new BudgetError(reason, this.#positionNow(this.position));
  }

  /** The context of the next run of a series, when nothing compiled writes it. */
  #fill({ packets, context, next }: Series): void {
    if (packets === undefined) return;
    const { bytes, data } = this.memory;
    const at = packets.descriptors + next * DESCRIPTOR_BYTES;
    const start = data.getUint32(at + descriptor.address, true);
    const end = start + data.getUint32(at + descriptor.length, true);
    bytes.set(packets.template, context);
    const { pointers } = packets;
    const point = (offset: number, address: number) => {
      if (offset < 0) return;
      data.setUint32(context + offset, address, true);
      data.setUint32(context + offset + 4, 0, true);
    };
    point(pointers.data, start);
    point(pointers.end, end);
    point(pointers.meta, start);
  }

  /** Writes the verdict of the run that has ended. */
  #note({ packets, next }: Series): void {
    if (packets === undefined) return;
    this.memory.data.setInt32(packets.descriptors + next * DESCRIPTOR_BYTES + descriptor.verdict, this.lo[0], true);
  }

  /** Interprets a whole run, until a tail call perhaps. */
  #interpret(executable: Executable): void {
    this.#begin();
    if (this.watch !== undefined) {
      this.#runWatched(executable);
      return;
    }
    this.#clearFrame(executable);
    this.#goOn(executable, execute(this, this.#store.words, executable, this.#base));
    this.#tiers.count(executable, this.#meter.instructions);
  }

  /** Goes on with a run that came back, until it exits. */
  #goOn(first: Executable, came: number): void {
    let current = first;
    for (let why = came; why !== EXITED; ) {
      if (why === TAIL_CALLED) {
        current = this.#enterNext(current);
        const compiled = this.#tiers.codeOf(current);
        if (compiled !== undefined) {
          const { lo, hi } = this;
          why = compiled.run(lo[1], hi[1], lo[2], (this.limit - this.#base) / STRIDE, true);
          continue;
        }
        this.#clearFrame(current);
      } else if (why === CHUNK_ENDED) this.refuel();
      const start = why === TAIL_CALLED ? this.#base : this.position;
      why = execute(this, this.#store.words, current, start);
    }
    this.#meter.look(this.position + STRIDE, this.limit);
  }

  /**
   * Instructions of the next chunk when `left` are left of this one: `least` or more. Where the budget has fewer it is
   * not for compiled code to end the run, and the chunk stays as it is: `SHORT`. `LATE` after the deadline.
   */
  #nextChunk(left: number, least: number): number {
    this.#meter.look(0, left * STRIDE);
    if (this.#meter.late() !== undefined) return LATE;
    if (!this.#meter.affords(least)) return SHORT;
    return this.#meter.refill(0, Math.max(CHUNK, CHUNKS_AHEAD * least * STRIDE)) / STRIDE;
  }

  /** Compiled code to run a program with; none while every instruction is watched. */
  #codeOf(executable: Executable): Compiled | undefined {
    return this.watch === undefined ? this.#tiers.codeOf(executable) : undefined;
  }

  #runWatched(first: Executable): void {
    try {
      const steps = this.#steps(first, () => ignore);
      while (steps.next().done !== true);
    } finally {
      this.#forgetStops();
    }
  }

  #forgetStops(): void {
    this.#store.forget();
    this.#executable = undefined;
  }

  /**
   * Runs one instruction at a time: each is put alone among `stop` operations, so that `execute` comes back after it.
   * `observe` looks at the machine before an instruction, what it returns after it, and what that makes of it is given
   * out.
   */
  *#steps<T>(first: Executable, observe: (executable: Executable, index: number) => () => T): Generator<T, number> {
    let current = first;
    this.#clearFrame(current);
    let stops = this.#enterStops(current);
    let at = stops;
    for (;;) {
      const { words } = this.#store;
      const index = (at - stops) / STRIDE;
      words.set(current.code.subarray(index * STRIDE, (index + 1) * STRIDE), at);
      this.position = at;
      this.limit = this.#meter.hold(at);
      this.watch?.(current, index);
      const after = observe(current, index);
      const why = execute(this, words, current, at);
      words[at] = operations.stop;
      const isInside = why === STOPPED || why === CHUNK_ENDED;
      this.#meter.look(isInside ? this.position : this.position + STRIDE, this.limit);
      if (why === TAIL_CALLED) {
        current = this.#enterNext(current);
        this.#clearFrame(current);
        stops = this.#enterStops(current);
        this.position = stops;
      }
      yield after();
      if (why === EXITED) return this.lo[0] >>> 0;
      const reason = this.#meter.exceeded();
      if (reason !== undefined) throw new BudgetError(reason, this.#positionNow(this.position));
      at = this.position;
    }
  }

  #enterStops(executable: Executable): number {
    this.#base = this.#store.loadStops(executable);
    this.#executable = executable;
    this.#adoptWords();
    return this.#base;
  }

  /** Whether the compiled code that ran last can run again as if nothing had happened since. */
  #isHot(executable: Executable, limits: Limits | undefined): boolean {
    return (
      executable === this.#executable &&
      limits === this.#limits &&
      this.memory.data === this.#hotData &&
      this.regions.version === this.#hotVersion &&
      !this.isRunning
    );
  }

  /**
   * `run` where all is as it was when the same code ran last: nothing but the call, and what it returned. Not inside a
   * `try`, where V8 (11.3) does not put the call in line: asleep, compiled code throws nothing and calls nobody.
   */
  #runHot(executable: Executable, compiled: Compiled, r1: number, r2: number): number {
    this.#r1 = r1;
    this.#r2 = r2;
    this.compiled = compiled;
    const why = compiled.invoke(r1, 0, r2, this.#fuel);
    if (why === EXITED && !compiled.isAwake) {
      const { result } = compiled;
      const low = result[0];
      this.lo[0] = low;
      this.hi[0] = result[1];
      this.unsettled = compiled;
      return low >>> 0;
    }
    this.#finishHot(executable, compiled, why);
    return this.lo[0] >>> 0;
  }

  #finishHot(executable: Executable, compiled: Compiled, why: number): void {
    this.isRunning = true;
    this.#hot = undefined;
    try {
      compiled.finish(why);
      this.#finish(executable, compiled, why);
    } finally {
      compiled.end();
      this.#release();
    }
  }

  /** After a run of compiled code that came back. */
  #finish(executable: Executable, compiled: Compiled, why: number): void {
    if (this.unsettled === undefined) {
      this.#goOn(executable, why);
      return;
    }
    this.#hot = compiled.mayTrap ? undefined : compiled;
    if (this.#hotData !== this.memory.data) compiled.renewResult();
    this.#hotData = this.memory.data;
    this.#hotVersion = this.regions.version;
  }

  #claim(): void {
    if (this.isRunning) throw new EbpfError("EBPF_INVALID_ARGUMENT", "this machine is running a program already");
    this.isRunning = true;
  }

  #release(): void {
    this.isRunning = false;
    this.#next = undefined;
    if (!this.#isStackOpen) return;
    this.#isStackOpen = false;
    this.regions.write(this.stackRow, 0, 0, false);
  }

  /** What is needed of every run from the start. */
  #prepare(executable: Executable, r1: number, r2: number, limits: Limits | undefined): void {
    this.#hot = undefined;
    this.compiled = undefined;
    if (executable !== this.#executable) this.#load(executable);
    this.unsettled = undefined;
    this.#r1 = r1;
    this.#r2 = r2;
    if (limits === this.#limits) return;
    this.#limits = limits;
    this.#fuel = firstChunk(limits) / STRIDE;
  }

  /** Registers, stack and meter as they are at a run's start. */
  #begin(): void {
    this.unsettled = undefined;
    this.#reset();
    this.lo[1] = this.#r1;
    this.lo[2] = this.#r2;
    this.limit = this.#meter.start(this.#base, this.#limits);
  }

  #load(executable: Executable): void {
    if (executable === this.#executable) return;
    this.#base = this.#store.load(executable);
    this.#executable = executable;
    this.#adoptWords();
  }

  #adoptWords(): void {
    if (this.lo.buffer === this.#store.words.buffer) return;
    this.lo = this.#store.lo;
    this.hi = this.#store.hi;
  }

  /** Registers become zero. */
  #reset(): void {
    const { lo, hi } = this;
    for (let r = 0; r < 10; r++) {
      lo[r] = 0;
      hi[r] = 0;
    }
    const top = this.stackTop;
    lo[10] = top;
    hi[10] = 0;
    this.depth = 0;
    this.pending = 0;
    this.#isStackOpen = true;
    this.regions.write(this.stackRow, top - FRAME_BYTES, top, true);
  }

  /** The bytes of the frame that the program may read become zero; compiled code does it by itself. */
  #clearFrame({ frameBytes }: Executable): void {
    if (frameBytes > 0) this.clear(this.stackTop, frameBytes);
  }

  /** Carries out a tail call. */
  #enterNext(current: Executable): Executable {
    const next = this.#next ?? current;
    this.#next = undefined;
    const low = this.lo[1];
    const high = this.hi[1];
    this.#meter.look(this.position + STRIDE, this.limit);
    const reason = this.#meter.exceeded();
    if (reason !== undefined) throw new BudgetError(reason, this.#positionNow(this.position));
    this.#load(next);
    this.#reset();
    this.lo[1] = low;
    this.hi[1] = high;
    this.limit = this.#meter.refill(this.#base);
    return next;
  }

  #positionAt(pc: number): Position {
    this.compiled?.synchronize();
    this.#meter.look(pc, this.limit);
    return this.#positionNow(pc);
  }

  #positionNow(pc: number): Position {
    if (this.#executable === undefined) throw new EbpfError("EBPF_INVALID_ARGUMENT", "no program is running");
    return positionAt(this.#executable, (pc - this.#base) / STRIDE, this.lo, this.hi);
  }

  #accessFault(pc: number, low: number, high: number, size: number, write: boolean): FaultError {
    const address = wide(low, high);
    return new FaultError(explain(address, size, write, this.regions), this.#positionAt(pc), address);
  }
}

function ignore(): void {}
