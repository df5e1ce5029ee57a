import type { ProvenAccess, ProvenRegion } from "../spec/index.ts";
import { atMost, below, isInt32, Linear, SHARED_OFFSET, type State, UVALUE } from "./domain/index.ts";
import { type Access, STACK_POINTER, T_CTX, T_PACKET, T_SHARED, T_STACK, type TypeSet } from "./ir/index.ts";

const ZERO = Linear.constant(0);
const SHARED = 1 << T_SHARED;

/** Types whose memory can be promised to a compiler; where an address may have another, nothing is said of it. */
const REGIONS: readonly (readonly [TypeSet, ProvenRegion])[] = [
  [1 << T_STACK, "stack"],
  [1 << T_CTX, "context"],
  [1 << T_PACKET, "packet"],
  [SHARED, "map-value"],
];
const PROMISED: TypeSet = REGIONS.reduce((all, [bit]) => all | bit, 0);

/**
 * True where an address in a map's value can be no null pointer that something was added to. Asking whether it is null is
 * not enough (docs/verifier.md, "What both accept"): what was added must be less than the address itself. And it must not
 * be negative, or addresses would wrap around.
 */
function isFarFromNull(state: State, offset: number, address: number): boolean {
  return state.zone.entails(atMost(ZERO, offset)) && state.zone.entails(below(offset, address));
}

/**
 * What the states that an analysis comes through say of the accesses of a program: by slot, so that all ways and all
 * calls of a function are one. Each note is of an access that the state has been found to allow.
 */
export class AccessFacts {
  readonly #types: Uint16Array;
  readonly #ends: Float64Array;
  readonly #mayBeNull: Uint8Array;

  constructor(slots: number) {
    this.#types = new Uint16Array(slots);
    this.#ends = new Float64Array(slots);
    this.#mayBeNull = new Uint8Array(slots);
  }

  note(slot: number, { base, offset, width }: Access, state: State): void {
    // Places in the running function's frame need no proof.
    if (base === STACK_POINTER) return;
    const types = state.typesOf(base);
    this.#types[slot] |= types;
    if ((types & SHARED) === 0) return;
    // The check that went before has asked for both.
    const from = state.variable(base, SHARED_OFFSET);
    const mayBeNull = this.#mayBeNull[slot] === 1 || !isFarFromNull(state, from, state.variable(base, UVALUE));
    this.#mayBeNull[slot] = Number(mayBeNull);
    const { upper } = state.zone.interval(from);
    const end = isInt32(upper) ? upper + offset + width : Number.POSITIVE_INFINITY;
    this.#ends[slot] = Math.max(this.#ends[slot] ?? 0, end);
  }

  /** What was found out, once the analysis has accepted the program. */
  accesses(): ProvenAccess[] {
    const proven: ProvenAccess[] = [];
    for (const [slot, types] of this.#types.entries()) {
      const end = this.#ends[slot] ?? 0;
      if (types === 0 || (types & ~PROMISED) !== 0 || !Number.isFinite(end)) continue;
      const regions = REGIONS.flatMap(([bit, region]) => ((types & bit) === 0 ? [] : [region]));
      proven.push({ slot, regions, end, mayBeNull: this.#mayBeNull[slot] === 1 });
    }
    return proven;
  }
}
