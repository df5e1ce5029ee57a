import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";

const doesNotFit = (value: unknown, name: string): CodecError => {
  const integer = typeof value === "bigint" || Number.isInteger(value);
  return new CodecError(
    integer ? `${describe(value)} does not fit in ${name}` : `${name} takes an integer, not ${describe(value)}`,
  );
};

/**
 * `value` as a number from `min` to `max`, both within 2^53. A bigint is taken as well: which of the two a caller has
 * at hand changes nothing of what is written.
 */
export function numberInRange(value: unknown, min: number, max: number, name: string): number {
  const number = typeof value === "bigint" && value >= min && value <= max ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) return number;
  throw doesNotFit(value, name);
}

/** `value` as a bigint from `min` to `max`. A number is taken where it is exact (a safe integer). */
export function bigintInRange(value: unknown, min: bigint, max: bigint, name: string): bigint {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new CodecError(`${value} is beyond 2^53, where numbers are not exact: give ${name} a bigint`);
  }
  const wide = Number.isSafeInteger(value) ? BigInt(Number(value)) : value;
  if (typeof wide === "bigint" && wide >= min && wide <= max) return wide;
  throw doesNotFit(value, name);
}
