/*
 * Atomic operations (RFC 9669 section 5.3). A run is alone with its memory, so plain loads and stores are atomic.
 * `operation` is the instruction's immediate: bits 4 to 7 as in arithmetic, bit 0 asks for the old value.
 */

import { HIGH } from "./register.ts";

const FETCH = 1;

function apply(operation: number, old: number, operand: number): number {
  switch (operation & 0xf0) {
    case 0x40:
      return old | operand;
    case 0x50:
      return old & operand;
    case 0xa0:
      return old ^ operand;
    default:
      return operand;
  }
}

const ADD = 0x00;
const COMPARE_AND_EXCHANGE = 0xf1;

/** 32 bits at `at`; old values are zero-extended. The comparison of `cmpxchg` is with the low half of r0. */
export function atomic32(r: Int32Array, view: DataView, at: number, s: number, operation: number): void {
  const old = view.getInt32(at, true);
  if (operation === COMPARE_AND_EXCHANGE) {
    if (old === r[0]) view.setInt32(at, r[s], true);
    r[0] = old;
    r[HIGH] = 0;
    return;
  }
  view.setInt32(at, (operation & 0xf0) === ADD ? old + r[s] : apply(operation, old, r[s]), true);
  if ((operation & FETCH) === 0) return;
  r[s] = old;
  r[s + HIGH] = 0;
}

/** 64 bits at `at`. */
export function atomic64(r: Int32Array, view: DataView, at: number, s: number, operation: number): void {
  const old = view.getInt32(at, true);
  const oldHigh = view.getInt32(at + 4, true);
  if (operation === COMPARE_AND_EXCHANGE) {
    if (old === r[0] && oldHigh === r[HIGH]) {
      view.setInt32(at, r[s], true);
      view.setInt32(at + 4, r[s + HIGH], true);
    }
    r[0] = old;
    r[HIGH] = oldHigh;
    return;
  }
  if ((operation & 0xf0) === ADD) {
    const sum = (old + r[s]) | 0;
    const carry = sum >>> 0 < old >>> 0 ? 1 : 0;
    view.setInt32(at, sum, true);
    view.setInt32(at + 4, oldHigh + r[s + HIGH] + carry, true);
  } else {
    view.setInt32(at, apply(operation, old, r[s]), true);
    view.setInt32(at + 4, apply(operation, oldHigh, r[s + HIGH]), true);
  }
  if ((operation & FETCH) === 0) return;
  r[s] = old;
  r[s + HIGH] = oldHigh;
}
