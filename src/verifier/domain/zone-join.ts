import { Pace, type Work } from "../../turns/index.ts";
import { add, type Integer, larger, less, subtract } from "./integer.ts";
import { closeMixed, FROM_BOTH, FROM_LEFT, FROM_RIGHT, type MixedRow, mixedRow, NO_EDGES } from "./mixed-closure.ts";
import { Places } from "./places.ts";
import { type Quiet, quietVertices, withQuiet } from "./quiet.ts";
import { type Row, VERTEX, ZERO } from "./row.ts";
import type { Variable } from "./variable-space.ts";
import { Zone } from "./zone.ts";

/** One operand of a join, its vertices renumbered to those of the variables that both operands know; 0 stands for the constant. */
interface Side {
  readonly zone: Zone;
  /** Own vertex by common number. */
  readonly vertices: readonly number[];
  /** Common number by own vertex, 0 where there is none. */
  readonly common: readonly number[];
}

/** The strongest relations and bounds that both sides imply: neither operand is bottom. */
export function* joinZones(left: Zone, right: Zone): Work<Zone> {
  if (right.isTop) return right.copy();
  if (left.isTop) return left.copy();
  const quiet = quietVertices(left, right);
  const joined = yield* joinRelated(left, right, quiet);
  if (quiet === undefined) return joined;
  const result = yield* withQuiet(joined, left, quiet);
  dropIsolated(result);
  return result;
}

/** The join of what is not quiet. */
function* joinRelated(left: Zone, right: Zone, quiet: Quiet | undefined): Work<Zone> {
  const variables: Variable[] = [-1];
  const ownLeft: number[] = [0];
  const ownRight: number[] = [0];
  for (let vertex = 1; vertex < left.extent; vertex++) {
    if (quiet?.marks[vertex] === 1) continue;
    const variable = left.variables[vertex] as Variable;
    const other = right.vertexOf(variable);
    if (other === 0) continue;
    variables.push(variable);
    ownLeft.push(vertex);
    ownRight.push(other);
  }
  left.space.touch(left.extent + right.extent + 2 * VERTEX * variables.length);
  const a = side(left, ownLeft);
  const b = side(right, ownRight);
  const rowsA = yield* closedRows(a, b);
  const rowsB = yield* closedRows(b, a);
  const result = Zone.top(left.space);
  const potential = relativePotentials(a);
  for (let v = 1; v < variables.length; v++) {
    const vertex = result.newVertex(variables[v] as Variable);
    result.potential[vertex] = potential[v] as Integer;
    result.lower[vertex] = larger(
      left.lower[ownLeft[v] as number] as Integer,
      right.lower[ownRight[v] as number] as Integer,
    );
    result.upper[vertex] = larger(
      left.upper[ownLeft[v] as number] as Integer,
      right.upper[ownRight[v] as number] as Integer,
    );
  }
  const rows: (JoinedRow | undefined)[] = [];
  const places = new Places(variables.length);
  const pace = new Pace();
  for (let v = 0; v < rowsA.length; v++) {
    const row = rowsA[v] as MixedRow;
    rows.push(joinRow(row, rowsB[v] as MixedRow, places));
    if (pace.isDue(row.vertices.length)) yield;
  }
  yield* relateOppositeMoves(rows, a, b);
  rows.forEach((row, v) => {
    if (row !== undefined) result.setOutgoing(v, row.vertices, row.weights);
  });
  yield* result.mirrorEdges();
  dropIsolated(result);
  return result;
}

/** What a join with itself adds: relations tightened by the bounds, and what follows from that. */
export function* tightenByBounds(zone: Zone): Work<void> {
  if (zone.isBottom) return;
  if (tightensSome(zone)) {
    const self = side(
      zone,
      Array.from({ length: zone.extent }, (_, vertex) => vertex),
    );
    const rows = yield* closedRows(self, self);
    const pace = new Pace();
    const places = new Places(zone.extent);
    for (let from = 0; from < rows.length; from++) {
      const row = rows[from] as MixedRow;
      takeTighter(zone, from, row, places);
      if (pace.isDue(row.vertices.length)) yield;
    }
  }
  dropIsolated(zone);
  rebase(zone);
}

