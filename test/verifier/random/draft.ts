import { CodeWriter, type Place } from "./code-writer.ts";
import type { Shape } from "./program-shape.ts";
import type { RandomSource } from "./random-source.ts";

/** What a register or a stack slot is believed to hold; the generator errs at times, on purpose. */
export interface Belief {
  readonly kind:
    | "nothing"
    | "number"
    | "ctx"
    | "stack"
    | "packet"
    | "value"
    | "maybe-value"
    | "map"
    | "maybe-map"
    | "object"
    | "maybe-object";
  /** Of pointers: bytes that are known to be there. Of maps: the descriptor. Of objects: their sort. */
  readonly detail: number;
}

export const NOTHING: Belief = { kind: "nothing", detail: 0 };
export const NUMBER: Belief = { kind: "number", detail: 0 };

export const R0 = 0;
export const R10 = 10;

/** Stack bytes that hold numbers lie in [-NUMBERS, 0), spilled registers in 8-byte slots below. */
export const NUMBERS = 80;
const SPILL_SLOTS = [-88, -96, -104, -112] as const;

export const WIDTHS = [1, 2, 4, 8] as const;
const SIZE_BITS: Readonly<Record<number, number>> = { 1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18 };

const CONSTANTS = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 255, 256, 4096, 65535, -1, -2, -8, -128, 0x7fffffff, -0x80000000,
] as const;

/** A function that is called and still to be written. */
export interface PendingFunction {
  readonly place: Place;
  readonly depth: number;
  readonly arguments: readonly Belief[];
}

/** What is believed at a point of the program. */
interface Knowledge {
  registers: Belief[];
  slots: Belief[];
}

/** The program so far, and what its author believes where it goes on. */
export class Draft {
  readonly random: RandomSource;
  readonly shape: Shape;
  readonly code = new CodeWriter();
  readonly functions: PendingFunction[] = [];
  /** Functions around the statement that is written. */
  depth = 0;
  /** Blocks around it. */
  nesting = 0;
  /** Registers that must keep what they hold: counters, and what a loop's body relies on. */
  reserved: ReadonlySet<number> = new Set();
  /** One mistake in so many decisions; 0 for programs without any. */
  readonly #carelessness: number;
  #known: Knowledge = { registers: [], slots: [] };

  constructor(random: RandomSource, shape: Shape) {
    this.random = random;
    this.shape = shape;
    this.#carelessness = random.pick([0, 0, 1, 1, 2, 4]);
  }

