import { Pace, type Work } from "../../turns/index.ts";
import { type Integer, integerText, negate } from "./integer.ts";
import type { Row } from "./row.ts";
import type { Variable } from "./variable-space.ts";
import type { Zone } from "./zone.ts";

/**
 * What a zone knows, one fact a line: `r1.svalue=[0, 5]`, `r1.svalue=r2.svalue`, `r1.svalue-r2.svalue<=3`. Variables with an edge
 * of weight 0 to one whose name sorts first are shown as equal to it and not described further (as PREVAIL prints it).
 */
export function* zoneLines(zone: Zone): Work<string[]> {
  const pace = new Pace();
  const names = Array.from({ length: zone.extent }, (_, vertex) => nameOf(zone, vertex));
  const representatives = new Array<number>(zone.extent).fill(0);
  for (let vertex = 1; vertex < zone.extent; vertex++)
    if (names[vertex] !== "") representatives[vertex] = firstEqual(zone, vertex, names);
  const lines: string[] = [];
  /** By both ends; the larger of the two comes second. */
  const differences = new Map<number, Difference>();
  for (let vertex = 1; vertex < zone.extent; vertex++) {
    if (names[vertex] === "") continue;
    const first = representatives[vertex] as number;
    if (first !== vertex) {
      lines.push(`${names[vertex]}=${names[first]}`);
      continue;
    }
    const interval = intervalText(zone, vertex);
    if (interval !== undefined) lines.push(interval);
    const row = zone.outgoing[vertex] as Row;
    if (pace.isDue(row.size * EDGE)) yield 0;
    for (let i = 0; i < row.size; i++) {
      const target = row.vertices[i] as number;
      const weight = row.weights[i] as Integer;
      if (weight === 0 || target === 0 || representatives[target] !== target) continue;
      const [low, high] = vertex < target ? [vertex, target] : [target, vertex];
      const key = low * zone.extent + high;
      const difference = differences.get(key) ?? { low, high, up: undefined, down: undefined };
      if (vertex === low) difference.up = weight;
      else difference.down = weight;
      differences.set(key, difference);
    }
  }
  for (const { low, high, up, down } of differences.values()) {
    if (pace.isDue(EDGE)) yield 0;
    const [below, above] = [names[low], names[high]];
    if (up !== undefined && down !== undefined && up === negate(down)) {
      lines.push(up > 0 ? `${above}=${below}+${integerText(up)}` : `${below}=${above}+${integerText(down)}`);
      continue;
    }
    if (up !== undefined) lines.push(`${above}-${below}<=${integerText(up)}`);
    if (down !== undefined) lines.push(`${below}-${above}<=${integerText(down)}`);
  }
  return lines;
}

/** Things that the text of one edge counts for. */
const EDGE = 16;

/** What is known of two variables: high − low ≤ up, low − high ≤ down. */
interface Difference {
  readonly low: number;
  readonly high: number;
  up: Integer | undefined;
  down: Integer | undefined;
}

/** Empty where there is no variable. */
function nameOf(zone: Zone, vertex: number): string {
  const variable = zone.variables[vertex] as Variable;
  return vertex === 0 || variable < 0 ? "" : zone.space.name(variable);
}

function firstEqual(zone: Zone, vertex: number, names: readonly string[]): number {
  const row = zone.outgoing[vertex] as Row;
  let first = vertex;
  row.vertices.forEach((target, i) => {
    if (row.weights[i] === 0 && (names[target] ?? "") < (names[first] ?? "")) first = target;
  });
  return first;
}

function intervalText(zone: Zone, vertex: number): string | undefined {
  const variable = zone.variables[vertex] as Variable;
  const minimumOnly = zone.space.isMinimumOnly(variable);
  const lower = negate(zone.lower[vertex] as Integer);
  const upper = minimumOnly ? Infinity : (zone.upper[vertex] as Integer);
  if (lower === -Infinity && upper === Infinity) return undefined;
  const value = minimumOnly || lower === upper ? integerText(lower) : `[${integerText(lower)}, ${integerText(upper)}]`;
  return `${zone.space.name(variable)}=${value}`;
}
