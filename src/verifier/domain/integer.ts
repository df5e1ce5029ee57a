import type { Integer } from "../ir/index.ts";

/**
 * Exact integers: a `number` while the magnitude stays below 2^53, a `bigint` beyond. The form is canonical, so that `===`
 * and the relational operators compare values. The infinities are numbers and stand for "no bound".
 */
export type { Integer };

const LARGEST = Number.MAX_SAFE_INTEGER;
const LARGEST_BIG = BigInt(LARGEST);

export const UINT64_MAX: Integer = 2n ** 64n - 1n;
export const INT64_MAX: Integer = 2n ** 63n - 1n;
export const INT64_MIN: Integer = -(2n ** 63n);
export const UINT32_MAX = 0xffff_ffff;
export const INT32_MAX = 0x7fff_ffff;
export const INT32_MIN = -0x8000_0000;

export function canonical(value: bigint): Integer {
  return value <= LARGEST_BIG && value >= -LARGEST_BIG ? Number(value) : value;
}

export function isBounded(value: Integer): boolean {
  return typeof value === "bigint" || value - value === 0;
}

export function add(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (sum <= LARGEST && sum >= -LARGEST) return sum;
  }
  return addWide(a, b);
}

function addWide(a: Integer, b: Integer): Integer {
  if (a === Infinity || a === -Infinity) return a;
  if (b === Infinity || b === -Infinity) return b;
  return canonical(BigInt(a) + BigInt(b));
}

export function negate(a: Integer): Integer {
  return typeof a === "number" ? 0 - a : canonical(-a);
}

export function subtract(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (difference <= LARGEST && difference >= -LARGEST) return difference;
  }
  return addWide(a, negate(b));
}

export function multiply(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (product <= LARGEST && product >= -LARGEST) return product + 0;
  }
  if (a === 0 || b === 0) return 0;
  if (!isBounded(a) || !isBounded(b)) return a > 0 === b > 0 ? Infinity : -Infinity;
  return canonical(BigInt(a) * BigInt(b));
}

/** Quotient of finite integers, truncated toward zero. */
export function divide(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") return Math.trunc(a / b) + 0;
  return canonical(BigInt(a) / BigInt(b));
}

/** Remainder of finite integers, with the sign of the dividend. */
export function remainder(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") return (a % b) + 0;
  return canonical(BigInt(a) % BigInt(b));
}

export function smaller(a: Integer, b: Integer): Integer {
  return less(b, a) ? b : a;
}

export function larger(a: Integer, b: Integer): Integer {
  return less(a, b) ? b : a;
}

/** `a < b`; spelt out so that hot loops compare plain numbers without a generic comparison. */
export function less(a: Integer, b: Integer): boolean {
  return typeof a === "number" && typeof b === "number" ? a < b : a < b;
}

export function magnitude(a: Integer): Integer {
  return a < 0 ? negate(a) : a;
}

const POWERS = Array.from({ length: 54 }, (_, exponent) => 2 ** exponent);

/** The low `width` bits of a finite integer, read as unsigned; `width` is 1 to 64. */
export function zeroExtend(value: Integer, width: number): Integer {
  if (typeof value === "number") {
    const modulus = POWERS[width] ?? 2 ** 64;
    if (value >= 0 && value < modulus) return value;
    if (width <= 32) return value - Math.floor(value / modulus) * modulus;
  }
  return canonical(BigInt.asUintN(width, BigInt(value)));
}

/** The low `width` bits of a finite integer, read as two's complement; `width` is 1 to 64. */
export function signExtend(value: Integer, width: number): Integer {
  if (typeof value === "number") {
    if (width >= 54) return value;
    const half = POWERS[width - 1] ?? 0;
    if (value >= -half && value < half) return value;
  }
  return canonical(BigInt.asIntN(width, BigInt(value)));
}

export function bitAnd(a: Integer, b: Integer): Integer {
  return canonical(BigInt(a) & BigInt(b));
}

export function bitOr(a: Integer, b: Integer): Integer {
  return canonical(BigInt(a) | BigInt(b));
}

export function bitXor(a: Integer, b: Integer): Integer {
  return canonical(BigInt(a) ^ BigInt(b));
}

export function shiftLeft(a: Integer, count: number): Integer {
  return canonical(BigInt(a) << BigInt(count));
}

/** Arithmetic shift: rounds toward minus infinity. */
export function shiftRight(a: Integer, count: number): Integer {
  return canonical(BigInt(a) >> BigInt(count));
}

/** For a non-negative integer, the smallest 2^n - 1 that is not below it. */
export function fillOnes(value: Integer): Integer {
  return value === 0 ? 0 : canonical((1n << BigInt(BigInt(value).toString(2).length)) - 1n);
}

export function isInt32(value: Integer): value is number {
  return typeof value === "number" && value >= INT32_MIN && value <= INT32_MAX;
}

/** `-oo` and `+oo` for the infinities, decimal digits otherwise. */
export function integerText(value: Integer): string {
  if (value === Infinity) return "+oo";
  return value === -Infinity ? "-oo" : String(value);
}
