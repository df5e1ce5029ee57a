import type { Node } from "../cfg/index.ts";
import type { ComparisonOperation } from "../ir/index.ts";
import { constantOf, MAX64, meet, type Range, rangeOf, sameRange } from "./range.ts";
import { applied } from "./range-operations.ts";
import type { Computed, Term } from "./term.ts";

/** A comparison that a path has behind it. */
export interface Fact {
  readonly operation: ComparisonOperation;
  readonly left: Term;
  readonly right: Term;
  readonly is64: boolean;
  /** The side of the jump. */
  readonly node: Node;
}

/** Facts that are looked at again when a new one comes. */
const REMEMBERED = 8;
/** Facts that are kept. */
const MOST_FACTS = 64;
/** How deep a bound is carried into what a term was computed from. */
const DEPTH = 8;

/** What one path has learnt of its numbers. */
export class PathFacts {
  readonly facts: Fact[];
  readonly #refined: Map<Term, Range>;
  #memo = new Map<Term, Range>();
  /** No execution takes this path. */
  isImpossible = false;

  constructor(from?: PathFacts) {
    this.facts = from === undefined ? [] : from.facts.slice(-MOST_FACTS);
    this.#refined = new Map(from === undefined ? [] : from.#refined);
  }

  rangeOf(term: Term): Range {
    const known = this.#memo.get(term);
    if (known !== undefined) return known;
    let range = term.range;
    if (term.kind === "computed") {
      const again = applied(term.operation, this.rangeOf(term.left), this.rangeOf(term.right), term.is64);
      range = meet(range, again) ?? range;
    }
    const refined = this.#refined.get(term);
    if (refined !== undefined) range = meet(range, refined) ?? range;
    this.#memo.set(term, range);
    return range;
  }

  learn(fact: Fact): void {
    this.facts.push(fact);
    const refined = this.#refined.size;
    const before = this.#memo;
    this.#apply(fact);
    if (this.#memo === before && this.#refined.size === refined) return;
    for (const each of this.facts.slice(-REMEMBERED, -1)) {
      if (!this.isImpossible) this.#apply(each);
    }
  }

  #apply({ operation, left, right, is64 }: Fact): void {
    const [a, b] = [this.rangeOf(left), this.rangeOf(right)];
    const narrowed = compared(operation, a, b, is64);
    if (narrowed === undefined) {
      this.isImpossible = true;
      return;
    }
    this.#refine(left, narrowed[0], DEPTH);
    this.#refine(right, narrowed[1], DEPTH);
  }

  #refine(term: Term, wanted: Range, depth: number): void {
    const before = this.rangeOf(term);
    const range = meet(before, wanted);
    if (range === undefined) {
      this.isImpossible = true;
      return;
    }
    if (sameRange(range, before)) return;
    this.#refined.set(term, range);
    this.#memo = new Map();
    if (term.kind !== "computed" || depth === 0) return;
    const below = operandRange(term, range, this.rangeOf(term.left));
    if (below !== undefined) this.#refine(term.left, below, depth - 1);
  }
}

/** What a result's range says of the left operand, where the right one is a constant. */
function operandRange({ operation, right, is64 }: Computed, result: Range, left: Range): Range | undefined {
  const constant = constantOf(right.range);
  if (constant === undefined) return undefined;
  // Of 32-bit operations the operand's high half says nothing.
  if (!is64 && left.max >> 32n !== 0n) return undefined;
  const end = is64 ? 1n << 64n : 1n << 32n;
  switch (operation) {
    case "add": {
      const min = BigInt.asUintN(is64 ? 64 : 32, result.min - constant);
      const max = min + (result.max - result.min);
      return max < end ? rangeOf(min, max) : undefined;
    }
    case "and":
      return rangeOf(0n, MAX64, result.known & constant, result.value & constant);
    case "rsh": {
      const shift = constant & (is64 ? 63n : 31n);
      return rangeOf(result.min << shift, (result.max << shift) | ((1n << shift) - 1n));
    }
    case "lsh": {
      const shift = constant & (is64 ? 63n : 31n);
      return left.max << shift < end ? rangeOf(0n, result.max >> shift) : undefined;
    }
    case "mul":
      return constant > 0n && left.max * constant < end ? rangeOf(0n, result.max / constant) : undefined;
    default:
      return undefined;
  }
}

