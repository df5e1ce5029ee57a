import { CodeWriter, type Place } from "./code-writer.ts";
import { RandomSource } from "./random-source.ts";

/** What the generator believes a register to hold; it is wrong at times, on purpose. */
type Belief = "nothing" | "number" | "ctx" | "stack" | "value" | "maybe-value" | "packet";

export interface RandomProgram {
  /** Section that gives the program its type. */
  readonly section: string;
  readonly code: Uint8Array;
}

/** Descriptors of the maps that the object declares: array, hash, programs. */
export const ARRAY_MAP = 1;
export const HASH_MAP = 2;
const PROGRAM_MAP = 3;
/** `bpf_xdp_adjust_head`, of XDP programs only. */
const ADJUST_HEAD = 65536;
const VALUE_BYTES: Readonly<Record<number, number>> = { [ARRAY_MAP]: 16, [HASH_MAP]: 32 };
const KEY_BYTES: Readonly<Record<number, number>> = { [ARRAY_MAP]: 4, [HASH_MAP]: 8 };

interface Shape {
  readonly section: string;
  /** Bytes. */
  readonly size: number;
  readonly data: number;
  readonly end: number;
}

const SHAPES: readonly [Shape, ...Shape[]] = [
  { section: "xdp", size: 32, data: 0, end: 8 },
  { section: "bind", size: 56, data: 0, end: 8 },
  { section: "cgroup/connect4", size: 64, data: -1, end: -1 },
];

const WIDTHS = [1, 2, 4, 8] as const;
const SIZE_BITS: Readonly<Record<number, number>> = { 1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18 };
const ALU = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xb0, 0xc0] as const;
const COMPARE = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0] as const;
const CONSTANTS = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 255, 256, 4096, 65535, -1, -2, -8, -128, 0x7fffffff, -0x80000000,
] as const;
const R0 = 0;
const R10 = 10;
const DEPTH = 3;

/** Writes one random program: structured, mostly sensible, wrong in places. */
class Generator {
  readonly #random: RandomSource;
  readonly #shape: Shape;
  readonly #code = new CodeWriter();
  readonly #functions: { readonly place: Place; readonly depth: number }[] = [];
  #beliefs: Belief[] = [];
  #budget: number;

  constructor(seed: number) {
    this.#random = new RandomSource(seed);
    this.#shape = this.#random.pick(SHAPES);
    this.#budget = 6 + this.#random.below(30);
  }

  run(): RandomProgram {
    this.#beliefs = new Array<Belief>(11).fill("nothing");
    this.#beliefs[1] = "ctx";
    this.#beliefs[R10] = "stack";
    if (!this.#random.once(6)) {
      this.#code.emit(0xbf, 6, 1);
      this.#beliefs[6] = "ctx";
    }
    this.#initialiseStack();
    this.#statements(this.#budget, 0, 0);
    this.#finish();
    for (let at = 0; at < this.#functions.length; at++) this.#function(at);
    return { section: this.#shape.section, code: this.#code.bytes() };
  }

  #function(at: number): void {
    const callee = this.#functions[at];
    if (callee === undefined) return;
    this.#code.put(callee.place);
    this.#beliefs = new Array<Belief>(11).fill("nothing");
    this.#beliefs.fill("number", 1, 6);
    this.#beliefs[R10] = "stack";
    this.#initialiseStack();
    this.#statements(2 + this.#random.below(8), 0, callee.depth);
    this.#finish();
  }

  /** Mostly, so that what is read later has been written. */
  #initialiseStack(): void {
    if (this.#random.once(5)) return;
    for (let offset = -80; offset < 0; offset += 8) this.#code.emit(0x7a, R10, 0, offset, this.#constant());
  }

  #finish(): void {
    if (!this.#random.once(3) || this.#beliefs[R0] !== "number") this.#code.emit(0xb7, R0, 0, 0, this.#random.below(3));
    this.#code.emit(0x95);
  }

  #constant(): number {
    return this.#random.once(8) ? this.#random.next() | 0 : this.#random.pick(CONSTANTS);
  }

  /** A register that is believed to hold this; now and then any. */
  #holding(belief: Belief): number | undefined {
    if (this.#random.once(250)) return this.#random.below(10);
    const found = this.#beliefs.flatMap((held, register) => (held === belief && register < R10 ? [register] : []));
    return found.length === 0 ? undefined : found[this.#random.below(found.length)];
  }

  #number(): number {
    const found = this.#holding("number");
    if (found !== undefined) return found;
    const register = this.#random.below(10);
    this.#code.emit(0xb7, register, 0, 0, this.#constant());
    this.#beliefs[register] = "number";
    return register;
  }

