import { type Executable, STRIDE } from "../executable.ts";
import { FRAME_BYTES } from "../frame.ts";
import type { Machine } from "../machine.ts";
import { FRAMES as FRAME_WORD, FRAME_WORDS } from "../register.ts";
import { EXITED } from "../stop.ts";
import { instantiate, isTrap } from "../webassembly.ts";
import { areaBytes, DEPTH, FRAME_STRIDE, FRAMES, FUEL, GROUP_STRIDE, GROUPS, REGISTERS, SAVED, SITE } from "./area.ts";
import { type Generated, generate } from "./generate.ts";
import { Knowledge } from "./knowledge.ts";
import { LEFT } from "./left.ts";
import type { CheckMode } from "./unit.ts";

const REFUSED = 0;
const ALLOWED = 1;
const NO_FUEL = -1;
/** Opcode of all calls but callx. */
const CALL = 0x85;
/** The first area is made for this many groups; a program with more gets another. */
const FIRST_GROUPS = 16;

type Run = (r1Low: number, r1High: number, r2: number, fuel: number) => number;

/** What of a machine compiled code works with. The machine itself implements it. */
export interface Host {
  readonly machine: Machine;
  /** Address above the first frame. */
  readonly stackTop: number;
  /** Word where the program's code begins. */
  base(): number;
  words(): Int32Array;
  /** Gives back what is left of a chunk; the instructions of the next, negative when the run has to end. */
  refuel(left: number): number;
}

/** A program compiled for one machine. */
export class Compiled {
  readonly #host: Host;
  readonly #executable: Executable;
  readonly #mode: CheckMode;
  readonly #knowledge: Knowledge;
  readonly #generated: Generated;
  readonly #run: Run;
  readonly #area: number;
  /** Row in `Regions.bounds` by group; 0 where none is known. */
  readonly #rows: Int32Array;
  /** Bytes of the widest check, by group. */
  readonly #widest: Int32Array;
  readonly #memoryBytes: number;
  #regionsVersion = -1;
  #isExhausted = false;
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
    const { run } = instantiate(generated.bytes, {
      memory: memory.wasm,
      predict: (check: number, low: number, high: number, depth: number) => this.#predict(check, low, high, depth),
      refuel: (left: number) => this.#refuel(left),
      helper: (site: number, depth: number, fuel: number) => this.#helper(site, depth, fuel),
    });
    this.#run = run;
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
    this.#isDisposed = this.#host.machine.compiled === this;
    if (!this.#isDisposed) this.#host.machine.memory.free(this.#area);
  }

  /**
   * Runs the program from its start, registers as the machine has them. `EXITED` and `TAIL_CALLED` mean what they mean
   * in the interpreter; after `LEFT` the interpreter has to go on where the machine now is.
   */
  run(): number {
    const { machine } = this.#host;
    const base = this.#host.base();
    machine.compiled = this;
    this.#isExhausted = false;
    if (!this.#isSeeded) this.#seed();
    this.#loadGroups();
    try {
      const why = this.#run(machine.lo[1], machine.hi[1], machine.lo[2], (machine.limit - base) / STRIDE);
      const { data } = machine.memory;
      if (why === LEFT) this.#restore();
      else if (why === EXITED) {
        machine.lo[0] = data.getInt32(this.#area + REGISTERS, true);
        machine.hi[0] = data.getInt32(this.#area + REGISTERS + 4, true);
      }
      if (machine.pending === 0)
        this.#goTo(data.getInt32(this.#area + SITE, true), data.getInt32(this.#area + FUEL, true));
      if (why === LEFT) this.#learn(data.getInt32(this.#area + SITE, true));
      if (why === LEFT && this.#isExhausted) machine.refuel();
      return why;
    } catch (error) {
      if (!isTrap(error)) throw error;
      // Without checks, nobody wrote down where it was.
      machine.position = base;
      throw machine.faultHere("access outside of the memory, somewhere in code that was compiled without checks");
    } finally {
      machine.compiled = undefined;
      if (this.#isDisposed) this.dispose();
    }
  }

  /** For faults that helpers raise: the registers that are not arguments. */
  synchronize(): void {
    this.#readRegisters(this.#host.machine.memory.data, 6, 9);
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
  #seed(): void {
    this.#isSeeded = true;
    const { lo, regions } = this.#host.machine;
    for (const { group, isWrite, isArgument, bytes } of this.#generated.checks) {
      if (!isArgument || this.#rows[group] !== 0) continue;
      this.#rows[group] = regions.predict(lo[1], Math.min(bytes, 8), isWrite, 0) ?? 0;
      this.#regionsVersion = -1;
    }
  }

  #predict(number: number, low: number, high: number, depth: number): number {
    if (high !== 0) return REFUSED;
    const { regions } = this.#host.machine;
    const check = this.#generated.checks[number];
    this.#setDepth(depth);
    const row = regions.predict(low, check.bytes, check.isWrite, this.#rows[check.group]);
    this.#setDepth(0);
    if (row === undefined) return REFUSED;
    this.#rows[check.group] = row;
    this.#loadGroup(check.group, check.isWrite);
    return ALLOWED;
  }

  #refuel(left: number): number {
    const fuel = this.#host.refuel(left);
    if (fuel < 0) this.#isExhausted = true;
    return fuel < 0 ? NO_FUEL : fuel;
  }

  #helper(siteNumber: number, depth: number, fuel: number): number {
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
