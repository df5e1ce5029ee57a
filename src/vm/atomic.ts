/*
 * Atomic operations (RFC 9669 section 5.3). A run is alone with its memory, so plain loads and stores are atomic.
 * `operation` is the instruction's immediate: bits 4 to 7 as in arithmetic, bit 0 asks for the old value.
 */

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
export function atomic32(
  lo: Int32Array,
  hi: Int32Array,
  view: DataView,
  at: number,
  s: number,
  operation: number,
): void {
  const old = view.getInt32(at, true);
  if (operation === COMPARE_AND_EXCHANGE) {
    if (old === lo[0]) view.setInt32(at, lo[s], true);
    lo[0] = old;
    hi[0] = 0;
    return;
  }
  view.setInt32(at, (operation & 0xf0) === ADD ? old + lo[s] : apply(operation, old, lo[s]), true);
  if ((operation & FETCH) === 0) return;
  lo[s] = old;
  hi[s] = 0;
}

/** 64 bits at `at`. */
export function atomic64(
  lo: Int32Array,
  hi: Int32Array,
  view: DataView,
  at: number,
  s: number,
  operation: number,
): void {
  const old = view.getInt32(at, true);
  const oldHigh = view.getInt32(at + 4, true);
  if (operation === COMPARE_AND_EXCHANGE) {
    if (old === lo[0] && oldHigh === hi[0]) {
      view.setInt32(at, lo[s], true);
      view.setInt32(at + 4, hi[s], true);
    }
    lo[0] = old;
    hi[0] = oldHigh;
    return;
  }
  if ((operation & 0xf0) === ADD) {
    const sum = (old + lo[s]) | 0;
    const carry = sum >>> 0 < old >>> 0 ? 1 : 0;
    view.setInt32(at, sum, true);
    view.setInt32(at + 4, oldHigh + hi[s] + carry, true);
  } else {
    view.setInt32(at, apply(operation, old, lo[s]), true);
    view.setInt32(at + 4, apply(operation, oldHigh, hi[s]), true);
  }
  if ((operation & FETCH) === 0) return;
  lo[s] = old;
  hi[s] = oldHigh;
}