  #set(register: number, belief: Belief): void {
    this.#beliefs[register] = belief;
  }

  #statements(count: number, nesting: number, depth: number): void {
    for (let at = 0; at < count; at++) this.#statement(nesting, depth);
  }

  #statement(nesting: number, depth: number): void {
    const kinds: readonly [() => void, ...(() => void)[]] = [
      () => this.#arithmetic(),
      () => this.#arithmetic(),
      () => this.#arithmetic(),
      () => this.#unary(),
      () => this.#storeStack(),
      () => this.#storeStack(),
      () => this.#loadStack(),
      () => this.#loadStack(),
      () => this.#variableStack(),
      () => this.#loadContext(),
      () => this.#packet(),
      () => this.#lookup(),
      () => this.#lookup(),
      () => this.#useValue(),
      () => this.#useValue(),
      () => this.#helper(),
      () => this.#move(),
      () => this.#atomic(),
      () => this.#branch(nesting, depth),
      () => this.#branch(nesting, depth),
      () => this.#loop(nesting, depth),
      () => this.#callFunction(depth),
      () => this.#trap(),
    ];
    this.#random.pick(kinds)();
  }

  #arithmetic(): void {
    const wide = this.#random.once(3) ? 0x04 : 0x07;
    const operation = this.#random.pick(ALU);
    const dst = this.#number();
    const signed = (operation === 0x30 || operation === 0x90) && this.#random.once(2) ? 1 : 0;
    const extends_ = operation === 0xb0 && this.#random.once(3);
    if (extends_) {
      const bits = wide === 0x07 ? this.#random.pick([8, 16, 32]) : this.#random.pick([8, 16]);
      this.#code.emit(operation | 0x08 | wide, dst, this.#number(), bits);
    } else if (this.#random.once(3)) this.#code.emit(operation | 0x08 | wide, dst, this.#number(), signed);
    else {
      const shift = operation === 0x60 || operation === 0x70 || operation === 0xc0;
      const imm = shift ? this.#random.below(wide === 0x07 ? 64 : 32) : this.#constant();
      this.#code.emit(operation | wide, dst, 0, signed, imm);
    }
    this.#set(dst, "number");
  }

  #unary(): void {
    const dst = this.#number();
    if (this.#random.once(2)) this.#code.emit(this.#random.once(2) ? 0x87 : 0x84, dst);
    else this.#code.emit(this.#random.pick([0xd4, 0xdc, 0xd7]), dst, 0, 0, this.#random.pick([16, 32, 64]));
  }

  #slot(width: number): number {
    const aligned = -width * (1 + this.#random.below(Math.floor(64 / width)));
    return this.#random.once(5) ? -(width + this.#random.below(56)) : aligned;
  }

  #storeStack(): void {
    const width = this.#random.pick(WIDTHS);
    const size = SIZE_BITS[width] ?? 0;
    if (this.#random.once(2)) this.#code.emit(0x62 | size, R10, 0, this.#slot(width), this.#constant());
    else if (this.#random.once(4)) this.#code.emit(0x7b, R10, this.#random.pick([1, 6, 7, 8, 9]), this.#slot(8));
    else this.#code.emit(0x63 | size, R10, this.#number(), this.#slot(width));
  }

  #loadStack(): void {
    const width = this.#random.pick(WIDTHS);
    const dst = this.#random.below(10);
    const size = SIZE_BITS[width] ?? 0;
    const signed = width < 8 && this.#random.once(4);
    const offset = this.#slot(width);
    if (!this.#random.once(4)) this.#code.emit(0x62 | size, R10, 0, offset, this.#constant());
    this.#code.emit((signed ? 0x81 : 0x61) | size, dst, R10, offset);
    this.#set(dst, "number");
  }

  #bounded(): number {
    const register = this.#number();
    const mask = this.#random.pick([1, 3, 7, 15, 31, 63]);
    if (this.#random.once(2)) this.#code.emit(0x57, register, 0, 0, mask);
    else {
      const out = this.#code.place();
      this.#code.jump(this.#random.pick([0xb5, 0xa5, 0xd5, 0xc5]), out, register, 0, mask);
      this.#code.emit(0xb7, register, 0, 0, this.#random.below(mask + 1));
      this.#code.put(out);
    }
    return register;
  }

  #variableStack(): void {
    const index = this.#bounded();
    const pointer = this.#random.below(10);
    if (pointer === index) return;
    this.#code.emit(0xbf, pointer, R10);
    this.#code.emit(0x07, pointer, 0, 0, -this.#random.pick([64, 72, 32, 8]));
    this.#code.emit(0x0f, pointer, index);
    this.#set(pointer, "stack");
    const width = this.#random.pick(WIDTHS);
    const size = SIZE_BITS[width] ?? 0;
    if (this.#random.once(2)) this.#code.emit(0x62 | size, pointer, 0, 0, this.#constant());
    else {
      const dst = this.#random.below(10);
      this.#code.emit(0x61 | size, dst, pointer, 0);
      this.#set(dst, "number");
    }
  }

  #loadContext(): void {
    const context = this.#holding("ctx");
    if (context === undefined) return;
    const width = this.#random.pick(WIDTHS);
    const first = this.#shape.data < 0 ? 0 : 16;
    const offset = this.#random.once(12)
      ? this.#random.below(this.#shape.size + 4)
      : first + 8 * this.#random.below((this.#shape.size - first) / 8);
    const dst = this.#random.pick([0, 2, 3, 4, 5, 7, 8, 9]);
    this.#code.emit((width < 8 && this.#random.once(5) ? 0x81 : 0x61) | (SIZE_BITS[width] ?? 0), dst, context, offset);
    this.#set(dst, "number");
  }

  #packet(): void {
    const context = this.#holding("ctx");
    if (context === undefined || this.#shape.data < 0) return;
    const [data, end, probe] = [7, 8, 9] as const;
    if (context >= data) return;
    this.#code.emit(0x79, data, context, this.#shape.data);
    this.#code.emit(0x79, end, context, this.#shape.end);
    const bytes = 1 + this.#random.below(24);
    const variable = this.#random.once(3) ? this.#bounded() : undefined;
    if (variable !== undefined && variable < data) this.#code.emit(0x0f, data, variable);
    this.#code.emit(0xbf, probe, data);
    this.#code.emit(0x07, probe, 0, 0, bytes);
    const out = this.#code.place();
    const opcode = this.#random.once(8) ? this.#random.pick([0xad, 0x2d, 0x3d, 0xbd]) : 0x2d;
    this.#code.jump(opcode, out, probe, end);
    const width = this.#random.pick(WIDTHS);
    const offset = this.#random.once(8)
      ? bytes - this.#random.below(4)
      : this.#random.below(Math.max(1, bytes - width + 1));
    const dst = this.#random.pick([0, 2, 3, 4, 5]);
    if (this.#random.once(3)) this.#code.emit(0x62 | (SIZE_BITS[width] ?? 0), data, 0, offset, this.#constant());
    else
      this.#code.emit((width < 8 && this.#random.once(4) ? 0x81 : 0x61) | (SIZE_BITS[width] ?? 0), dst, data, offset);
    this.#code.put(out);
    this.#beliefs.fill("nothing", 7, 10);
    if (this.#random.once(2)) {
      this.#code.emit(0xb7, dst, 0, 0, this.#constant());
      this.#set(dst, "number");
    } else this.#set(dst, "nothing");
  }

  #scratch(): void {
    this.#beliefs.fill("nothing", 1, 6);
    this.#set(R0, "number");
  }

  #key(map: number): number {
    const bytes = KEY_BYTES[map] ?? 4;
    const offset = -8 * (1 + this.#random.below(7));
    if (!this.#random.once(20)) {
      if (bytes === 8) this.#code.emit(0x7a, R10, 0, offset, this.#random.below(6));
      else this.#code.emit(0x62, R10, 0, offset, this.#random.below(6));
    }
    return offset;
  }

  #lookup(): void {
    const map = this.#random.pick([ARRAY_MAP, HASH_MAP]);
    const offset = this.#key(map);
    this.#code.emitWide(1, 1, map, 0);
    this.#code.emit(0xbf, 2, R10);
    this.#code.emit(0x07, 2, 0, 0, offset);
    this.#code.emit(0x85, 0, 0, 0, this.#random.once(5) ? 4 : 1);
    this.#scratch();
    const kept = this.#random.pick([R0, R0, 6, 7, 8, 9]);
    if (kept !== R0) this.#code.emit(0xbf, kept, R0);
    this.#set(kept, "maybe-value");
    if (!this.#random.once(6)) {
      const out = this.#code.place();
      const taken = this.#random.once(12) ? 0x15 : 0x55;
      this.#code.jump(taken, out, kept, 0, 0);
      this.#code.emit(0xb7, R0, 0, 0, 0);
      if (this.#random.once(3)) this.#code.emit(0xb7, kept, 0, 0, 0);
      else this.#code.emit(0x95);
      this.#code.put(out);
      this.#set(kept, "value");
    }
  }

  #useValue(): void {
    const pointer = this.#holding("value") ?? (this.#random.once(6) ? this.#holding("maybe-value") : undefined);
    if (pointer === undefined) return;
    const width = this.#random.pick(WIDTHS);
    const size = SIZE_BITS[width] ?? 0;
    const offset = this.#random.once(12) ? this.#random.below(40) - 2 : this.#random.below(16 - width + 1);
    const dst = this.#random.below(10);
    if (this.#random.once(5)) {
      const index = this.#bounded();
      const moved = this.#random.below(10);
      if (moved === index) return;
      this.#code.emit(0xbf, moved, pointer);
      this.#code.emit(0x0f, moved, index);
      this.#code.emit(0x61 | size, dst, moved, 0);
      this.#set(moved, "nothing");
      this.#set(dst, "number");
    } else if (this.#random.once(3)) this.#code.emit(0x63 | size, pointer, this.#number(), offset);
    else {
      this.#code.emit((width < 8 && this.#random.once(3) ? 0x81 : 0x61) | size, dst, pointer, offset);
      this.#set(dst, "number");
    }
  }

  #memory(register: number, sizeRegister: number): void {
    const size = this.#random.pick([0, 1, 2, 4, 8, 8, 12, 16]);
    const offset = -8 * (2 + this.#random.below(6));
    if (!this.#random.once(5)) {
      this.#code.emit(0x7a, R10, 0, offset, this.#constant());
      this.#code.emit(0x7a, R10, 0, offset + 8, this.#constant());
    }
    const value = this.#random.once(4) ? this.#holding("value") : undefined;
    if (value !== undefined && value > 5) this.#code.emit(0xbf, register, value);
    else {
      this.#code.emit(0xbf, register, R10);
      this.#code.emit(0x07, register, 0, 0, offset);
    }
    this.#code.emit(0xb7, sizeRegister, 0, 0, size);
  }

  #helper(): void {
    const id = this.#random.pick([2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 22, 23, 24, 25, 29, 5, ADJUST_HEAD]);
    if (id === 5) {
      const context = this.#holding("ctx");
      if (context === undefined) return;
      if (context !== 1) this.#code.emit(0xbf, 1, context);
      this.#code.emitWide(2, 1, PROGRAM_MAP, 0);
      this.#code.emit(0xb7, 3, 0, 0, this.#random.below(3));
    } else if (id === ADJUST_HEAD) {
      const context = this.#holding("ctx");
      if (context === undefined || this.#shape.section !== "xdp") return;
      if (context !== 1) this.#code.emit(0xbf, 1, context);
      this.#code.emit(0xb7, 2, 0, 0, this.#random.pick([-8, 4, 14, 100]));
    } else if (id === 12 || id === 13) {
      this.#memory(1, 2);
      this.#code.emit(0xb7, 3, 0, 0, this.#constant());
    } else if (id === 2 || id === 3) {
      const map = this.#random.pick([ARRAY_MAP, HASH_MAP]);
      const key = this.#key(map);
      const value = -8 * (4 + this.#random.below(4));
      for (let at = 0; at < (VALUE_BYTES[map] ?? 0); at += 8) this.#code.emit(0x7a, R10, 0, value + at, at);
      this.#code.emitWide(1, 1, map, 0);
      this.#code.emit(0xbf, 2, R10);
      this.#code.emit(0x07, 2, 0, 0, key);
      this.#code.emit(0xbf, 3, R10);
      this.#code.emit(0x07, 3, 0, 0, value);
      this.#code.emit(0xb7, 4, 0, 0, 0);
    } else if (id === 11) {
      this.#code.emitWide(1, 1, HASH_MAP, 0);
      this.#memory(2, 3);
      this.#code.emit(0xb7, 4, 0, 0, 0);
    } else if (id === 24) {
      this.#memory(1, 2);
      this.#code.emit(0xb7, 3, 0, 0, this.#random.below(256));
    } else if (id === 29) this.#memory(1, 2);
    else if (id > 9) {
      this.#memory(1, 2);
      this.#memory(3, 4);
      this.#code.emit(0xb7, 5, 0, 0, this.#random.below(9));
    }
    this.#code.emit(0x85, 0, 0, 0, id);
    this.#scratch();
  }

  #move(): void {
    const source = this.#random.once(20)
      ? this.#random.below(11)
      : (this.#holding(this.#random.pick(["value", "ctx", "number", "stack", "maybe-value"])) ?? R10);
    const dst = this.#random.below(10);
    if (this.#random.once(4)) {
      const offset = -8 * (1 + this.#random.below(8));
      this.#code.emit(0x7b, R10, source, offset);
      this.#code.emit(0x79, dst, R10, offset);
    } else this.#code.emit(0xbf, dst, source);
    this.#set(dst, this.#beliefs[source] ?? "nothing");
  }

  #atomic(): void {
    const wide = this.#random.once(2) ? 0xdb : 0xc3;
    const operation = this.#random.pick([0x00, 0x01, 0x40, 0x41, 0x50, 0x51, 0xa0, 0xa1, 0xe1, 0xf1]);
    const pointer = this.#random.once(2) ? this.#holding("value") : undefined;
    const offset = -8 * (1 + this.#random.below(8));
    const source = this.#number();
    if (pointer === undefined) this.#code.emit(wide, R10, source, offset, operation);
    else this.#code.emit(wide, pointer, source, 8 * this.#random.below(2), operation);
  }

  #condition(place: Place): void {
    const wide = this.#random.once(3) ? 0x06 : 0x05;
    const operation = this.#random.pick(COMPARE);
    const left = this.#number();
    if (this.#random.once(3)) this.#code.jump(operation | 0x08 | wide, place, left, this.#number());
    else this.#code.jump(operation | wide, place, left, 0, this.#constant());
  }

  /** A block on a copy of what is believed; what differs afterwards is believed no more. */
  #block(count: number, nesting: number, depth: number): void {
    const before = [...this.#beliefs];
    this.#statements(count, nesting + 1, depth);
    this.#beliefs = this.#beliefs.map((belief, register) => (belief === before[register] ? belief : "nothing"));
  }

  #branch(nesting: number, depth: number): void {
    if (nesting > DEPTH) return;
    const [other, out] = [this.#code.place(), this.#code.place()];
    this.#condition(other);
    this.#block(this.#random.below(4), nesting, depth);
    const hasElse = this.#random.once(2);
    if (hasElse) this.#code.jump(0x05, out);
    this.#code.put(other);
    if (hasElse) this.#block(this.#random.below(4), nesting, depth);
    this.#code.put(out);
  }

  #loop(nesting: number, depth: number): void {
    if (nesting > 1 || this.#random.once(2)) return;
    const counter = this.#random.pick([6, 7, 8, 9]);
    const limit = this.#random.pick([1, 2, 3, 4, 8, 16, 100, 4096]);
    this.#code.emit(0xb7, counter, 0, 0, 0);
    this.#set(counter, "number");
    const head = this.#code.here();
    const before = [...this.#beliefs];
    this.#beliefs = this.#beliefs.map((belief) => (belief === "value" || this.#random.once(2) ? belief : "nothing"));
    this.#statements(this.#random.below(4), nesting + 1, depth);
    this.#code.emit(0x07, counter, 0, 0, this.#random.once(10) ? 2 : 1);
    const opcode = this.#random.pick([0xa5, 0xa5, 0xa5, 0xc5, 0x55, 0xa6, 0xb5]);
    this.#code.jump(opcode, head, counter, 0, limit);
    this.#beliefs = this.#beliefs.map((belief, register) => (belief === before[register] ? belief : "nothing"));
    this.#set(counter, "number");
  }

  #callFunction(depth: number): void {
    if (depth > 2 || this.#functions.length > 3) return;
    for (let register = 1; register <= 5; register++) {
      if (this.#random.once(2)) this.#code.emit(0xb7, register, 0, 0, this.#constant());
      else if (this.#beliefs[register] !== "number") this.#code.emit(0xb7, register, 0, 0, 0);
    }
    const known = this.#functions.filter((callee) => callee.depth > depth);
    const reused = this.#random.once(3) ? known[0] : undefined;
    const place = reused?.place ?? this.#code.place();
    if (reused === undefined) this.#functions.push({ place, depth: depth + 1 });
    this.#code.call(place);
    this.#scratch();
  }

  /** Code that must not be reached, behind a condition that may or may not hold. */
  #trap(): void {
    if (!this.#random.once(4)) return;
    const out = this.#code.place();
    this.#condition(out);
    const register = this.#random.below(10);
    this.#code.emit(0xb7, register, 0, 0, 0);
    this.#code.emit(0x79, R0, register, 0);
    this.#code.put(out);
    this.#set(register, "nothing");
    if (this.#random.once(2)) {
      this.#code.emit(0xb7, R0, 0, 0, 0);
      this.#set(R0, "number");
    } else this.#set(R0, "nothing");
  }
}

/** The random program of a seed. */
export function randomProgram(seed: number): RandomProgram {
  return new Generator(seed).run();
}