  /** Begins a function whose registers hold this. */
  begin(registers: readonly Belief[], depth: number): void {
    this.#known = {
      registers: Array.from({ length: 10 }, (_, at) => registers[at] ?? NOTHING),
      slots: SPILL_SLOTS.map(() => NOTHING),
    };
    this.depth = depth;
    this.nesting = 0;
    this.reserved = new Set();
  }

  /** True where a mistake is to be made: once in `rarity` times in careless programs, never in careful ones. */
  slips(rarity: number): boolean {
    return this.#carelessness > 0 && this.random.once(rarity * this.#carelessness);
  }

  constant(): number {
    return this.random.once(8) ? this.random.next() | 0 : this.random.pick(CONSTANTS);
  }

  belief(register: number): Belief {
    return register === R10 ? { kind: "stack", detail: 0 } : (this.#known.registers[register] ?? NOTHING);
  }

  set(register: number, belief: Belief): void {
    if (register < R10) this.#known.registers[register] = belief;
  }

  setNumber(register: number): void {
    this.set(register, NUMBER);
  }

  /** A register of `among` that is believed to hold this; now and then any. */
  holding(kind: Belief["kind"], among: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]): number | undefined {
    if (this.slips(150)) return this.random.below(10);
    const found = among.filter((register) => this.belief(register).kind === kind);
    return found.length === 0 ? undefined : found[this.random.below(found.length)];
  }

  /** A register to overwrite, with what is not worth keeping first. */
  fresh(among: readonly number[] = [0, 2, 3, 4, 5, 6, 7, 8, 9]): number {
    const free = among.filter((register) => !this.reserved.has(register));
    const worthless = free.filter((register) => ["nothing", "number"].includes(this.belief(register).kind));
    const from = worthless.length > 0 && !this.random.once(12) ? worthless : free;
    const found = from[this.random.below(Math.max(1, from.length))] ?? R0;
    this.set(found, NOTHING);
    return found;
  }

  /** A register that outlives calls, to hold a pointer. */
  lasting(): number {
    return this.fresh([6, 7, 8, 9]);
  }

  /** A register that holds a number and may be overwritten. */
  number(among: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]): number {
    const found = this.holding(
      "number",
      among.filter((register) => !this.reserved.has(register)),
    );
    if (found !== undefined) return found;
    const register = this.fresh(among.filter((each) => each !== 1 || this.belief(1).kind !== "ctx"));
    this.code.emit(0xb7, register, 0, 0, this.constant());
    this.setNumber(register);
    return register;
  }

  /** A register that holds a number, to read. */
  source(): number {
    return this.holding("number") ?? this.number();
  }

  /** A number from 0 to a mask, in a register. */
  bounded(mask: number = this.random.pick([1, 3, 7, 15, 31, 63]), among?: readonly number[]): number {
    const register = this.number(among);
    const { code, random } = this;
    if (this.slips(12)) return register;
    if (random.once(2)) code.emit(random.once(4) ? 0x54 : 0x57, register, 0, 0, mask);
    else {
      const out = code.place();
      // Signed comparisons leave what is below 0.
      const signed = this.slips(3);
      code.jump(random.pick(signed ? [0xd5, 0xc5] : [0xb5, 0xa5]), out, register, 0, mask);
      code.emit(0xb7, register, 0, 0, random.below(mask + 1));
      code.put(out);
    }
    return register;
  }

  /** The address of numbers on the stack. */
  slotOf(width: number): number {
    if (this.slips(20)) return -this.random.below(NUMBERS + 80) + 4;
    const aligned = -width * (1 + this.random.below(Math.floor(NUMBERS / width)));
    return this.random.once(5) ? -(width + this.random.below(NUMBERS - width)) : aligned;
  }

  get slotOffsets(): typeof SPILL_SLOTS {
    return SPILL_SLOTS;
  }

  slotBelief(at: number): Belief {
    return this.#known.slots[at] ?? NOTHING;
  }

  setSlot(at: number, belief: Belief): void {
    this.#known.slots[at] = belief;
  }

  /** What calls leave: r0, and r6 to r9. */
  afterCall(result: Belief, packetMoves: boolean): void {
    for (let register = 1; register <= 5; register++) this.set(register, NOTHING);
    this.set(R0, result);
    if (!packetMoves) return;
    const keep = (belief: Belief): Belief => (belief.kind === "packet" ? NOTHING : belief);
    this.#known = { registers: this.#known.registers.map(keep), slots: this.#known.slots.map(keep) };
  }

  snapshot(): Knowledge {
    return { registers: [...this.#known.registers], slots: [...this.#known.slots] };
  }

  restore(known: Knowledge): void {
    this.#known = { registers: [...known.registers], slots: [...known.slots] };
  }

  /** Control comes from here and from where `other` held. */
  merge(other: Knowledge): void {
    this.#known = {
      registers: this.#known.registers.map((belief, at) => common(belief, other.registers[at])),
      slots: this.#known.slots.map((belief, at) => common(belief, other.slots[at])),
    };
  }

  /** Beliefs that survive any number of rounds of a body that leaves `reserved` registers alone. */
  enterLoop(): void {
    this.#known = {
      registers: this.#known.registers.map((belief, at) => (this.reserved.has(at) ? belief : NOTHING)),
      slots: this.#known.slots.map(() => NOTHING),
    };
  }

  load(dst: number, base: number, offset: number, width: number, signed = false): void {
    this.code.emit((signed && width < 8 ? 0x81 : 0x61) | (SIZE_BITS[width] ?? 0), dst, base, offset);
    this.setNumber(dst);
  }

  store(base: number, offset: number, width: number): void {
    const size = SIZE_BITS[width] ?? 0;
    if (this.random.once(2)) this.code.emit(0x62 | size, base, 0, offset, this.constant());
    else this.code.emit(0x63 | size, base, this.source(), offset);
  }
}

function common(belief: Belief, other: Belief = NOTHING): Belief {
  if (belief.kind !== other.kind) return NOTHING;
  if (belief.detail === other.detail) return belief;
  return belief.kind === "map" || belief.kind === "object"
    ? NOTHING
    : { kind: belief.kind, detail: Math.min(belief.detail, other.detail) };
}
