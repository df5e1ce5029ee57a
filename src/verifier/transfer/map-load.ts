import {
  AnalysisAborted,
  atMost,
  highestPointer,
  Interval,
  isInt32,
  Linear,
  MAP_FD,
  MAP_FD_PROGRAMS,
  SHARED_OFFSET,
  SHARED_REGION_SIZE,
  type State,
} from "../domain/index.ts";
import type { Environment, MapKind, VerifiedMap } from "../environment.ts";
import { type Register, T_MAP_FD, T_MAP_FD_PROGRAMS, T_SHARED } from "../ir/index.ts";

function mapOf(environment: Environment, fd: number): VerifiedMap {
  const map = environment.map(fd);
  if (map === undefined) throw new AnalysisAborted(`map_fd ${fd} not found`);
  return map;
}

function kindOf(environment: Environment, map: VerifiedMap): MapKind {
  return environment.mapKind(map.type);
}

/** Before a register gets a new type: what it said under the old one is gone (D2: 0.2.4 keeps it). */
export function retype(state: State, register: Register, type: number, { dialect }: Environment): void {
  if (!dialect.staleKindsSurvive) state.forgetTypedKinds(state.location(register));
  state.assignType(register, type);
}

/** The address of something: at least 1, or 0 if it may be null. */
export function assignAddress(state: State, register: Register, mayBeNull: boolean, environment: Environment): void {
  const { unsigned } = state.location(register).views;
  const zone = state.values;
  zone.havoc(unsigned);
  zone.add(atMost(Linear.constant(mayBeNull ? 0 : 1), unsigned));
  zone.add(atMost(unsigned, Linear.constant(highestPointer(environment))));
}

/** register := handle of a map */
export function loadMap(
  state: State,
  register: Register,
  fd: number,
  mayBeNull: boolean,
  environment: Environment,
): void {
  const holdsPrograms = kindOf(environment, mapOf(environment, fd)).valueType === "program";
  retype(state, register, holdsPrograms ? T_MAP_FD_PROGRAMS : T_MAP_FD, environment);
  state.values.assignConstant(state.variable(register, holdsPrograms ? MAP_FD_PROGRAMS : MAP_FD), fd);
  assignAddress(state, register, mayBeNull, environment);
}

/** register := address inside a map's first value */
export function loadMapAddress(
  state: State,
  register: Register,
  fd: number,
  offset: number,
  environment: Environment,
): void {
  const map = mapOf(environment, fd);
  if (kindOf(environment, map).valueType === "program") {
    throw new AnalysisAborted("Cannot load address of program map type - only data maps are supported");
  }
  retype(state, register, T_SHARED, environment);
  state.values.assignConstant(state.variable(register, SHARED_OFFSET), offset);
  state.values.assignConstant(state.variable(register, SHARED_REGION_SIZE), map.valueSize);
  assignAddress(state, register, false, environment);
}

/** More maps than this are not told apart. */
const MOST_MAPS = 32;

/** The maps that a register may hold the handle of; undefined if there are too many. */
export function mapsOf(state: State, register: Register, environment: Environment): VerifiedMap[] | undefined {
  const fds = state.intervalOf(register, MAP_FD);
  const { lower, upper } = fds;
  if (!isInt32(lower) || !isInt32(upper) || upper - lower >= MOST_MAPS) return undefined;
  return Array.from({ length: upper - lower + 1 }, (_, i) => mapOf(environment, lower + i));
}

/** A property that all maps of a register share; undefined if they differ or are too many. */
export function commonOf<T>(maps: VerifiedMap[] | undefined, property: (map: VerifiedMap) => T): T | undefined {
  const [first, ...others] = (maps ?? []).map(property);
  return others.every((other) => other === first) ? first : undefined;
}

/** From the smallest to the largest of a property of a register's maps; top if they are too many. */
export function rangeOf(maps: VerifiedMap[] | undefined, property: (map: VerifiedMap) => number): Interval {
  if (maps === undefined) return Interval.TOP;
  return maps.map(property).reduce((range, value) => range.join(Interval.constant(value)), Interval.BOTTOM);
}
