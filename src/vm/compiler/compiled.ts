import { DESCRIPTOR_BYTES } from "../descriptor.ts";
import { type Executable, STRIDE } from "../executable.ts";
import { FRAME_BYTES } from "../frame.ts";
import type { Machine } from "../machine.ts";
import type { PacketSeries, Series } from "../series.ts";
import { EXITED } from "../stop.ts";
import { type CompiledExports, instantiate, isTrap } from "../webassembly.ts";
import { areaBytes, REGISTERS, SERIES, series as seriesWord } from "./area.ts";
import { Bounds } from "./bounds.ts";
import type { Gates } from "./gates.ts";
import { type Generated, generate } from "./generate.ts";
import { Handover } from "./handover.ts";
import { Knowledge } from "./knowledge.ts";
import { ALLOWED, FAILED, LATE, LEFT, REFUSED } from "./left.ts";
import { runOf, writeSeries } from "./packet-area.ts";
import type { CheckMode } from "./unit.ts";

/** No run of a series: addresses of descriptors and numbers of runs are above. */
const NONE = -1;
/** Opcode of all calls but callx. */
const CALL = 0x85;
/** The first area is made for this many groups; a program with more gets another. */
const FIRST_GROUPS = 16;

/** The machine that compiled code runs for, and what is its own business otherwise. */
export interface Host {
  readonly machine: Machine;
  /** Gives back what is left of a chunk; the instructions of the next, `least` or more; `LATE` or `SHORT`. */
  refuel(left: number, least: number): number;
  /** Sets the machine up for the run under way, as it is at a run's start. */
  begin(): void;
}

/** Instructions of compiled code that touch memory other than known places of the frame. */
export interface Checks {
  /** Those with a check of their own; it may speak for others. */
  readonly checked: number;
  /** Those whose check was left out because a proof says that it succeeds. */
  readonly proven: number;
}

/** A program compiled for one machine. */
export class Compiled {
  readonly #host: Host;
  readonly #executable: Executable;
  readonly #mode: CheckMode;
  readonly #knowledge: Knowledge;
  readonly #gates: Gates;
  /** Halves of r0 where compiled code leaves it; see `renewResult`. */
  result: Int32Array;
  readonly #generated: Generated;
  // Apart: reading them off the exports takes longer than calling them.
  readonly invoke: CompiledExports["run"];
  readonly #runs: CompiledExports["repeat"];
  readonly #packets: CompiledExports["packets"];
  readonly #area: number;
  readonly #bounds: Bounds;
  readonly #handover: Handover;
  readonly #memoryBytes: number;
  /** Whether the machine knows of the run: registers, meter and regions are only set up where somebody asks for them. */
  isAwake = false;
  #series: Series | undefined;
  /** The run of the series that the machine knows of, as `series.current` of the area has it. */
  #current = NONE;
  #isLate = false;
  #error: unknown;
  #outdated = false;
  #isDisposed = false;

