import type { Node } from "../cfg/index.ts";
import { compute, type Operation } from "./concrete.ts";
import { between, constantOf, only, type Range } from "./range.ts";
import { applied } from "./range-operations.ts";

/** A number of which nothing but its size is known: loaded from memory, or a helper's result. */
export interface Leaf {
  readonly kind: "leaf";
  readonly id: number;
  readonly range: Range;
  readonly depth: 0;
  /** Where it is read or returned; undefined where it only stands for what was forgotten. */
  readonly node: Node | undefined;
}

export interface Computed {
  readonly kind: "computed";
  readonly id: number;
  readonly operation: Operation;
  readonly left: Term;
  readonly right: Term;
  readonly is64: boolean;
  /** Where it was computed for the first time. */
  readonly node: Node;
  /** Without what paths know. */
  readonly range: Range;
  readonly depth: number;
}

export interface Constant {
  readonly kind: "constant";
  readonly id: number;
  readonly value: bigint;
  readonly range: Range;
  readonly depth: 0;
}

/** A 64-bit number as what it was computed from. Equal terms are one object. */
export type Term = Leaf | Computed | Constant;

/** Of what is computed from more than that, the origin is forgotten. */
const DEEPEST = 64;

const LOW_HALF = 0xffff_ffffn;

/** All terms of one walk. */
export class Terms {
  readonly #known = new Map<string, Term>();
  #next = 0;

  constant(value: bigint): Constant {
    const bits = BigInt.asUintN(64, value);
    const key = `#${bits}`;
    const known = this.#known.get(key);
    if (known?.kind === "constant") return known;
    const term: Constant = { kind: "constant", id: this.#next++, value: bits, range: only(bits), depth: 0 };
    this.#known.set(key, term);
    return term;
  }

  leaf(max: bigint, node?: Node): Leaf {
    return { kind: "leaf", id: this.#next++, range: between(0n, max), depth: 0, node };
  }

  /** `node`: where it is computed. */
  computed(operation: Operation, left: Term, right: Term, is64: boolean, node: Node): Term {
    const simple = this.#simplified(operation, left, right, is64, node);
    if (simple !== undefined) return simple;
    const key = `${operation} ${left.id} ${right.id} ${is64}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const range = applied(operation, left.range, right.range, is64);
    const depth = 1 + Math.max(left.depth, right.depth);
    const id = this.#next++;
    const term: Term =
      depth > DEEPEST
        ? { kind: "leaf", id, range, depth: 0, node: undefined }
        : { kind: "computed", id, operation, left, right, is64, node, range, depth };
    this.#known.set(key, term);
    return term;
  }

  lowHalf(term: Term, node: Node): Term {
    return this.computed("and", term, this.constant(LOW_HALF), true, node);
  }

  /** Forms that compilers write for what is simpler, so that what is known of the one is known of the other. */
  #simplified(operation: Operation, left: Term, right: Term, is64: boolean, node: Node): Term | undefined {
    const [a, b] = [constantOf(left.range), constantOf(right.range)];
    if (a !== undefined && b !== undefined) return this.constant(compute(operation, a, b, is64));
    const sign = SIGN_BITS.get(operation);
    if (sign !== undefined) return right.range.max < 1n << sign ? right : undefined;
    if (b === undefined) return undefined;
    if (operation === "and" && is64 && isMask(b) && left.range.max <= b) return left;
    if (b === 0n && (operation === "add" || operation === "sub" || operation === "or") && fits(left, is64)) return left;
    // (x << 32) >> 32
    if (operation === "rsh" && is64 && b === 32n && left.kind === "computed" && left.operation === "lsh" && left.is64) {
      if (constantOf(left.right.range) === 32n) return this.lowHalf(left.left, node);
    }
    // (x << 32) >> 32 with sign
    if (
      operation === "arsh" &&
      is64 &&
      b === 32n &&
      left.kind === "computed" &&
      left.operation === "lsh" &&
      left.is64
    ) {
      if (constantOf(left.right.range) === 32n) return this.computed("movsx32", left.left, left.left, true, node);
    }
    // x - c is x + (-c), and (x + c) + d is x + (c + d)
    if (operation === "sub") return this.computed("add", left, this.constant(-b), is64, node);
    if (operation === "add" && left.kind === "computed" && left.operation === "add" && left.is64 === is64) {
      const inner = constantOf(left.right.range);
      if (inner !== undefined) return this.computed("add", left.left, this.constant(inner + b), is64, node);
    }
    return undefined;
  }
}

/** Place of the sign, in what the low bits are read as. */
const SIGN_BITS: ReadonlyMap<Operation, bigint> = new Map([
  ["movsx8", 7n],
  ["movsx16", 15n],
  ["movsx32", 31n],
]);

const isMask = (value: bigint): boolean => (value & (value + 1n)) === 0n;

const fits = (term: Term, is64: boolean): boolean => is64 || term.range.max <= LOW_HALF;

/** The leaves that a term is made of. */
export function leavesOf(term: Term, found = new Set<Leaf>(), seen = new Set<Term>()): Set<Leaf> {
  if (seen.has(term)) return found;
  seen.add(term);
  if (term.kind === "leaf") found.add(term);
  if (term.kind === "computed") {
    leavesOf(term.left, found, seen);
    leavesOf(term.right, found, seen);
  }
  return found;
}

/** The computed terms that a term is made of, itself included. */
export function computedIn(term: Term, found = new Set<Computed>()): Set<Computed> {
  if (term.kind !== "computed" || found.has(term)) return found;
  found.add(term);
  computedIn(term.left, found);
  computedIn(term.right, found);
  return found;
}
