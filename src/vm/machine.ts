import { EbpfError } from "../errors.ts";
import type { Step } from "../spec/index.ts";
import { type CheckMode, type Checks, type Compiled, type EngineName, LATE, SHORT, Tiers } from "./compiler/index.ts";
import { type Executable, STRIDE } from "./executable.ts";
import { execute } from "./execute.ts";
import { firstChunk, type Limits } from "./meter.ts";
import { Processor, type ProcessorOptions } from "./processor.ts";
import { fillContext, type Series, writeVerdict } from "./series.ts";
import { StepObserver } from "./step.ts";
import { steps } from "./steps.ts";
import { CHUNK, CHUNK_ENDED, EXITED, TAIL_CALLED } from "./stop.ts";
import { isTrap } from "./webassembly.ts";

/** Compiled functions ask for chunks of so many times their own length at least, lest they ask all the time. */
const CHUNKS_AHEAD = 4;

/** What is told of instructions: the program, and the instruction's index. */
type Watch = (executable: Executable, index: number) => void;

export interface MachineOptions extends ProcessorOptions {
  /** What runs programs: the interpreter unless given. */
  readonly engine?: EngineName;
  /** How compiled code checks accesses to memory: `region` unless given, which is as the interpreter does. */
  readonly checks?: CheckMode;
}

/**
 * One simulated CPU that runs programs, interpreted or compiled. Machines share nothing but the memory and the regions
 * that they are given; a helper may run another machine, not the one that called it.
 */
export class Machine extends Processor {
  /** @internal A program runs that others know of: no other may be started. */
  isRunning = false;
  /** @internal Compiled code that is running, or ran last. */
  compiled: Compiled | undefined;
  /** @internal Compiled code whose last run has not been counted yet. */
  unsettled: Compiled | undefined;
  readonly #tiers: Tiers;
  /** Compiled code of `executable` that has just run without anybody noticing; how memory and regions were then. */
  #hot: Compiled | undefined;
  #hotData: DataView | undefined;
  #hotVersion = 0;
  #watch: Watch | undefined;
  /** What the run under way was given. */
  #r1 = 0;
  #r2 = 0;
  #limits: Limits | undefined;
  /** Instructions of the first chunk under these limits. */
  #fuel = firstChunk(undefined) / STRIDE;

  /** @throws EbpfError `EBPF_NO_MEMORY` when there is no room for the stack. */
  constructor({ engine = "interpreter", checks = "region", ...options }: MachineOptions) {
    super(options);
    const host = {
      machine: this,
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
    if (executable === this.executable) this.#hot = undefined;
    this.#tiers.forget(executable);
  }

  /** True once there is compiled code of a program: its next run uses it. */
  isCompiled(executable: Executable): boolean {
    return this.#tiers.isCompiled(executable);
  }

  /** What compiled code of a program checks; undefined where there is none. */
  checksOf(executable: Executable): Checks | undefined {
    return this.#tiers.checksOf(executable);
  }

  /** Why a program is interpreted although `engine` asks for compiled code; undefined where it is not. */
  fallbackOf(executable: Executable): string | undefined {
    return this.#tiers.reasonOf(executable);
  }

  /** Instructions that the last run executed; after an error, up to the one that failed. */
  get instructions(): number {
    this.settle();
    return this.meter.instructions;
  }

  /** @internal Counts the last run, where that was put off. */
  settle(): void {
    const { unsettled } = this;
    if (unsettled === undefined) return;
    this.unsettled = undefined;
    this.meter.start(this.base, this.#limits);
    unsettled.goToEnd();
    this.meter.look(this.position + STRIDE, this.limit);
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
    if (hot !== undefined && this.#isHot(executable, limits)) {
      return hot.mayTrap ? this.#runGuarded(executable, hot, r1, r2) : this.#runHot(executable, hot, r1, r2);
    }
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
          fillContext(this.memory, series);
          this.#interpret(executable);
        } else {
          const why = compiled.runSeries(series, this.#fuel);
          if (this.unsettled === undefined) this.#goOn(executable, why);
          if (why === EXITED) break;
        }
        writeVerdict(this.memory, series, this.lo[0]);
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
      return yield* steps(this, executable, (current, index) => {
        const observer = new StepObserver(this, current, index);
        return () => observer.step(this);
      });
    } finally {
      this.#release();
    }
  }

  /** Interprets a whole run, until a tail call perhaps. */
  #interpret(executable: Executable): void {
    this.#begin();
    if (this.watch !== undefined) {
      const all = steps(this, executable, () => ignore);
      while (all.next().done !== true);
      return;
    }
    this.clearFrame(executable);
    this.#goOn(executable, execute(this, this.store.words, executable, this.base));
    this.#tiers.count(executable, this.meter.instructions);
  }

  /** Goes on with a run that came back, until it exits. */
  #goOn(first: Executable, came: number): void {
    let current = first;
    let isProved = true;
    for (let why = came; why !== EXITED; ) {
      if (why === TAIL_CALLED) {
        // A program may find a context that no hook makes, unless it is proved of all before it that they leave it alone.
        isProved &&= current.proven !== undefined;
        current = this.enterNext(current);
        const mayCompile = isProved || current.proven === undefined;
        const compiled = mayCompile ? this.#tiers.codeOf(current) : undefined;
        if (compiled !== undefined) {
          const { lo, hi } = this;
          why = compiled.run(lo[1], hi[1], lo[2], (this.limit - this.base) / STRIDE, true);
          continue;
        }
        this.clearFrame(current);
      } else if (why === CHUNK_ENDED) this.refuel();
      const start = why === TAIL_CALLED ? this.base : this.position;
      why = execute(this, this.store.words, current, start);
    }
    this.meter.look(this.position + STRIDE, this.limit);
  }

  /**
   * Instructions of the next chunk when `left` are left of this one: `least` or more. Where the budget has fewer it is
   * not for compiled code to end the run, and the chunk stays as it is: `SHORT`. `LATE` after the deadline.
   */
  #nextChunk(left: number, least: number): number {
    this.meter.look(0, left * STRIDE);
    if (this.meter.late() !== undefined) return LATE;
    if (!this.meter.affords(least)) return SHORT;
    return this.meter.refill(0, Math.max(CHUNK, CHUNKS_AHEAD * least * STRIDE)) / STRIDE;
  }

  /** Compiled code to run a program with; none while every instruction is watched. */
  #codeOf(executable: Executable): Compiled | undefined {
    return this.watch === undefined ? this.#tiers.codeOf(executable) : undefined;
  }

  /** Whether the compiled code that ran last can run again as if nothing had happened since. */
  #isHot(executable: Executable, limits: Limits | undefined): boolean {
    return (
      executable === this.executable &&
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

  /** The same where code that is not checked may end in a trap. */
  #runGuarded(executable: Executable, compiled: Compiled, r1: number, r2: number): number {
    try {
      return this.#runHot(executable, compiled, r1, r2);
    } catch (error) {
      if (!isTrap(error)) throw error;
      this.#hot = undefined;
      const fault = compiled.faultOf(error);
      compiled.end();
      this.#release();
      throw fault;
    }
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
    this.#hot = compiled;
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
    this.close();
  }

  /** What is needed of every run from the start. */
  #prepare(executable: Executable, r1: number, r2: number, limits: Limits | undefined): void {
    this.#hot = undefined;
    this.compiled = undefined;
    if (executable !== this.executable) this.load(executable);
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
    this.start(this.#r1, this.#r2, this.#limits);
  }

  protected override synchronize(): void {
    this.compiled?.synchronize();
  }
}

function ignore(): void {}
