/**
 * A 64-bit value within one round of a loop: multiples of what registers hold when the round begins, plus a constant,
 * modulo 2^64.
 */
export interface Linear {
  /** Coefficients by register, none of them 0; r10 where its value is not known. */
  readonly terms: ReadonlyMap<number, number>;
  readonly constant: number;
  /** What has to hold in every round for the value to be that. */
  readonly needs: readonly Need[];
}

/** A value that has to be below `limit`, as an unsigned number. */
export interface Need {
  readonly value: Linear;
  readonly limit: number;
}

/** A value with more needs than this is not worth asking for. */
const MOST_NEEDS = 8;
const NONE: ReadonlyMap<number, number> = new Map();
const WORD = 2 ** 32;

export function constantOf(value: number): Linear {
  return { terms: NONE, constant: value, needs: [] };
}

export function registerOf(r: number): Linear {
  return { terms: new Map([[r, 1]]), constant: 0, needs: [] };
}

/** `left + right * factor`; undefined where numbers get too large to reason about. */
export function combine(left: Linear, right: Linear, factor: number): Linear | undefined {
  const terms = new Map(left.terms);
  for (const [r, coefficient] of right.terms) {
    const sum = (terms.get(r) ?? 0) + coefficient * factor;
    if (sum === 0) terms.delete(r);
    else terms.set(r, sum);
  }
  const constant = left.constant + right.constant * factor;
  const isExact = Number.isSafeInteger(constant) && [...terms.values()].every((value) => Number.isSafeInteger(value));
  const needs = unite(left.needs, right.needs);
  return isExact && needs.length <= MOST_NEEDS ? { terms, constant, needs } : undefined;
}

function unite(left: readonly Need[], right: readonly Need[]): readonly Need[] {
  if (left.length === 0 || right.length === 0) return left.length === 0 ? right : left;
  return [...new Set([...left, ...right])];
}

export function scale(value: Linear, factor: number): Linear | undefined {
  return combine(constantOf(0), value, factor);
}

/** The low 32 bits of a value: itself, as long as it has no others. */
export function lowHalf(value: Linear): Linear | undefined {
  if (value.terms.size > 0) return { ...value, needs: [...value.needs, { value, limit: WORD }] };
  return value.constant >= -WORD && value.constant < WORD
    ? { ...value, constant: value.constant < 0 ? value.constant + WORD : value.constant }
    : undefined;
}

/** What a logical shift to the right by 32 leaves of a value that was shifted to the left by as much. */
export function upperHalf(value: Linear): Linear | undefined {
  const isMultiple = value.constant % WORD === 0 && [...value.terms.values()].every((factor) => factor % WORD === 0);
  const divided = isMultiple ? scale(value, 1 / WORD) : undefined;
  return divided === undefined ? undefined : lowHalf(divided);
}

/** True for the same multiples of the same registers. */
export function sameTerms(left: Linear, right: Linear): boolean {
  if (left.terms.size !== right.terms.size) return false;
  for (const [r, coefficient] of left.terms) if (right.terms.get(r) !== coefficient) return false;
  return true;
}

/** The value if both are the same. */
export function meet(left: Linear | undefined, right: Linear | undefined): Linear | undefined {
  if (left === right || left === undefined || right === undefined) return left === right ? left : undefined;
  if (left.constant !== right.constant || !sameTerms(left, right)) return undefined;
  const needs = unite(left.needs, right.needs);
  return needs.length <= MOST_NEEDS ? { ...left, needs } : undefined;
}
