import { EbpfError } from "../errors.ts";
import { CodeStore } from "./code-store.ts";
import { type Executable, type HelperFunction, STRIDE } from "./executable.ts";
import { explain } from "./explain.ts";
import { BudgetError, FaultError, type Position } from "./fault.ts";
import { FRAME_BYTES, MAX_FRAMES } from "./frame.ts";
import type { Memory } from "./memory.ts";
import { type Limits, Meter } from "./meter.ts";
import { positionAt, wide } from "./position.ts";
import type { Regions } from "./regions.ts";
import { EXITED, TAIL_CALLED } from "./stop.ts";

export interface ProcessorOptions {
  readonly memory: Memory;
  readonly regions: Regions;
  /** Number of the simulated CPU, for helpers; 0 unless given. */
  readonly cpu?: number;
}

/** The state of a run, and what instructions and helpers may do to it: registers, a stack of 8 frames, the count. */
export class Processor {
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
  /** Address above the first function's frame. */
  readonly stackTop: number;
  /** @internal */
  readonly store = new CodeStore();
  /** @internal */
  readonly meter = new Meter();
  /** @internal The program that runs, or ran last. */
  executable: Executable | undefined;
  /** @internal Word where its code begins. */
  base = 0;
  #next: Executable | undefined;
  /** The stack's row allows accesses. */
  #isStackOpen = false;

  /** @throws EbpfError `EBPF_NO_MEMORY` when there is no room for the stack. */
  constructor({ memory, regions, cpu = 0 }: ProcessorOptions) {
    this.memory = memory;
    this.regions = regions;
    this.cpu = cpu;
    this.lo = this.store.lo;
    this.hi = this.store.hi;
    const bytes = FRAME_BYTES * MAX_FRAMES;
    this.stackTop = memory.allocate(bytes, "data") + bytes;
    const stack = regions.add({ kind: "stack", name: "stack", start: 0, end: 0, writable: true });
    this.stackRow = regions.rowOf(stack);
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
    const { words } = this.store;
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
    const helper = high === 0 ? this.executable?.helpersById.get(low) : undefined;
    if (helper === undefined) throw this.fault(pc, `there is no helper ${wide(low, high)} here`);
    return helper;
  }

  /** @internal A fault at word `pc`. */
  fault(pc: number, reason: string): FaultError {
    return new FaultError(reason, this.#positionAt(pc));
  }

  /** @internal After `CHUNK_ENDED`: throws when budget or deadline is used up. */
  refuel(): void {
    this.meter.look(this.position, this.limit);
    const reason = this.meter.exceeded();
    this.limit = this.meter.refill(this.position);
    if (reason !== undefined) throw new BudgetError(reason, this.positionNow(this.position));
  }

  /** @internal Makes `executable` the program that runs. */
  load(executable: Executable): void {
    if (executable === this.executable) return;
    this.base = this.store.load(executable);
    this.executable = executable;
    this.#adoptWords();
  }

  /** @internal The same, for a run that comes back after every instruction; the word where it begins. */
  enterStops(executable: Executable): number {
    this.base = this.store.loadStops(executable);
    this.executable = executable;
    this.#adoptWords();
    return this.base;
  }

  /** @internal The bytes of the frame that the program may read become zero; compiled code does it by itself. */
  clearFrame({ frameBytes }: Executable): void {
    if (frameBytes > 0) this.clear(this.stackTop, frameBytes);
  }

  /** @internal Carries out a tail call. */
  enterNext(current: Executable): Executable {
    const next = this.#next ?? current;
    this.#next = undefined;
    const low = this.lo[1];
    const high = this.hi[1];
    this.meter.look(this.position + STRIDE, this.limit);
    const reason = this.meter.exceeded();
    if (reason !== undefined) throw new BudgetError(reason, this.positionNow(this.position));
    this.load(next);
    this.#reset();
    this.lo[1] = low;
    this.hi[1] = high;
    this.limit = this.meter.refill(this.base);
    return next;
  }

  /** @internal Registers, stack and count as they are when a run begins. */
  start(r1: number, r2: number, limits: Limits | undefined): void {
    this.#reset();
    this.lo[1] = r1;
    this.lo[2] = r2;
    this.limit = this.meter.start(this.base, limits);
  }

  /** @internal The run has ended: nobody may touch the stack. */
  close(): void {
    this.#next = undefined;
    if (!this.#isStackOpen) return;
    this.#isStackOpen = false;
    this.regions.write(this.stackRow, 0, 0, false);
  }

  /** Sees to it that all registers are here, before somebody is told of them. */
  protected synchronize(): void {}

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

  #adoptWords(): void {
    if (this.lo.buffer === this.store.words.buffer) return;
    this.lo = this.store.lo;
    this.hi = this.store.hi;
  }

  #positionAt(pc: number): Position {
    this.synchronize();
    this.meter.look(pc, this.limit);
    return this.positionNow(pc);
  }

  /** @internal */
  positionNow(pc: number): Position {
    if (this.executable === undefined) throw new EbpfError("EBPF_INVALID_ARGUMENT", "no program is running");
    return positionAt(this.executable, (pc - this.base) / STRIDE, this.lo, this.hi);
  }

  #accessFault(pc: number, low: number, high: number, size: number, write: boolean): FaultError {
    const address = wide(low, high);
    return new FaultError(explain(address, size, write, this.regions), this.#positionAt(pc), address);
  }
}
