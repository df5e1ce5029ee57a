import { type Integer, integerText, negate } from "./integer.ts";
import type { Row } from "./row.ts";
import type { Variable } from "./variable-space.ts";
import type { Zone } from "./zone.ts";

/**
 * What a zone knows, one fact a line: `r1.svalue=[0, 5]`, `r1.svalue=r2.svalue`, `r1.svalue-r2.svalue<=3`. Variables with an edge
 * of weight 0 to one whose name sorts first are shown as equal to it and not described further (as PREVAIL prints it).
 */
export function zoneLines(zone: Zone): string[] {
  const representative = new Map<number, number>();
  for (let vertex = 1; vertex < zone.extent; vertex++) {
    if ((zone.variables[vertex] as Variable) >= 0) representative.set(vertex, firstEqual(zone, vertex));
  }
  const lines: string[] = [];
  const differences = new Map<string, Integer>();
  for (const [vertex, first] of representative) {
    if (first !== vertex) {
      lines.push(`${nameOf(zone, vertex)}=${nameOf(zone, first)}`);
      continue;
    }
    const interval = intervalText(zone, vertex);
    if (interval !== undefined) lines.push(interval);
    const row = zone.outgoing[vertex] as Row;
    for (let i = 0; i < row.size; i++) {
      const target = row.vertices[i] as number;
      const weight = row.weights[i] as Integer;
      if (weight !== 0 && representative.get(target) === target) differences.set(`${vertex} ${target}`, weight);
    }
  }
  for (const [edge, weight] of differences) {
    const [from = 0, to = 0] = edge.split(" ").map(Number);
    const back = differences.get(`${to} ${from}`);
    if (back === undefined || back !== negate(weight) || to === from) {
      lines.push(`${nameOf(zone, to)}-${nameOf(zone, from)}<=${integerText(weight)}`);
    } else if (weight > 0) {
      lines.push(`${nameOf(zone, to)}=${nameOf(zone, from)}+${integerText(weight)}`);
    }
  }
  return lines;
}

function nameOf(zone: Zone, vertex: number): string {
  return zone.space.name(zone.variables[vertex] as Variable);
}

function firstEqual(zone: Zone, vertex: number): number {
  const row = zone.outgoing[vertex] as Row;
  let first = vertex;
  row.vertices.forEach((target, i) => {
    if (row.weights[i] === 0 && nameOf(zone, target) < nameOf(zone, first)) first = target;
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
