import {
  atMost,
  below,
  INT32_MAX,
  type Integer,
  Interval,
  isInt32,
  Linear,
  PACKET_OFFSET,
  SHARED_OFFSET,
  SHARED_REGION_SIZE,
  STACK_OFFSET,
  type State,
  SVALUE,
  UINT32_MAX,
  UVALUE,
} from "../domain/index.ts";
import type { Environment, VerifiedMap } from "../environment.ts";
import { T_PACKET, T_SHARED, T_STACK, type ValidMapKeyValue, type ValidMapType } from "../ir/index.ts";
import { AnalysisAborted, commonOf, mapsOf, rangeOf } from "../transfer/index.ts";
import type { Verdict } from "./access.ts";

const ZERO = Linear.constant(0);
/** Bytes of an array's key. */
const INDEX_SIZE = 4;

/** Whether a register points to as many bytes as a map's keys or values have, and on the stack to numbers. */
export function checkKeyValue(state: State, assertion: ValidMapKeyValue, environment: Environment): Verdict {
  const maps = mapsOf(state, assertion.map, environment);
  const width = rangeOf(maps, assertion.isKey ? (map) => map.keySize : (map) => map.valueSize).constant;
  const what = assertion.isKey ? "key" : "value";
  if (width === undefined) return `Map ${what} size is not singleton`;
  if (width < 0 || width > UINT32_MAX) return `Map ${what} size is out of supported range`;
  if (environment.dialect.hugeMapSizesAbort && width > INT32_MAX) throw new AnalysisAborted("narrowing_error");
  for (const type of state.possibleTypes(assertion.access)) {
    const verdict = checkRegion(state, assertion, type, width, maps, environment);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function checkRegion(
  state: State,
  assertion: ValidMapKeyValue,
  type: number,
  width: Integer,
  maps: VerifiedMap[] | undefined,
  environment: Environment,
): Verdict {
  const { zone, space } = state;
  const variable = (kind: number): number => state.variable(assertion.access, kind);
  switch (type) {
    case T_STACK:
      return checkStack(state, assertion, width, maps, environment);
    case T_PACKET: {
      const start = variable(PACKET_OFFSET);
      if (!zone.entails(atMost(space.metaOffset, start))) return "Lower bound must be at least meta_offset";
      const end = Linear.variable(start).plus(width);
      return zone.entails(atMost(end, space.packetSize)) ? undefined : "Upper bound must be at most packet_size";
    }
    case T_SHARED: {
      const start = variable(SHARED_OFFSET);
      const size = variable(SHARED_REGION_SIZE);
      if (!zone.entails(atMost(ZERO, start))) return "Lower bound must be at least 0";
      const end = Linear.variable(start).plus(width);
      if (!zone.entails(atMost(end, size))) return `Upper bound must be at most ${space.name(size)}`;
      return zone.entails(below(ZERO, variable(UVALUE))) ? undefined : "Possible null access";
    }
    default:
      return "Only stack, packet, or shared can be used as a parameter";
  }
}

function checkStack(
  state: State,
  assertion: ValidMapKeyValue,
  width: Integer,
  maps: VerifiedMap[] | undefined,
  environment: Environment,
): Verdict {
  const start = state.intervalOf(assertion.access, STACK_OFFSET);
  const end = start.plus(Interval.constant(width));
  if (!state.bytes.isNumericBetween(start, end, environment)) {
    const first = isInt32(start.lower) ? start.lower : "-oo";
    const last = isInt32(end.upper) ? end.upper : "oo";
    return `Illegal map update with a non-numerical value [${first}-${last})`;
  }
  const type = commonOf(maps, (map) => map.type);
  const isArray = type !== undefined && environment.mapKind(type).isArray;
  if (!environment.options.strict || !isArray) return undefined;
  const offset = start.constant;
  if (typeof offset !== "number") return "Pointer must be a singleton";
  return assertion.isKey ? checkIndex(state, offset, maps) : undefined;
}

/** The key of an array, on the stack at `offset`, is an index of it. */
function checkIndex(state: State, offset: number, maps: VerifiedMap[] | undefined): Verdict {
  const index = state.space.cell(offset, INDEX_SIZE).variable(SVALUE);
  const { lower } = rangeOf(maps, (map) => map.maxEntries);
  if (!Number.isFinite(Number(lower))) return "Max entries is not finite";
  if (!state.zone.entails(below(index, Linear.constant(lower)))) return "Array index overflow";
  return state.zone.entails(atMost(ZERO, index)) ? undefined : "Array index underflow";
}

/** Whether a helper takes maps of the type that it gets. */
export function checkMapType(state: State, { map, allowed, helper }: ValidMapType, environment: Environment): Verdict {
  const type = commonOf(mapsOf(state, map, environment), (candidate) => candidate.type);
  if (type === undefined || type === 0) return undefined;
  if (type >= 64) return `map type ${type} is out of supported range for ${helper}`;
  return allowed.includes(type) ? undefined : `map type ${type} is not allowed for ${helper}`;
}
