import type { Graph } from "./graph.ts";
import { add, type Integer, less, subtract } from "./integer.ts";
import { Row, ZERO } from "./row.ts";

/** An edge to be: the vertex at its other end and its weight. */
export interface HalfEdge {
  readonly vertex: number;
  readonly weight: Integer;
}

/** Carries the bounds over the relations, one relation far, tightest bound first. */
export function closeBounds(graph: Graph): void {
  const { unsettled } = graph;
  if (unsettled !== undefined && unsettled.length === 0) return;
  const upwards = someTightens(graph.upper, graph.outgoing, unsettled);
  const downwards = someTightens(graph.lower, graph.incoming, unsettled);
  if (upwards) spread(graph.upper, graph.outgoing, graph.potential, subtract);
  if (downwards) spread(graph.lower, graph.incoming, graph.potential, add);
  if (upwards || downwards) graph.unsettle();
  else graph.settle();
}

function someTightens(bounds: Integer[], rows: Row[], vertices: readonly number[] | undefined): boolean {
  if (vertices !== undefined) return vertices.some((vertex) => tightensNeighbour(bounds, rows[vertex] as Row, vertex));
  for (let vertex = 1; vertex < rows.length; vertex++) {
    if (tightensNeighbour(bounds, rows[vertex] as Row, vertex)) return true;
  }
  return false;
}

function tightensNeighbour(bounds: Integer[], row: Row, vertex: number): boolean {
  const size = row.vertices.length;
  if (size === 0) return false;
  const bound = bounds[vertex] as Integer;
  if (bound === Infinity) return false;
  for (let i = 0; i < size; i++) {
    if (less(add(bound, row.weights[i] as Integer), bounds[row.vertices[i] as number] as Integer)) return true;
  }
  return false;
}

type Slack = (bound: Integer, potential: Integer) => Integer;

/** `slack` is how far a bound is from the potential: the difference for upper bounds, the sum for (negated) lower ones. */
function spread(bounds: Integer[], rows: Row[], potential: Integer[], slack: Slack): void {
  const sources: { vertex: number; slack: Integer }[] = [];
  for (let vertex = 1; vertex < rows.length; vertex++) {
    const bound = bounds[vertex] as Integer;
    if (bound === Infinity || (rows[vertex] as Row).size === 0) continue;
    sources.push({ vertex, slack: slack(bound, potential[vertex] as Integer) });
  }
  sources.sort((a, b) => (less(a.slack, b.slack) ? -1 : less(b.slack, a.slack) ? 1 : 0));
  for (const { vertex } of sources) {
    const row = rows[vertex] as Row;
    const bound = bounds[vertex] as Integer;
    for (let i = 0; i < row.size; i++) {
      const target = row.vertices[i] as number;
      const through = add(bound, row.weights[i] as Integer);
      if (less(through, bounds[target] as Integer)) bounds[target] = through;
    }
  }
}

/** After the edge `from` → `to` was added or tightened: tightens what goes to `to` through `from`, and beyond. */
export function closeOverEdge(graph: Graph, from: number, to: number): void {
  const weight = graph.edge(from, to);
  const into = graph.incoming[from] as Row;
  const out = graph.outgoing[to] as Row;
  if (into.size === 0 && out.size === 0) return;
  const sources: HalfEdge[] = [];
  for (let i = 0, size = into.size; i < size; i++) {
    const vertex = into.vertices[i] as number;
    if (vertex === to) continue;
    const before = into.weights[i] as Integer;
    if (tighten(graph, vertex, to, add(before, weight))) sources.push({ vertex, weight: before });
  }
  const targets: HalfEdge[] = [];
  const after = graph.outgoing[to] as Row;
  for (let i = 0, size = after.size; i < size; i++) {
    const vertex = after.vertices[i] as number;
    if (vertex === from) continue;
    const rest = after.weights[i] as Integer;
    if (tighten(graph, from, vertex, add(rest, weight))) targets.push({ vertex, weight: rest });
  }
  for (const source of sources) {
    const begin = add(source.weight, weight);
    for (const target of targets) tighten(graph, source.vertex, target.vertex, add(begin, target.weight));
  }
}

function tighten(graph: Graph, from: number, to: number, weight: Integer): boolean {
  if (!less(weight, graph.edge(from, to))) return false;
  graph.setEdge(from, to, weight);
  return true;
}

/**
 * Connects a new vertex: edges to `targets` and from `sources`, and all that follows from them and the edges of those
 * vertices.
 */
export function connect(
  graph: Graph,
  vertex: number,
  targets: readonly HalfEdge[],
  sources: readonly HalfEdge[],
): void {
  const out = reach(graph, vertex, targets, graph.outgoing, subtract);
  const into = reach(graph, vertex, sources, graph.incoming, add);
  graph.installRows(vertex, out, into);
  graph.disturb(vertex);
  for (const target of out.vertices) graph.disturb(target);
  for (const source of into.vertices) graph.disturb(source);
}

function reach(graph: Graph, vertex: number, direct: readonly HalfEdge[], rows: Row[], slack: Slack): Row {
  const row = new Row(graph.owner, [], []);
  for (const { vertex: end, weight } of direct) row.set(end, weight);
  const first = row.vertices.slice();
  if (first.length > 1) {
    const order = new Map<number, Integer>();
    first.forEach((end, i) => {
      order.set(end, slack(row.weights[i] as Integer, graph.potential[end] as Integer));
    });
    first.sort((a, b) => {
      const x = order.get(a) as Integer;
      const y = order.get(b) as Integer;
      return less(x, y) ? -1 : less(y, x) ? 1 : 0;
    });
  }
  for (const middle of first) {
    const begin = row.weightTo(middle);
    const beyond = rows[middle] as Row;
    for (let i = 0; i < beyond.size; i++) {
      const end = beyond.vertices[i] as number;
      if (end === vertex || end === ZERO) continue;
      const weight = add(begin, beyond.weights[i] as Integer);
      if (less(weight, row.weightTo(end))) row.set(end, weight);
    }
  }
  return row;
}