type Pair = readonly [Range, Range];

function below(left: Range, right: Range, gap: bigint): Pair | undefined {
  const a = rangeOf(left.min, minimum(left.max, right.max - gap), left.known, left.value);
  const b = rangeOf(maximum(right.min, left.min + gap), right.max, right.known, right.value);
  return a === undefined || b === undefined ? undefined : [a, b];
}

const minimum = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const maximum = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const swap = (pair: Pair | undefined): Pair | undefined => pair && [pair[1], pair[0]];

function without(range: Range, other: Range): Range | undefined {
  const excluded = constantOf(other);
  if (excluded === undefined) return range;
  if (range.min === excluded) return rangeOf(range.min + 1n, range.max, range.known, range.value);
  return range.max === excluded ? rangeOf(range.min, range.max - 1n, range.known, range.value) : range;
}

function bitsOf(isSet: boolean, left: Range, right: Range): Range | undefined {
  const mask = constantOf(right);
  if (mask === undefined) return left;
  if (!isSet) return meet(left, { min: 0n, max: MAX64, known: mask, value: 0n });
  const isOneBit = mask !== 0n && (mask & (mask - 1n)) === 0n;
  return isOneBit ? meet(left, { min: 0n, max: MAX64, known: mask, value: mask }) : left;
}

/** `left < right` as signed numbers, or `<=` for a gap of 0. */
function signedBelow(left: Range, right: Range, gap: bigint, is64: boolean): Pair | undefined {
  const half = is64 ? 1n << 63n : 1n << 31n;
  const isNegative = (range: Range): boolean | undefined =>
    range.max < half ? false : range.min >= half ? true : undefined;
  const [a, b] = [isNegative(left), isNegative(right)];
  if (a !== undefined && a === b) return below(left, right, gap);
  if (a === false && b === true) return undefined;
  // Above a number that is not negative, or below one that is.
  if (a === false)
    return swapOrNone(
      left,
      rangeOf(maximum(right.min, left.min + gap), minimum(right.max, half - 1n), right.known, right.value),
    );
  if (b === true) {
    const narrowed = rangeOf(maximum(left.min, half), minimum(left.max, right.max - gap), left.known, left.value);
    return narrowed && [narrowed, right];
  }
  return [left, right];
}

const swapOrNone = (left: Range, right: Range | undefined): Pair | undefined => right && [left, right];

/** Both sides of a comparison that holds; undefined where it cannot. */
function compared(operation: ComparisonOperation, left: Range, right: Range, is64: boolean): Pair | undefined {
  switch (operation) {
    case "eq": {
      const both = meet(left, right);
      return both && [both, both];
    }
    case "ne": {
      if (constantOf(left) !== undefined && constantOf(left) === constantOf(right)) return undefined;
      const [a, b] = [without(left, right), without(right, left)];
      return a && b && [a, b];
    }
    case "set":
    case "nset": {
      const narrowed = bitsOf(operation === "set", left, right);
      return narrowed && [narrowed, right];
    }
    case "lt":
      return below(left, right, 1n);
    case "le":
      return below(left, right, 0n);
    case "gt":
      return swap(below(right, left, 1n));
    case "ge":
      return swap(below(right, left, 0n));
    case "slt":
      return signedBelow(left, right, 1n, is64);
    case "sle":
      return signedBelow(left, right, 0n, is64);
    case "sgt":
      return swap(signedBelow(right, left, 1n, is64));
    case "sge":
      return swap(signedBelow(right, left, 0n, is64));
  }
}
