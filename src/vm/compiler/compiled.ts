import { DESCRIPTOR_BYTES } from "../descriptor.ts";
import { type Executable, STRIDE } from "../executable.ts";
import { FRAME_BYTES } from "../frame.ts";
import type { Machine } from "../machine.ts";
import { FRAMES as FRAME_WORD, FRAME_WORDS } from "../register.ts";
import type { PacketSeries, Series } from "../series.ts";
import { EXITED } from "../stop.ts";
import { type CompiledExports, instantiate, isTrap } from "../webassembly.ts";
import {
  areaBytes,
  DEPTH,
  FRAME_STRIDE,
  FRAMES,
  FUEL,
  GROUP_STRIDE,
  GROUPS,
  LISTED_STRIDE,
  listOf,
  NOWHERE,
  REGISTERS,
  SAVED,
  SERIES,
  SITE,
  series as seriesWord,
  TEMPLATE,
} from "./area.ts";
import { type Generated, generate } from "./generate.ts";
import { Knowledge } from "./knowledge.ts";
import { FAILED, LATE, LEFT } from "./left.ts";
import type { CheckMode } from "./unit.ts";

const REFUSED = 0;
const ALLOWED = 1;
/** No run of a series: addresses of descriptors and numbers of runs are above. */
const NONE = -1;
/** Opcode of all calls but callx. */
const CALL = 0x85;
/** The first area is made for this many groups; a program with more gets another. */
const FIRST_GROUPS = 16;

/** What of a machine compiled code works with. The machine itself implements it. */
export interface Host {
  readonly machine: Machine;
  /** Address above the first frame. */
  readonly stackTop: number;
  /** Word where the program's code begins. */
  base(): number;
  words(): Int32Array;
  /** Gives back what is left of a chunk; the instructions of the next, `least` or more; `LATE` or `SHORT`. */
  refuel(left: number, least: number): number;
  /** Sets the machine up for the run under way, as it is at a run's start. */
  begin(): void;
}

/** A program compiled for one machine. */
export class Compiled {
  readonly #host: Host;
  readonly #executable: Executable;
  readonly #mode: CheckMode;
  readonly #knowledge: Knowledge;
  /** Halves of r0 where compiled code leaves it; see `renewResult`. */
  result: Int32Array;
  readonly #generated: Generated;
  // Apart: reading them off the exports takes longer than calling them.
  readonly invoke: CompiledExports["run"];
  readonly #runs: CompiledExports["repeat"];
  readonly #packets: CompiledExports["packets"];
  readonly #area: number;
  /** Row in `Regions.bounds` by group; 0 where none is known. */
  readonly #rows: Int32Array;
  /** Bytes of the widest check, by group. */
  readonly #widest: Int32Array;
  readonly #memoryBytes: number;
  #regionsVersion = -1;
  /** Whether the machine knows of the run: registers, meter and regions are only set up where somebody asks for them. */
  isAwake = false;
  #series: Series | undefined;
  /** The run of the series that the machine knows of, as `series.current` of the area has it. */
  #current = NONE;
  #isLate = false;
  #error: unknown;
  #outdated = false;
  #isSeeded = false;
  #isDisposed = false;

  constructor(host: Host, executable: Executable, mode: CheckMode, knowledge = new Knowledge()) {
    this.#host = host;
    this.#executable = executable;
    this.#mode = mode;
    this.#knowledge = knowledge;
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
    this.#rows = new Int32Array(generated.groups);
    this.#widest = new Int32Array(generated.groups);
    for (const { group, bytes, index } of generated.checks) {
      this.#widest[group] = Math.max(this.#widest[group], bytes);
      this.#rows[group] ||= knowledge.rows.get(index) ?? 0;
    }
    const { run, repeat, packets } = instantiate(generated.bytes, {
      memory: memory.wasm,
      predict: (check: number, low: number, high: number, depth: number) => this.#predict(check, low, high, depth),
      refuel: (left: number, least: number) => this.#refuel(left, least),
      helper: (site: number, depth: number, fuel: number) => this.#helper(site, depth, fuel),
    });
    this.invoke = run;
    this.#runs = repeat;
    this.#packets = packets;
    this.result = this.#resultView();
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
    return new Compiled(this.#host, this.#executable, this.#mode, this.#knowledge);
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

  /** Whether the code can throw: what WebAssembly does for accesses that are not checked. */
  get mayTrap(): boolean {
    return this.#mode === "none";
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
      if (series.packets !== undefined) this.#regionsVersion = -1;
      this.end();
    }
  }

  /** Puts the machine where the last run ended, for those who ask how many instructions it had. */
  goToEnd(): void {
    const { data } = this.#host.machine.memory;
    this.#goTo(data.getInt32(this.#area + SITE, true), data.getInt32(this.#area + FUEL, true));
  }

  /** For faults that helpers raise: the registers that are not arguments. */
  synchronize(): void {
    this.#readRegisters(this.#host.machine.memory.data, 6, 9);
  }

  #enter(r1: number): void {
    this.#host.machine.compiled = this;
    this.#isLate = false;
    if (!this.#isSeeded) this.#seed(r1);
    this.#loadGroups();
  }

  #repeat(series: Series, fuel: number): void {
    series.next = series.end - this.#runs(series.end - series.next, series.context, 0, fuel);
  }

