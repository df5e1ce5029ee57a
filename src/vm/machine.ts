import { EbpfError } from "../errors.ts";
import { formOf } from "../isa/index.ts";
import type { SourceLine } from "../spec/index.ts";
import { type Executable, type HelperFunction, STRIDE } from "./executable.ts";
import { CHUNK, EXITED, execute, TAIL_CALLED } from "./execute.ts";
import { explain } from "./explain.ts";
import { BudgetError, FaultError, type Position } from "./fault.ts";
import { FRAME_BYTES, MAX_FRAMES } from "./frame.ts";
import type { Memory } from "./memory.ts";
import type { Region, Regions } from "./region.ts";

export interface Limits {
  /** Instructions that a run may execute, looked at where flow goes backwards; 2^30 unless given. */
  readonly instructions?: number;
  /** Milliseconds that a run may take, looked at every 65,536 instructions; none unless given. */
  readonly deadline?: number;
}

export interface MachineOptions {
  readonly memory: Memory;
  readonly regions: Regions;
  /** Number of the simulated CPU, for helpers; 0 unless given. */
  readonly cpu?: number;
}

const DEFAULT_INSTRUCTIONS = 2 ** 30;
const SAVED = 16;

/** One simulated CPU: registers, a stack, and the interpreter. Machines share nothing but what they are given. */
export class Machine {
  readonly memory: Memory;
  readonly regions: Regions;
  readonly cpu: number;
  /** Bits 31..0 of r0 to r10, as signed numbers. */
  readonly lo = new Int32Array(16);
  /** Bits 63..32 of r0 to r10. */
  readonly hi = new Int32Array(16);
  /** Instructions that the last run executed. After an error: up to the one that failed. */
  instructions = 0;
  /** @internal Word of the instruction where the run is, when it is outside `execute`. */
  position = 0;
  /** @internal Where `execute` looks at budget and clock next: `refuel` when a backward jump lands above it. */
  limit = 0;
  /** @internal Functions above the running one. */
  depth = 0;
  /** @internal What a helper asked for: `TAIL_CALLED`, `EXITED` or 0. */
  pending = 0;
  readonly #stackTop: number;
  readonly #stack: Region;
  /** Per frame: return address, r6 to r9 low, r6 to r9 high. */
  readonly #frames = new Int32Array(SAVED * MAX_FRAMES);
  #executable: Executable | undefined;
  #next: Executable | undefined;
  #running = false;
  #chunk = 0;
  #budget = 0;
  #deadline: number | undefined;
  #started: number | undefined;

