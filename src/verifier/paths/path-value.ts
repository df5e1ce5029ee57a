import type { Term, Terms } from "./term.ts";

/** What a pointer points into. */
export type Region =
  | { readonly kind: "context" }
  | { readonly kind: "stack" }
  /** `size`: a leaf, the packet's length; another one after each call that moves the packet. */
  | { readonly kind: "packet"; readonly size: Term }
  /** Each lookup's result is a region of its own. */
  | { readonly kind: "value"; readonly size: number; readonly isNullable: boolean; readonly lookup: number };

export type PathValue =
  | { readonly kind: "number"; readonly term: Term }
  /** Bytes from the start of the region; of the stack, from its bottom. */
  | { readonly kind: "pointer"; readonly region: Region; readonly offset: Term }
  | { readonly kind: "map"; readonly fd: number }
  /** Anything, or nothing at all. */
  | { readonly kind: "unknown" };

export const UNKNOWN: PathValue = { kind: "unknown" };

/** A value read as a number: what is no number may be any. */
export function asNumber(value: PathValue, terms: Terms): Term {
  return value.kind === "number" ? value.term : terms.leaf((1n << 64n) - 1n);
}

interface Cell {
  readonly width: number;
  readonly value: PathValue;
}

const CALLEE_SAVED = [6, 7, 8, 9] as const;

/** Registers, stack and functions entered on one path. */
export class PathState {
  readonly registers: PathValue[];
  /** By its first byte, counted from the stack's bottom. */
  readonly #cells: Map<number, Cell>;
  readonly #saved: (readonly PathValue[])[];

  constructor(from?: PathState) {
    this.registers = from === undefined ? Array.from({ length: 12 }, () => UNKNOWN) : [...from.registers];
    this.#cells = new Map(from === undefined ? [] : from.#cells);
    this.#saved = from === undefined ? [] : [...from.#saved];
  }

  get(register: number): PathValue {
    return this.registers[register] ?? UNKNOWN;
  }

  set(register: number, value: PathValue): void {
    this.registers[register] = value;
  }

  /** r1 to r5 may hold anything after a call. */
  scratch(): void {
    for (let register = 1; register <= 5; register++) this.set(register, UNKNOWN);
  }

  forgetStack(): void {
    this.#cells.clear();
  }

  store(at: number, width: number, value: PathValue): void {
    for (const [start, cell] of this.#cells) {
      if (start < at + width && at < start + cell.width) this.#cells.delete(start);
    }
    this.#cells.set(at, { width, value });
  }

  /** What a store of the same place and width left, undefined if there is none. */
  load(at: number, width: number): PathValue | undefined {
    const cell = this.#cells.get(at);
    return cell?.width === width ? cell.value : undefined;
  }

  enter(): void {
    this.#saved.push(CALLEE_SAVED.map((register) => this.get(register)));
  }

  leave(): void {
    const saved = this.#saved.pop() ?? [];
    CALLEE_SAVED.forEach((register, at) => {
      this.set(register, saved[at] ?? UNKNOWN);
    });
    this.scratch();
  }

  /** Replaces each value, wherever it is kept. */
  replace(change: (value: PathValue) => PathValue): void {
    this.registers.forEach((value, register) => {
      this.set(register, change(value));
    });
    for (const [start, cell] of this.#cells) this.#cells.set(start, { ...cell, value: change(cell.value) });
    this.#saved.forEach((values, at) => {
      this.#saved[at] = values.map(change);
    });
  }
}