  constructor(host: Host, executable: Executable, mode: CheckMode, gates: Gates, knowledge = new Knowledge()) {
    this.#host = host;
    this.#executable = executable;
    this.#mode = mode;
    this.#knowledge = knowledge;
    this.#gates = gates;
    const { memory } = host.machine;
    let room = FIRST_GROUPS;
    this.#area = memory.allocate(areaBytes(room), "metadata");
    let generated = this.#generate();
    if (generated.groups > room) {
      memory.free(this.#area);
      room = generated.groups;
      this.#area = memory.allocate(areaBytes(room), "metadata");
      generated = this.#generate();
    }
    this.#generated = generated;
    this.#memoryBytes = memory.bytes.length;
    this.#bounds = new Bounds(host.machine, this.#area, generated, knowledge);
    this.#handover = new Handover(host.machine, this.#area, generated.sites);
    const { run, repeat, packets } = instantiate<CompiledExports>(generated.bytes, { memory: memory.wasm, ...gates });
    this.invoke = run;
    this.#runs = repeat;
    this.#packets = packets;
    this.result = this.#resultView();
    this.mayTrap = mode === "none" || (executable.proven?.size ?? 0) > 0;
  }

  /** True when the code was made for a memory that has grown since, or when a check in it spans too much. */
  get isOutdated(): boolean {
    if (this.#outdated) return true;
    return this.#mode === "arena" && this.#memoryBytes !== this.#host.machine.memory.bytes.length;
  }

  /** Bytes of the module. */
  get bytes(): number {
    return this.#generated.bytes.length;
  }

  /** The same program, compiled with what was learned; `isLast`: with narrow checks only. */
  again(isLast: boolean): Compiled {
    this.dispose();
    if (isLast) this.#knowledge.giveUp();
    return new Compiled(this.#host, this.#executable, this.#mode, this.#gates, this.#knowledge);
  }

  /** Gives its memory back: now, or when the run under way ends. */
  dispose(): void {
    const { machine } = this.#host;
    machine.settle();
    this.#isDisposed = machine.isRunning && machine.compiled === this;
    if (!this.#isDisposed) machine.memory.free(this.#area);
  }

  /**
   * Runs the program from its start. `EXITED` and `TAIL_CALLED` mean what they mean in the interpreter; after `LEFT` the
   * interpreter has to go on where the machine now is. `isAwake`: this run goes on for another that the machine knows of.
   */
  run(r1Low: number, r1High: number, r2: number, fuel: number, isAwake: boolean): number {
    this.isAwake = isAwake;
    this.#enter(r1Low);
    try {
      const why = this.invoke(r1Low, r1High, r2, fuel);
      this.finish(why);
      return why;
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      this.end();
    }
  }

  /** Makes `result` a view of the memory as it is now. */
  renewResult(): void {
    this.result = this.#resultView();
  }

  #resultView(): Int32Array {
    return new Int32Array(this.#host.machine.memory.wasm.buffer, this.#area + REGISTERS, 2);
  }

  /** Whether the code can throw: what WebAssembly does for accesses that are not checked, or proved without being true. */
  readonly mayTrap: boolean;

  /** Instructions with a check of their own, and without one because of a proof. */
  get checks(): Checks {
    const { checked, believed } = this.#generated;
    return { checked, proven: believed };
  }

  /** After a run: what it returned, or where it left. Throws what a helper threw. */
  finish(why: number): void {
    if (why === FAILED) throw this.#error;
    if (why === EXITED) this.takeResult();
    else this.#leave(why);
  }

  /** After a run and all that came of it. */
  end(): void {
    this.#host.machine.compiled = undefined;
    if (this.#isDisposed) this.dispose();
  }

  /**
   * Runs a series from `series.next` on. `EXITED` when all of it has run; else what the run `series.next` came back with,
   * as above.
   */
  runSeries(series: Series, fuel: number): number {
    const { machine } = this.#host;
    this.#enter(series.context);
    this.#series = series;
    this.#current = NONE;
    try {
      if (series.packets === undefined) this.#repeat(series, fuel);
      else this.#runPackets(series, series.packets, fuel);
      if (series.next === series.end) {
        this.isAwake = this.#current === this.#currentWord();
        this.takeResult();
        return EXITED;
      }
      const why = machine.memory.data.getInt32(this.#area + SERIES + seriesWord.why, true);
      this.finish(why);
      return why;
    } catch (error) {
      const fault = this.faultOf(error);
      this.#wake();
      throw fault;
    } finally {
      this.#series = undefined;
      // The bounds of the last packet are still there.
      if (series.packets !== undefined) this.#bounds.invalidate();
      this.end();
    }
  }

  /** Puts the machine where the last run ended, for those who ask how many instructions it had. */
  goToEnd(): void {
    this.#handover.goToEnd();
  }

  /** For faults that helpers raise: the registers that are not arguments. */
  synchronize(): void {
    this.#handover.readRegisters(6, 9);
  }

  #enter(r1: number): void {
    this.#host.machine.compiled = this;
    this.#isLate = false;
    this.#bounds.enter(r1);
  }

  #repeat(series: Series, fuel: number): void {
    series.next = series.end - this.#runs(series.end - series.next, series.context, 0, fuel);
  }

  #runPackets(series: Series, packets: PacketSeries, fuel: number): void {
    const { descriptors } = packets;
    writeSeries(this.#host.machine.memory, this.#area, series.context, packets);
    this.#bounds.list(packets.region);
    const at = (index: number) => descriptors + index * DESCRIPTOR_BYTES;
    const stopped = this.#packets(at(series.next), at(series.end), fuel, 0);
    series.next = (stopped - descriptors) / DESCRIPTOR_BYTES;
  }

  /** Lets the machine know of the run under way, before anything that needs it. */
  #wake(): void {
    const series = this.#series;
    if (series === undefined) {
      if (this.isAwake) return;
      this.isAwake = true;
      this.#host.begin();
      return;
    }
    const { machine } = this.#host;
    const current = this.#currentWord();
    if (current === this.#current) return;
    this.#current = current;
    const next = runOf(series, current);
    // Without checks, a program can write where this was noted.
    if (!Number.isInteger(next) || next < series.next || next >= series.end) {
      throw machine.faultHere("the program overwrote what the kernel keeps of its run");
    }
    series.next = next;
    this.#host.begin();
    series.enter(series.next);
  }

  /** Which run of a series is under way, or was the last. */
  #currentWord(): number {
    return this.#host.machine.memory.data.getInt32(this.#area + SERIES + seriesWord.current, true);
  }

  /** After a run that exited. */
  takeResult(): void {
    const { machine } = this.#host;
    const { data } = machine.memory;
    machine.lo[0] = data.getInt32(this.#area + REGISTERS, true);
    machine.hi[0] = data.getInt32(this.#area + REGISTERS + 4, true);
    if (!this.isAwake) machine.unsettled = this;
    else if (machine.pending === 0) this.goToEnd();
  }

  /** After a run that did not. */
  #leave(why: number): void {
    const { machine } = this.#host;
    this.#wake();
    if (why === LEFT) this.#handover.restore();
    if (machine.pending === 0) this.goToEnd();
    if (why !== LEFT) return;
    if (this.#bounds.learn(this.#handover.site)) this.#outdated = true;
    if (this.#isLate) machine.refuel();
  }

  /** What to throw for what compiled code threw. */
  faultOf(error: unknown): unknown {
    if (!isTrap(error)) return error;
    this.#wake();
    const { machine } = this.#host;
    // Without checks, nobody wrote down where it was.
    machine.position = this.#host.machine.base;
    return machine.faultHere("access outside of the memory, somewhere in code that was compiled without checks");
  }

  #generate(): Generated {
    const { memory, stackTop } = this.#host.machine;
    return generate(this.#executable, {
      mode: this.#mode,
      area: this.#area,
      stackTop,
      arenaEnd: memory.bytes.length,
      narrow: this.#knowledge.narrow,
      asking: this.#knowledge.asking,
    });
  }

  /** Finds other bounds for a check that failed, and says whether the access is allowed then. */
  predict(number: number, low: number, high: number, depth: number): number {
    if (high !== 0) return REFUSED;
    this.#wake();
    this.#handover.setDepth(depth);
    const isFound = this.#bounds.find(number, low);
    this.#handover.setDepth(0);
    if (!isFound) return REFUSED;
    if (this.#series?.packets !== undefined) this.#bounds.list(this.#series.packets.region);
    return ALLOWED;
  }

  /** Instructions of the next chunk; negative where there are none to be had. */
  refuel(left: number, least: number): number {
    this.#wake();
    const fuel = this.#host.refuel(left, least);
    if (fuel === LATE) this.#isLate = true;
    return fuel;
  }

  /** Runs the helper of a call. Nothing is thrown through compiled code: who called it finds the error. */
  helper(siteNumber: number, depth: number, fuel: number): number {
    const { machine } = this.#host;
    const wasRunning = machine.isRunning;
    machine.isRunning = true;
    try {
      return this.#callHelper(siteNumber, depth, fuel);
    } catch (error) {
      this.#error = error;
      return FAILED;
    } finally {
      machine.isRunning = wasRunning;
    }
  }

  #callHelper(siteNumber: number, depth: number, fuel: number): number {
    this.#wake();
    const { machine } = this.#host;
    const { data } = machine.memory;
    const registers = this.#area + REGISTERS;
    this.#handover.readRegisters(0, 5);
    this.#handover.goTo(siteNumber, fuel);
    machine.lo[10] = machine.stackTop - depth * FRAME_BYTES;
    if (depth > 0) this.#handover.setDepth(depth);
    const { index } = this.#generated.sites[siteNumber];
    const call = this.#executable.code[index * STRIDE + 1];
    const { src, dst, opcode } = this.#executable.instructions[index];
    if (src === 0 && opcode === CALL) this.#executable.helpers[call](machine);
    else {
      const at = registers + dst * 8;
      machine.helper(machine.position, data.getInt32(at, true), data.getInt32(at + 4, true))(machine);
    }
    if (depth > 0) this.#handover.setDepth(0);
    const after = machine.memory.data;
    after.setInt32(registers, machine.lo[0], true);
    after.setInt32(registers + 4, machine.hi[0], true);
    this.#bounds.refresh();
    if (machine.pending !== 0) this.#handover.readRegisters(6, 9);
    return machine.pending;
  }
}