  constructor({ memory, regions, cpu = 0 }: MachineOptions) {
    this.memory = memory;
    this.regions = regions;
    this.cpu = cpu;
    const bytes = FRAME_BYTES * MAX_FRAMES;
    const start = memory.allocate(bytes, "data");
    this.#stackTop = start + bytes;
    this.#stack = regions.add({
      kind: "stack",
      name: "stack",
      start: this.#stackTop - FRAME_BYTES,
      end: this.#stackTop,
      writable: true,
    });
  }

  /**
   * Runs a program from its first instruction with two arguments (unsigned 32-bit, r1 and r2) and returns the low 32
   * bits of r0, unsigned; the high ones are in `hi[0]`. All other registers and the stack start as zero.
   *
   * @throws FaultError `EBPF_FAULT`, BudgetError `EBPF_BUDGET_EXCEEDED`, and what helpers throw.
   */
  run(executable: Executable, r1: number, r2 = 0, limits?: Limits): number {
    if (this.#running) throw new EbpfError("EBPF_INVALID_ARGUMENT", "this machine is running a program already");
    this.#running = true;
    try {
      this.#begin(executable, r1, r2, limits);
      for (;;) {
        const current = this.#current();
        const why = execute(this, current, current.code, 0);
        if (why === EXITED) break;
        if (why === TAIL_CALLED) this.#enterNext();
      }
      this.#count(this.position + STRIDE, this.limit);
      return this.lo[0] >>> 0;
    } finally {
      this.#running = false;
    }
  }

  /** For helpers: continue in `executable`, with r1 as it is, when the helper returns. The running one never resumes. */
  tailCall(executable: Executable): void {
    this.#next = executable;
    this.pending = TAIL_CALLED;
  }

  /** For helpers: end the program, whatever the depth, when the helper returns; r0 is its result. */
  exit(): void {
    this.pending = EXITED;
  }

  /**
   * For helpers: the address in register `r`, once it is sure that the program may read (or write) `size` bytes there.
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

  /** @internal The slow path of a memory access: predicts a row for the next time, or faults. */
  touch(code: Int32Array, pc: number, limit: number, base: number, size: number, write: boolean): void {
    const offset = code[pc + 1];
    const address = (this.lo[base] + offset) | 0;
    const row = this.hi[base] === 0 ? this.regions.predict(address, size, write, code[pc + 2]) : -1;
    if (row >= 0) {
      code[pc + 2] = row;
      return;
    }
    this.limit = limit;
    const sum = (this.lo[base] >>> 0) + offset;
    const carry = sum < 0 ? -1 : sum > 0xffff_ffff ? 1 : 0;
    throw this.#accessFault(pc, address, (this.hi[base] + carry) | 0, size, write);
  }

  /** @internal Pushes a frame for the function called at `pc`. */
  enter(pc: number, limit: number, bytes: number): void {
    if (this.depth === MAX_FRAMES - 1) {
      this.limit = limit;
      throw this.fault(pc, `call of a function inside ${MAX_FRAMES} others: there are ${MAX_FRAMES} frames`);
    }
    const { lo, hi } = this;
    const frames = this.#frames;
    const at = SAVED * this.depth;
    frames[at] = pc + STRIDE;
    for (let r = 0; r < 4; r++) {
      frames[at + 1 + r] = lo[6 + r];
      frames[at + 5 + r] = hi[6 + r];
    }
    this.depth++;
    this.#frame(bytes);
  }

  /** @internal Pops a frame; the word to continue at. */
  leave(): number {
    this.depth--;
    const { lo, hi } = this;
    const frames = this.#frames;
    const at = SAVED * this.depth;
    for (let r = 0; r < 4; r++) {
      lo[6 + r] = frames[at + 1 + r];
      hi[6 + r] = frames[at + 5 + r];
    }
    this.#frame(0);
    return frames[at];
  }

  /** @internal The helper whose number is in a register. */
  helper(pc: number, low: number, high: number): HelperFunction {
    const helper = high === 0 ? this.#current().helpersById.get(low) : undefined;
    if (helper === undefined) {
      throw this.fault(
        pc,
        `helper 0x${(((BigInt(high) & 0xffff_ffffn) << 32n) | (BigInt(low) & 0xffff_ffffn)).toString(16)} is not known here`,
      );
    }
    return helper;
  }

  /** @internal Looks at budget and clock; the next limit. */
  refuel(pc: number, limit: number): number {
    this.#count(pc, limit);
    if (this.instructions >= this.#budget) {
      this.limit = pc + this.#chunk;
      throw new BudgetError(`the budget of ${this.#budget} instructions is used up`, this.#positionAt(pc));
    }
    if (this.#deadline !== undefined) {
      const now = performance.now();
      this.#started ??= now;
      if (now - this.#started > this.#deadline) {
        throw new BudgetError(`the deadline of ${this.#deadline} ms has passed`, this.#positionAt(pc));
      }
    }
    return this.#refill(pc);
  }

  /** @internal A fault at a word of the running program. */
  fault(pc: number, reason: string): FaultError {
    this.#count(pc, this.limit);
    return new FaultError(reason, this.#positionAt(pc));
  }

  #current(): Executable {
    if (this.#executable === undefined) throw new EbpfError("EBPF_INVALID_ARGUMENT", "no program is running");
    return this.#executable;
  }

  #begin(executable: Executable, r1: number, r2: number, limits: Limits | undefined): void {
    this.#executable = executable;
    this.#clear();
    this.lo[1] = r1;
    this.lo[2] = r2;
    this.instructions = 0;
    this.#budget = limits?.instructions ?? DEFAULT_INSTRUCTIONS;
    this.#deadline = limits?.deadline;
    this.#started = this.#deadline === undefined ? undefined : performance.now();
    this.limit = this.#refill(0);
  }

  /** Registers to zero, one frame. */
  #clear(): void {
    for (let r = 0; r < 11; r++) {
      this.lo[r] = 0;
      this.hi[r] = 0;
    }
    this.pending = 0;
    this.depth = 0;
    this.#frame(FRAME_BYTES);
  }

  /** Points r10 at the running function's frame, clears it, and hides the frames below from programs. */
  #frame(bytes: number): void {
    const top = this.#stackTop - FRAME_BYTES * this.depth;
    this.lo[10] = top;
    this.regions.move(this.#stack, top - FRAME_BYTES, this.#stackTop);
    if (bytes > 0) this.memory.bytes.fill(0, top - bytes, top);
  }

  #enterNext(): void {
    const next = this.#next;
    if (next === undefined) throw new EbpfError("EBPF_INVALID_ARGUMENT", "no program to continue in");
    this.#count(this.position + STRIDE, this.limit);
    const { lo, hi } = this;
    const low = lo[1];
    const high = hi[1];
    this.#clear();
    lo[1] = low;
    hi[1] = high;
    this.#executable = next;
    this.#next = undefined;
    this.limit = this.#refill(0);
  }

  /** Adds what was walked since the last look, up to `pc`. */
  #count(pc: number, limit: number): void {
    this.instructions += (this.#chunk - (limit - pc)) / STRIDE;
    this.#chunk = 0;
    this.limit = pc;
  }

  #refill(pc: number): number {
    this.#chunk = Math.min(CHUNK, Math.max(this.#budget - this.instructions, 0) * STRIDE);
    return pc + this.#chunk;
  }

  #positionAt(pc: number): Position {
    const executable = this.#current();
    const index = pc / STRIDE;
    const instruction = executable.instructions[index];
    const slot = executable.slots[index] ?? (executable.slots.at(-1) ?? 0) + 1;
    const registers = Array.from({ length: 11 }, (_, r) =>
      BigInt.asUintN(64, (BigInt(this.hi[r]) << 32n) | BigInt(this.lo[r] >>> 0)),
    );
    return {
      pc: slot,
      program: executable.name,
      registers,
      instruction: instruction === undefined ? "(end)" : (formOf(instruction)?.id ?? "(unknown)"),
      line: lineAt(executable.lines, slot),
    };
  }

  #accessFault(pc: number, low: number, high: number, size: number, write: boolean): FaultError {
    const address = BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));
    this.#count(pc, this.limit);
    return new FaultError(explain(address, size, write, this.regions), this.#positionAt(pc), address);
  }
}

/** The entry that holds at `slot`: the last that begins at or before it. */
export function lineAt(lines: readonly SourceLine[], slot: number): SourceLine | undefined {
  return lines.findLast((line) => line.slot <= slot);
}