function takeTighter(zone: Zone, from: number, row: MixedRow, places: Places): void {
  if (row.vertices.length === 0) return;
  const before = zone.outgoing[from] as Row;
  places.enter(before.vertices);
  const changed: number[] = [];
  row.vertices.forEach((to, i) => {
    const at = places.of(to);
    if (at < 0 || before.weights[at] !== row.weights[i]) changed.push(i);
  });
  places.leave(before.vertices);
  for (const i of changed) zone.setEdge(from, row.vertices[i] as number, row.weights[i] as Integer);
}

/** Moves the model so that the constant's potential is 0, as a join leaves it. */
function rebase(zone: Zone): void {
  const zero = zone.potential[ZERO] as Integer;
  if (zero === 0) return;
  for (let v = 0; v < zone.extent; v++) zone.potential[v] = subtract(zone.potential[v] as Integer, zero);
}

function tightensSome(zone: Zone): boolean {
  const { lower, upper, outgoing } = zone;
  for (let from = 1; from < outgoing.length; from++) {
    const row = outgoing[from] as Row;
    const size = row.vertices.length;
    if (size === 0) continue;
    const start = lower[from] as Integer;
    if (start === Infinity) continue;
    for (let i = 0; i < size; i++) {
      if (less(add(start, upper[row.vertices[i] as number] as Integer), row.weights[i] as Integer)) return true;
    }
  }
  return false;
}

function dropIsolated(zone: Zone): void {
  for (let vertex = 1; vertex < zone.extent; vertex++) {
    if ((zone.variables[vertex] as Variable) >= 0 && !zone.hasEdges(vertex)) zone.forgetVertex(vertex);
  }
}

function side(zone: Zone, vertices: readonly number[]): Side {
  const common = new Array<number>(zone.extent).fill(0);
  for (let v = 1; v < vertices.length; v++) common[vertices[v] as number] = v;
  return { zone, vertices, common };
}

function relativePotentials({ zone, vertices }: Side): Integer[] {
  const zero = zone.potential[0] as Integer;
  return vertices.map((vertex) => subtract(zone.potential[vertex] as Integer, zero));
}

/** A side's relations, with those of the other side that this side's bounds imply, closed. */
function* closedRows(own: Side, other: Side): Work<MixedRow[]> {
  const { lower, upper } = own.zone;
  const pace = new Pace();
  const rows = new Array<MixedRow>(own.vertices.length).fill(NO_EDGES);
  for (let from = 1; from < own.vertices.length; from++) {
    const source = own.zone.outgoing[own.vertices[from] as number] as Row;
    if (source.size === 0) continue;
    const row = mixedRow();
    rows[from] = row;
    for (let i = 0; i < source.size; i++) {
      const to = own.common[source.vertices[i] as number] as number;
      if (to === 0) continue;
      row.vertices.push(to);
      row.weights.push(source.weights[i] as Integer);
      row.origins.push(FROM_LEFT);
    }
    if (pace.isDue(source.size)) yield;
  }
  let mixed = false;
  const places = new Places(own.vertices.length);
  for (let from = 1; from < other.vertices.length; from++) {
    const source = other.zone.outgoing[other.vertices[from] as number] as Row;
    if (source.size === 0) continue;
    const start = lower[own.vertices[from] as number] as Integer;
    if (start === Infinity) continue;
    if (rows[from] === NO_EDGES) rows[from] = mixedRow();
    const row = rows[from] as MixedRow;
    places.enter(row.vertices);
    for (let i = 0; i < source.size; i++) {
      const to = other.common[source.vertices[i] as number] as number;
      if (to === 0) continue;
      const end = upper[own.vertices[to] as number] as Integer;
      if (end !== Infinity) mixed = imply(row, places, to, add(start, end)) || mixed;
    }
    places.leave(row.vertices);
    if (pace.isDue(source.size + row.vertices.length)) yield;
  }
  if (mixed) {
    const { space, variables } = own.zone;
    const rank = (v: number): number => space.rank(variables[own.vertices[v] as number] as Variable);
    yield* closeMixed(rows, relativePotentials(own), rank);
  }
  return rows;
}

