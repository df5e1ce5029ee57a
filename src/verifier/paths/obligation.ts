import type { Work } from "../../turns/index.ts";
import type { AnalysisOptions } from "../environment.ts";
import { type Assertion, T_CTX, T_PACKET, T_SHARED, T_STACK, TYPE_GROUPS, type ValidAccess } from "../ir/index.ts";
import { enumerate } from "./enumerate.ts";
import { asNumber, type PathValue, type Region } from "./path-value.ts";
import { constantOf } from "./range.ts";
import type { Place } from "./step.ts";
import type { Term } from "./term.ts";

/** What a path says of a number: what it may be there. */
export interface Shown {
  /** The number that the proof is about, an offset or a register's value. */
  readonly term: Term;
  readonly min: bigint;
  readonly max: bigint;
}

const HALF = 1n << 63n;

/** Whether some combination of inputs takes a path; true where there are too many to say. */
export function* isPossible({ facts }: Place): Work<boolean> {
  const { length } = facts.facts;
  const last = facts.facts[length - 1];
  if (last === undefined) return true;
  let isFound = false;
  const isExact = yield* enumerate([last.left, last.right], facts, () => {
    isFound = true;
    return false;
  });
  return isFound || !isExact;
}

/** Bounds of a number on a path, exact where its inputs are few and it is not known to be at most `most`. */
export function* boundsOf(term: Term, { facts }: Place, most: bigint): Work<Shown> {
  const { min, max } = facts.rangeOf(term);
  if (max <= most) return { term, min, max };
  let [low, high] = [max, min];
  const isExact = yield* enumerate([term], facts, ([value = 0n]) => {
    if (value < low) low = value;
    if (value > high) high = value;
    return true;
  });
  // No combination of inputs is left: the path cannot be taken.
  if (isExact && low > high) return { term, min: 0n, max: 0n };
  return isExact ? { term, min: low, max: high } : { term, min, max };
}

/** A number that is certainly not above `most`. */
function* isAtMost(term: Term, most: bigint, place: Place): Work<Shown | undefined> {
  const shown = yield* boundsOf(term, place, most);
  return shown.max <= most ? shown : undefined;
}

type Pointer = Extract<PathValue, { kind: "pointer" }>;

/** Bytes that are known of a packet: what a comparison with its end shows on this path. */
function* isInPacket(start: Term, width: bigint, size: Term, place: Place): Work<Shown | undefined> {
  const { facts } = place;
  const bounds = yield* boundsOf(start, place, facts.rangeOf(size).min - width);
  if (bounds.max + width <= facts.rangeOf(size).min) return bounds;
  for (const fact of facts.facts) {
    const isUpper = fact.right === size && (fact.operation === "le" || fact.operation === "lt");
    const isLower = fact.left === size && (fact.operation === "ge" || fact.operation === "gt");
    if (!isUpper && !isLower) continue;
    const compared = isUpper ? fact.left : fact.right;
    const gap = fact.operation === "lt" || fact.operation === "gt" ? 1n : 0n;
    if (facts.rangeOf(compared).min + gap >= bounds.max + width) return bounds;
    let isCovered = true;
    const isExact = yield* enumerate([start, compared], facts, ([begin = 0n, end = 0n]) => {
      isCovered = begin + width <= end + gap;
      return isCovered;
    });
    if (isExact && isCovered) return bounds;
  }
  return undefined;
}

function limitsOf(region: Region, place: Place): readonly [bigint, bigint] | undefined {
  const { options } = place.environment;
  switch (region.kind) {
    case "value":
      return region.isNullable ? undefined : [0n, BigInt(region.size)];
    case "stack":
      return stackLimits(place, options);
    case "packet":
    case "context":
      // Some of a context's fields may not be written.
      return undefined;
  }
}

function stackLimits({ state, facts }: Place, options: AnalysisOptions): readonly [bigint, bigint] | undefined {
  const top = state.get(10);
  const end = top.kind === "pointer" ? constantOf(facts.rangeOf(top.offset)) : undefined;
  return end === undefined ? undefined : [end - BigInt(options.subprogramStackSize), BigInt(options.totalStackSize)];
}

function* access(assertion: ValidAccess, place: Place): Work<Shown | undefined> {
  const { state, facts, terms, node, environment } = place;
  const pointer = state.get(assertion.register);
  if (pointer.kind !== "pointer") return undefined;
  const { region } = pointer;
  // What is read of the stack must have been written, too.
  if (region.kind === "stack" && assertion.mode === "read") return undefined;
  const start = terms.computed("add", pointer.offset, terms.constant(BigInt(assertion.offset)), true, node);
  if (assertion.mode === "compare") {
    if (region.kind !== "packet") return undefined;
    return yield* isAtMost(start, BigInt(environment.options.maxPacketSize), place);
  }
  const width =
    assertion.width.kind === "immediate"
      ? terms.constant(BigInt(assertion.width.value))
      : asNumber(state.get(assertion.width.register), terms);
  const size = yield* boundsOf(width, place, 0n);
  if (region.kind === "packet") {
    return size.max >= HALF ? undefined : yield* isInPacket(start, size.max, region.size, place);
  }
  const limits = limitsOf(region, place);
  if (limits === undefined || size.max > limits[1]) return undefined;
  const [low, high] = limits;
  const shown = yield* isAtMost(start, high - size.max, place);
  if (shown === undefined || facts.rangeOf(start).min >= low || shown.min >= low) return shown;
  return undefined;
}

const TYPES: Readonly<Record<Region["kind"], number>> = {
  context: T_CTX,
  packet: T_PACKET,
  stack: T_STACK,
  value: T_SHARED,
};

function pointerTo({ region }: Pointer): number | undefined {
  return region.kind === "value" && region.isNullable ? undefined : TYPES[region.kind];
}

/** What a path shows of an assertion: undefined where that is not enough. `"holds"`: it does, and there is no number to tell. */
export function* proof(assertion: Assertion, place: Place): Work<Shown | "holds" | undefined> {
  const { state, terms } = place;
  switch (assertion.kind) {
    case "valid-access":
      return yield* access(assertion, place);
    case "valid-size": {
      const value = state.get(assertion.register);
      if (value.kind !== "number") return undefined;
      const shown = yield* isAtMost(value.term, HALF - 1n, place);
      return shown !== undefined && (assertion.canBeZero || shown.min > 0n) ? shown : undefined;
    }
    case "valid-divisor": {
      const value = state.get(assertion.register);
      if (value.kind !== "number") return undefined;
      const divisor = assertion.is64 ? value.term : terms.lowHalf(value.term, place.node);
      const shown = yield* boundsOf(divisor, place, -1n);
      return shown.min > 0n ? shown : undefined;
    }
    case "type-constraint": {
      const value = state.get(assertion.register);
      const type = value.kind === "pointer" ? pointerTo(value) : undefined;
      return type !== undefined && (TYPE_GROUPS[assertion.types] & (1 << type)) !== 0 ? "holds" : undefined;
    }
    default:
      return undefined;
  }
}
