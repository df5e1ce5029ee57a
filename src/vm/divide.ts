/*
 * 64-bit division on 32-bit halves. Division by zero gives 0, remainder by zero leaves the dividend (RFC 9669
 * section 4.1); the most negative number divided by -1 is itself, remainder 0.
 */

import { HIGH } from "./register.ts";

const WORD = 0x1_0000_0000;

/** Quotient and remainder of the last unsigned division, halves: [quotient low, high, remainder low, high]. */
type Result = Int32Array;

function small(result: Result, x: number, y: number): void {
  // Below 2^53 the remainder of doubles is exact, and so is the division of a multiple.
  const remainder = x % y;
  const quotient = (x - remainder) / y;
  result[0] = quotient;
  result[1] = quotient / WORD;
  result[2] = remainder;
  result[3] = remainder / WORD;
}

/** Long division by one 32-bit digit, in steps of 32, 16 and 16 bits so that each partial dividend is below 2^48. */
function byWord(result: Result, low: number, high: number, divisor: number): void {
  const top = Math.floor(high / divisor);
  const middle = (high % divisor) * 0x1_0000 + Math.floor(low / 0x1_0000);
  const upper = Math.floor(middle / divisor);
  const bottom = (middle % divisor) * 0x1_0000 + (low % 0x1_0000);
  const lower = Math.floor(bottom / divisor);
  result[0] = (upper << 16) | lower;
  result[1] = top;
  result[2] = bottom % divisor;
  result[3] = 0;
}

/** Divisor of 2^32 or more: the quotient fits 32 bits, and one from doubles is at most 1 off. */
function byLong(result: Result, low: number, high: number, divisorLow: number, divisorHigh: number): void {
  const estimate = Math.floor((high * WORD + low) / (divisorHigh * WORD + divisorLow));
  let quotient = Math.max(estimate - 1, 0);
  const product = quotient >>> 0;
  // remainder = dividend - quotient * divisor, modulo 2^64: never negative, for the quotient is not too high.
  const p0 = (product & 0xffff) * divisorLow;
  const p1 = (product >>> 16) * divisorLow;
  const sum = p0 + (p1 % 0x1_0000) * 0x1_0000;
  const productHigh = Math.floor(p1 / 0x1_0000) + Math.floor(sum / WORD);
  let remainderLow = low - (sum % WORD);
  let remainderHigh = (high - productHigh - Math.imul(product, divisorHigh)) | 0;
  if (remainderLow < 0) {
    remainderLow += WORD;
    remainderHigh -= 1;
  }
  let top = remainderHigh >>> 0;
  while (top > divisorHigh || (top === divisorHigh && remainderLow >= divisorLow)) {
    remainderLow -= divisorLow;
    top -= divisorHigh;
    if (remainderLow < 0) {
      remainderLow += WORD;
      top -= 1;
    }
    quotient += 1;
  }
  result[0] = quotient;
  result[1] = 0;
  result[2] = remainderLow;
  result[3] = top;
}

/** Unsigned; the divisor is not zero. All arguments are halves as unsigned numbers. */
function unsigned(low: number, high: number, divisorLow: number, divisorHigh: number): Result {
  const result = new Int32Array(4);
  if (high < 0x20_0000 && divisorHigh < 0x20_0000) {
    small(result, high * WORD + low, divisorHigh * WORD + divisorLow);
  } else if (divisorHigh === 0) {
    byWord(result, low, high, divisorLow);
  } else {
    byLong(result, low, high, divisorLow, divisorHigh);
  }
  return result;
}

/** Register `d` becomes its unsigned quotient by the divisor, given as halves. */
export function divide(r: Int32Array, d: number, low: number, high: number): void {
  if ((low | high) === 0) {
    r[d] = 0;
    r[d + HIGH] = 0;
  } else if ((r[d + HIGH] | high) === 0) {
    r[d] = (r[d] >>> 0) / (low >>> 0);
  } else {
    const result = unsigned(r[d] >>> 0, r[d + HIGH] >>> 0, low >>> 0, high >>> 0);
    r[d] = result[0];
    r[d + HIGH] = result[1];
  }
}

/** Register `d` becomes its unsigned remainder by the divisor. */
export function modulo(r: Int32Array, d: number, low: number, high: number): void {
  if ((low | high) === 0) return;
  if ((r[d + HIGH] | high) === 0) {
    r[d] = (r[d] >>> 0) % (low >>> 0);
  } else {
    const result = unsigned(r[d] >>> 0, r[d + HIGH] >>> 0, low >>> 0, high >>> 0);
    r[d] = result[2];
    r[d + HIGH] = result[3];
  }
}

function negate(r: Int32Array, d: number): void {
  r[d + HIGH] = ~r[d + HIGH] + (r[d] === 0 ? 1 : 0);
  r[d] = -r[d];
}

/** Runs an unsigned operation on magnitudes; `|-2^63|` is right as an unsigned number. */
function onMagnitudes(
  operation: typeof divide,
  r: Int32Array,
  d: number,
  low: number,
  high: number,
  negative: boolean,
): void {
  if (r[d + HIGH] < 0) negate(r, d);
  const flip = high < 0;
  operation(r, d, flip ? -low | 0 : low, flip ? (~high + (low === 0 ? 1 : 0)) | 0 : high);
  if (negative) negate(r, d);
}

/** Register `d` becomes its signed quotient, rounded towards zero. */
export function divideSigned(r: Int32Array, d: number, low: number, high: number): void {
  onMagnitudes(divide, r, d, low, high, (r[d + HIGH] ^ high) < 0);
}

/** Register `d` becomes its signed remainder, which has the dividend's sign. */
export function moduloSigned(r: Int32Array, d: number, low: number, high: number): void {
  onMagnitudes(modulo, r, d, low, high, r[d + HIGH] < 0);
}
