import {
  type Integer,
  Interval,
  signExtend,
  signedRange,
  unsignedRange,
  type Variable,
  type Views,
  type Zone,
  zeroExtend,
} from "../domain/index.ts";

/** Width in bits of an operation; 0: mathematical integers, nothing wraps. */
export type Width = 0 | 32 | 64;

/** A view as an operation of the given width reads it. */
export function readAs(zone: Zone, variable: Variable, width: Width): Interval {
  const interval = zone.interval(variable);
  if (width === 0) return interval;
  return zone.space.isUnsigned(variable) ? interval.zeroExtend(width) : interval.signExtend(width);
}

/**
 * Brings a variable back into its width. Results of narrow operations are zero-extended in both views, so that they agree; a
 * range that wraps in the middle is forgotten.
 */
export function wrap(zone: Zone, variable: Variable, width: number, signed: boolean): void {
  if (zone.isBottom) return;
  const interval = zone.interval(variable);
  if (interval.size >= unsignedRange(width).size) {
    zone.havoc(variable);
    return;
  }
  const lower = wrapped(interval.lower, width, signed);
  const upper = wrapped(interval.upper, width, signed);
  if (lower > upper) {
    zone.havoc(variable);
  } else if (lower !== interval.lower || upper !== interval.upper) {
    zone.set(variable, Interval.of(lower, upper));
  }
}

function wrapped(value: Integer, width: number, signed: boolean): Integer {
  const low = zeroExtend(value, width);
  return signed ? signExtend(low, 64) : low;
}

function wrapBoth(zone: Zone, views: Views, width: number): void {
  wrap(zone, views.signed, width, true);
  wrap(zone, views.unsigned, width, false);
}

/** After the signed view was computed: the unsigned one is the same number, up to wrapping. */
export function followSigned(zone: Zone, views: Views, width: Width): void {
  if (width === 0) return;
  zone.assignCopy(views.unsigned, views.signed);
  wrapBoth(zone, views, width);
}

/** After the unsigned view was computed: the signed one is the same number, up to wrapping. */
export function followUnsigned(zone: Zone, views: Views, width: Width): void {
  if (width === 0) return;
  zone.assignCopy(views.signed, views.unsigned);
  wrapBoth(zone, views, width);
}

/** The signed view := `result`; the unsigned one follows. Nothing is known if the result is empty: that means it was not found. */
export function assignSigned(zone: Zone, views: Views, result: Interval, width: Width): void {
  if (result.isBottom) {
    havocBoth(zone, views);
    return;
  }
  zone.set(views.signed, result);
  followSigned(zone, views, width);
}

/** The unsigned view := `result`; the signed one follows. Nothing is known if the result is empty. */
export function assignUnsigned(zone: Zone, views: Views, result: Interval, width: Width): void {
  if (result.isBottom) {
    havocBoth(zone, views);
    return;
  }
  zone.set(views.unsigned, result);
  followUnsigned(zone, views, width);
}

export function havocBoth(zone: Zone, views: Views): void {
  zone.havoc(views.signed);
  zone.havoc(views.unsigned);
}

/** The low `source` bits of a register, sign-extended to `target` bits. */
export function signExtendTo(zone: Zone, views: Views, from: Variable, target: Width, source: number): void {
  if (zone.isBottom) return;
  assignSigned(zone, views, zone.interval(from).signExtend(source), target);
}

/** Whether a signed view is certainly a sign-extended number of `width` bits. */
export function fitsSigned(zone: Zone, variable: Variable, width: number): boolean {
  return zone.interval(variable).isWithin(signedRange(width));
}
