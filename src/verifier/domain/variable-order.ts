import type { Variable } from "./variable-space.ts";
import type { Zone } from "./zone.ts";

/** The variables of a zone that pass a test, in the order in which closures look at them. */
export function inOrder(zone: Zone, test: (variable: Variable, vertex: number) => boolean): Variable[] {
  const variables: Variable[] = [];
  for (let vertex = 1; vertex < zone.extent; vertex++) {
    const variable = zone.variables[vertex] as Variable;
    if (variable >= 0 && test(variable, vertex)) variables.push(variable);
  }
  return variables.sort((a, b) => zone.space.rank(a) - zone.space.rank(b));
}