  #runPackets(series: Series, packets: PacketSeries, fuel: number): void {
    const { memory } = this.#host.machine;
    const { template, pointers, descriptors } = packets;
    const words = this.#area + SERIES;
    const set = (word: number, value: number) => memory.data.setInt32(words + word, value, true);
    const pointer = (at: number) => (at < 0 ? this.#area + NOWHERE : series.context + at);
    memory.bytes.set(template, this.#area + TEMPLATE);
    set(seriesWord.context, series.context);
    set(seriesWord.bytes, template.length);
    set(seriesWord.covered, coveredBy(pointers));
    set(seriesWord.data, pointer(pointers.data));
    set(seriesWord.end, pointer(pointers.end));
    set(seriesWord.meta, pointer(pointers.meta));
    this.#listGroups(packets);
    const at = (index: number) => descriptors + index * DESCRIPTOR_BYTES;
    const stopped = this.#packets(at(series.next), at(series.end), fuel);
    series.next = (stopped - descriptors) / DESCRIPTOR_BYTES;
  }

  /** Lists the groups that touch the packet, whose bounds change with every run of the series. */
  #listGroups({ region }: PacketSeries): void {
    const { memory, regions } = this.#host.machine;
    const packetRow = regions.rowOf(region);
    const list = this.#area + listOf(this.#generated.groups);
    let listed = 0;
    for (const [group, row] of this.#rows.entries()) {
      if (row !== packetRow) continue;
      memory.data.setInt32(list + listed, this.#area + GROUPS + group * GROUP_STRIDE, true);
      memory.data.setInt32(list + listed + 4, this.#widest[group], true);
      listed += LISTED_STRIDE;
    }
    memory.data.setInt32(this.#area + SERIES + seriesWord.listed, listed, true);
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
    const { packets, end } = series;
    const next = packets === undefined ? end - current : (current - packets.descriptors) / DESCRIPTOR_BYTES;
    // Without checks, a program can write where this was noted.
    if (!Number.isInteger(next) || next < series.next || next >= end) {
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
    if (why === LEFT) this.#restore();
    if (machine.pending === 0) this.goToEnd();
    if (why !== LEFT) return;
    this.#learn(machine.memory.data.getInt32(this.#area + SITE, true));
    if (this.#isLate) machine.refuel();
  }

  /** What to throw for what compiled code threw. */
  faultOf(error: unknown): unknown {
    if (!isTrap(error)) return error;
    this.#wake();
    const { machine } = this.#host;
    // Without checks, nobody wrote down where it was.
    machine.position = this.#host.base();
    return machine.faultHere("access outside of the memory, somewhere in code that was compiled without checks");
  }

  #generate(): Generated {
    const { machine, stackTop } = this.#host;
    return generate(this.#executable, {
      mode: this.#mode,
      area: this.#area,
      stackTop,
      arenaEnd: machine.memory.bytes.length,
      narrow: this.#knowledge.narrow,
      asking: this.#knowledge.asking,
    });
  }

  /** Sets the machine's position and what is left of its chunk. */
  #goTo(siteNumber: number, fuel: number): void {
    const { machine } = this.#host;
    const site = this.#generated.sites[siteNumber];
    machine.position = this.#host.base() + site.index * STRIDE;
    machine.limit = machine.position + (fuel - site.position) * STRIDE;
  }

  #readRegisters(data: DataView, first: number, last: number): void {
    const { lo, hi } = this.#host.machine;
    for (let r = first; r <= last; r++) {
      lo[r] = data.getInt32(this.#area + REGISTERS + r * 8, true);
      hi[r] = data.getInt32(this.#area + REGISTERS + r * 8 + 4, true);
    }
  }

  /** Puts registers and frames where the interpreter has them. */
  #restore(): void {
    const { machine } = this.#host;
    const { data } = machine.memory;
    const words = this.#host.words();
    const base = this.#host.base();
    const site = this.#generated.sites[data.getInt32(this.#area + SITE, true)];
    const depth = data.getInt32(this.#area + DEPTH, true) + site.level;
    this.#readRegisters(data, 0, 9);
    this.#setDepth(depth);
    machine.depth = depth;
    machine.lo[10] = this.#host.stackTop - depth * FRAME_BYTES;
    for (let level = 0; level < depth; level++) {
      const from = this.#area + FRAMES + level * FRAME_STRIDE;
      const to = FRAME_WORD + level * FRAME_WORDS;
      words[to] = base + data.getInt32(from, true) * STRIDE;
      for (let r = 0; r < 4; r++) {
        words[to + 1 + r] = data.getInt32(from + SAVED + r * 8, true);
        words[to + 5 + r] = data.getInt32(from + SAVED + r * 8 + 4, true);
      }
    }
  }

  /** The stack that a program may touch ends below the running function's frame. */
  #setDepth(depth: number): void {
    const { machine, stackTop } = this.#host;
    machine.regions.write(machine.stackRow, stackTop - (depth + 1) * FRAME_BYTES, stackTop, true);
  }

  /** Learns from a check that failed in code which leaves: where it looked in vain, or spanned too much. */
  #learn(siteNumber: number): void {
    const { lo, hi, regions } = this.#host.machine;
    const { check: number, index, isWide } = this.#generated.sites[siteNumber];
    const check = number === undefined ? undefined : this.#generated.checks[number];
    if (check !== undefined) {
      const low = (lo[check.base] >>> 0) + check.first;
      const isNear = hi[check.base] === 0 && low >= 0;
      const row = isNear ? regions.predict(low | 0, check.bytes, check.isWrite, this.#rows[check.group]) : undefined;
      if (row !== undefined) {
        this.#rows[check.group] = row;
        this.#loadGroup(check.group, check.isWrite);
        if (this.#knowledge.miss(index, row)) this.#outdated = true;
        return;
      }
    }
    if (!isWide) return;
    this.#knowledge.narrow.add(index);
    this.#outdated = true;
  }

  /** Before the first run: what r1 points to is known. */
  #seed(r1: number): void {
    this.#isSeeded = true;
    const { regions } = this.#host.machine;
    for (const { group, isWrite, isArgument, bytes } of this.#generated.checks) {
      if (!isArgument || this.#rows[group] !== 0) continue;
      this.#rows[group] = regions.predict(r1, Math.min(bytes, 8), isWrite, 0) ?? 0;
      this.#regionsVersion = -1;
    }
  }

  #predict(number: number, low: number, high: number, depth: number): number {
    if (high !== 0) return REFUSED;
    this.#wake();
    const { regions } = this.#host.machine;
    const check = this.#generated.checks[number];
    this.#setDepth(depth);
    const row = regions.predict(low, check.bytes, check.isWrite, this.#rows[check.group]);
    this.#setDepth(0);
    if (row === undefined) return REFUSED;
    this.#rows[check.group] = row;
    this.#loadGroup(check.group, check.isWrite);
    if (this.#series?.packets !== undefined) this.#listGroups(this.#series.packets);
    return ALLOWED;
  }

  #refuel(left: number, least: number): number {
    this.#wake();
    const fuel = this.#host.refuel(left, least);
    if (fuel === LATE) this.#isLate = true;
    return fuel;
  }

  /** Nothing is thrown through compiled code: who called it finds the error. */
  #helper(siteNumber: number, depth: number, fuel: number): number {
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
    const { lo } = machine;
    const { data } = machine.memory;
    const registers = this.#area + REGISTERS;
    this.#readRegisters(data, 0, 5);
    const site = this.#generated.sites[siteNumber];
    const base = this.#host.base();
    machine.position = base + site.index * STRIDE;
    machine.limit = machine.position + (fuel - site.position) * STRIDE;
    lo[10] = this.#host.stackTop - depth * FRAME_BYTES;
    if (depth > 0) this.#setDepth(depth);
    const call = this.#executable.code[site.index * STRIDE + 1];
    const { src, dst, opcode } = this.#executable.instructions[site.index];
    if (src === 0 && opcode === CALL) this.#executable.helpers[call](machine);
    else {
      const at = registers + dst * 8;
      machine.helper(machine.position, data.getInt32(at, true), data.getInt32(at + 4, true))(machine);
    }
    if (depth > 0) this.#setDepth(0);
    const after = machine.memory.data;
    after.setInt32(registers, machine.lo[0], true);
    after.setInt32(registers + 4, machine.hi[0], true);
    if (machine.regions.version !== this.#regionsVersion) this.#loadGroups();
    if (machine.pending !== 0) this.#readRegisters(after, 6, 9);
    return machine.pending;
  }

  #loadGroups(): void {
    const { regions } = this.#host.machine;
    if (this.#regionsVersion === regions.version) return;
    this.#regionsVersion = regions.version;
    for (let group = 0; group < this.#rows.length; group++) this.#loadGroup(group, false);
    const { checks } = this.#generated;
    for (const { group, isWrite } of checks) if (isWrite) this.#loadGroup(group, true);
  }

  /**
   * Gives a group the bounds of its row. Where those are narrower than checks may be wide, it gets the first frame,
   * which is always there: checks subtract without asking whether they may.
   */
  #loadGroup(group: number, isWrite: boolean): void {
    const { machine, stackTop } = this.#host;
    const { bounds } = machine.regions;
    const row = this.#rows[group];
    let start = bounds[row + (isWrite ? 2 : 0)];
    let length = bounds[row + (isWrite ? 3 : 1)] - start;
    if (length < this.#widest[group] || length === 0 || row === machine.stackRow) {
      start = stackTop - FRAME_BYTES;
      length = FRAME_BYTES;
    }
    const { data } = machine.memory;
    const at = this.#area + GROUPS + group * GROUP_STRIDE;
    data.setInt32(at, start, true);
    data.setInt32(at + 8, length, true);
  }
}

/** Bytes at a context's start that are pointers: nothing else need be written there. */
function coveredBy({ data, end, meta }: PacketSeries["pointers"]): number {
  let covered = 0;
  while ([data, end, meta].includes(covered)) covered += 8;
  return covered;
}
