import { forms } from "../../../isa/index.ts";
import type { Instruction } from "../../../spec/index.ts";
import type { Graph, Node } from "./graph.ts";
import type { Source } from "./source.ts";

const REGISTERS = 11;

/** What an instruction computes from a value that was kept before an earlier one changed it. */
export interface Idiom {
  /** Number of the local that keeps it. */
  readonly kept: number;
  /** `rotate`: to the left. `zero-extend`, `sign-extend`: of its lowest `amount` bits. */
  readonly operation: "rotate" | "zero-extend" | "sign-extend";
  readonly width: number;
  readonly amount: number;
}

/** What several instructions together amount to, which WebAssembly says in one; by position. */
export interface Idioms {
  /** Instructions before which their destination is kept, and in which local. */
  readonly keeps: ReadonlyMap<number, number>;
  readonly results: ReadonlyMap<number, Idiom>;
  /** Number of locals. */
  readonly locals: number;
}

/** A value as a shift of another, by a constant. */
interface Shift {
  readonly operation: "lsh" | "rsh";
  readonly width: number;
  readonly of: number;
  readonly amount: number;
  readonly position: number;
}

interface Found {
  readonly at: number;
  readonly from: number;
  readonly idiom: Omit<Idiom, "kept">;
}

const NONE: readonly Found[] = [];

/** By form: 1 for shifts by a constant. */
const isShift = Uint8Array.from(forms, ({ operation, source }) =>
  source === "k" && (operation === "lsh" || operation === "rsh" || operation === "arsh") ? 1 : 0,
);

/**
 * Finds rotations (eBPF has none: compilers shift either way and combine) and extensions (two shifts), block by block.
 * The shifts stay; V8 leaves them out where nothing else wants them.
 */
class Finder {
  readonly #source: Source;
  /** Number of the value in each register, all 64 bits and the low 32. */
  readonly #wide = new Int32Array(REGISTERS);
  readonly #narrow = new Int32Array(REGISTERS);
  readonly #shifts = new Map<number, Shift>();
  #next = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  search({ block, position: first }: Node): readonly Found[] {
    if (!this.#hasTwoShifts(block)) return NONE;
    const found: Found[] = [];
    this.#shifts.clear();
    for (let r = 0; r < REGISTERS; r++) this.#define(r);
    for (let index = block.start; index < block.end; index++) {
      const { kind, fields, operation } = this.#source.forms[index];
      const instruction = this.#source.instructions[index];
      if (kind === "alu") {
        const idiom = this.#arithmetic(index, first + index - block.start);
        if (idiom !== undefined) found.push(idiom);
      } else if (kind === "call") {
        for (let r = 0; r < REGISTERS; r++) this.#define(r);
      } else {
        if (fields.dst === "write" || fields.dst === "read-write") this.#define(instruction.dst);
        if (fields.src === "read-write") this.#define(instruction.src);
        if (operation === "cmpxchg") this.#define(0);
      }
    }
    return found;
  }

  #hasTwoShifts({ start, end }: Node["block"]): boolean {
    const { rows } = this.#source;
    let shifts = 0;
    for (let index = start; index < end && shifts < 2; index++) shifts += isShift[rows[index]];
    return shifts === 2;
  }

  #define(r: number): void {
    this.#wide[r] = this.#next++;
    this.#narrow[r] = this.#next++;
  }

  #arithmetic(index: number, position: number): Found | undefined {
    const { operation, width, source } = this.#source.forms[index];
    const instruction = this.#source.instructions[index];
    const { dst, src } = instruction;
    if (operation === "mov" && source === "x") {
      const narrow = this.#narrow[src];
      const wide = width === 64 ? this.#wide[src] : this.#next++;
      this.#wide[dst] = wide;
      this.#narrow[dst] = narrow;
      return undefined;
    }
    const shifts = isShift[this.#source.rows[index]] === 1;
    const found = shifts
      ? this.#extension(instruction, operation, width, position)
      : source === "x" && (operation === "or" || operation === "add" || operation === "xor")
        ? this.#rotation(instruction, width, position)
        : undefined;
    const of = width === 64 ? this.#wide[dst] : this.#narrow[dst];
    this.#define(dst);
    if (shifts && (operation === "lsh" || operation === "rsh")) {
      const amount = instruction.imm & (width - 1);
      const result = width === 64 ? this.#wide[dst] : this.#narrow[dst];
      this.#shifts.set(result, { operation, width, of, amount, position });
    }
    return found;
  }

  #shiftOf(r: number, width: number): Shift | undefined {
    const shift = this.#shifts.get(width === 64 ? this.#wide[r] : this.#narrow[r]);
    return shift?.width === width ? shift : undefined;
  }

  #extension({ dst, imm }: Instruction, operation: string, width: number, position: number): Found | undefined {
    const shift = this.#shiftOf(dst, width);
    const amount = width - (imm & (width - 1));
    if (operation === "lsh" || width !== 64 || shift?.operation !== "lsh") return undefined;
    if (shift.amount !== width - amount || (amount !== 8 && amount !== 16 && amount !== 32)) return undefined;
    const extension = operation === "rsh" ? "zero-extend" : "sign-extend";
    return { at: position, from: shift.position, idiom: { operation: extension, width, amount } };
  }

  #rotation({ dst, src }: Instruction, width: number, position: number): Found | undefined {
    const one = this.#shiftOf(dst, width);
    const other = this.#shiftOf(src, width);
    if (one === undefined || other === undefined || one.of !== other.of || one.operation === other.operation) return;
    const { amount } = one.operation === "lsh" ? one : other;
    if (amount === 0 || one.amount + other.amount !== width) return undefined;
    const from = Math.max(one.position, other.position);
    return { at: position, from, idiom: { operation: "rotate", width, amount } };
  }
}

/** Gives what is kept its locals: the same again once nothing needs it any more. */
function allocate(all: readonly Found[], keeps: Map<number, number>): number {
  const ends = new Map<number, number>();
  for (const { from, at } of all) ends.set(from, Math.max(at, ends.get(from) ?? 0));
  const busy: number[] = [];
  for (const [from, end] of [...ends].sort(([a], [b]) => a - b)) {
    const vacant = busy.findIndex((until) => until <= from);
    const local = vacant === -1 ? busy.length : vacant;
    busy[local] = end;
    keeps.set(from, local);
  }
  return busy.length;
}

export function findIdioms(source: Source, { nodes }: Graph): Idioms {
  const finder = new Finder(source);
  const keeps = new Map<number, number>();
  const results = new Map<number, Idiom>();
  let locals = 0;
  for (const node of nodes) {
    const found = finder.search(node);
    if (found.length === 0) continue;
    locals = Math.max(locals, allocate(found, keeps));
    for (const { at, from, idiom } of found) results.set(at, { ...idiom, kept: keeps.get(from) ?? 0 });
  }
  return { keeps, results, locals };
}