/** Meets an implied edge into a row; true if it was tighter than what was there. */
function imply(row: MixedRow, places: Places, to: number, weight: Integer): boolean {
  const at = places.of(to);
  if (at < 0) {
    places.put(to, row.vertices.push(to) - 1);
    row.weights.push(weight);
    row.origins.push(FROM_RIGHT);
    return true;
  }
  const before = row.weights[at] as Integer;
  if (less(weight, before)) {
    row.weights[at] = weight;
    row.origins[at] = FROM_RIGHT;
    return true;
  }
  if (weight === before) row.origins[at] = FROM_BOTH;
  return false;
}

/** Edges of one vertex of the result. */
interface JoinedRow {
  readonly vertices: number[];
  readonly weights: Integer[];
}

/** Undefined where nothing is left. */
function joinRow(a: MixedRow, b: MixedRow, places: Places): JoinedRow | undefined {
  if (a.vertices.length === 0 || b.vertices.length === 0) return undefined;
  const vertices: number[] = [];
  const weights: Integer[] = [];
  places.enter(b.vertices);
  for (let i = 0; i < a.vertices.length; i++) {
    const to = a.vertices[i] as number;
    const at = places.of(to);
    if (at < 0) continue;
    vertices.push(to);
    weights.push(larger(a.weights[i] as Integer, b.weights[at] as Integer));
  }
  places.leave(b.vertices);
  return { vertices, weights };
}

/** Where the sides differ in a lower bound one way and in an upper bound the same way, the two bounds imply a relation. */
function* relateOppositeMoves(rows: (JoinedRow | undefined)[], a: Side, b: Side): Work<void> {
  const lowerUp: number[] = [];
  const lowerDown: number[] = [];
  const upperUp: number[] = [];
  const upperDown: number[] = [];
  for (let v = 1; v < a.vertices.length; v++) {
    compare(bound(a.zone.upper, a, v), bound(b.zone.upper, b, v), v, upperUp, upperDown);
    compare(bound(a.zone.lower, a, v), bound(b.zone.lower, b, v), v, lowerDown, lowerUp);
  }
  yield* relate(rows, a, b, lowerUp, upperUp);
  yield* relate(rows, a, b, lowerDown, upperDown);
}

function bound(bounds: readonly Integer[], { vertices }: Side, v: number): Integer {
  return bounds[vertices[v] as number] as Integer;
}

function compare(x: Integer, y: Integer, v: number, smaller: number[], greater: number[]): void {
  if (x === Infinity || y === Infinity || x === y) return;
  (less(x, y) ? smaller : greater).push(v);
}

function* relate(
  rows: (JoinedRow | undefined)[],
  a: Side,
  b: Side,
  sources: readonly number[],
  targets: readonly number[],
): Work<void> {
  if (targets.length === 0) return;
  const pace = new Pace();
  const places = new Places(rows.length);
  for (const from of sources) {
    const { vertices, weights } = rows[from] ?? { vertices: [], weights: [] };
    rows[from] = { vertices, weights };
    places.enter(vertices);
    for (const to of targets) {
      if (from === to) continue;
      const weight = larger(
        add(bound(a.zone.lower, a, from), bound(a.zone.upper, a, to)),
        add(bound(b.zone.lower, b, from), bound(b.zone.upper, b, to)),
      );
      const at = places.of(to);
      if (at < 0) {
        weights.push(weight);
        places.put(to, vertices.push(to) - 1);
      } else if (less(weight, weights[at] as Integer)) {
        weights[at] = weight;
      }
    }
    places.leave(vertices);
    if (pace.isDue(vertices.length)) yield;
  }
}
