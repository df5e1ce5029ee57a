import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish } from "../../../src/turns/index.ts";
import { mixedRow } from "../../../src/verifier/domain/mixed-closure.ts";
import { type ConstraintGraph, findModel } from "../../../src/verifier/domain/model-search.ts";

const SIZE = 6;

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

const edge = fc
  .record({
    from: fc.integer({ min: 0, max: SIZE - 1 }),
    to: fc.integer({ min: 0, max: SIZE - 1 }),
    weight: fc.integer({ min: -10, max: 20 }),
  })
  .filter(({ from, to }) => from !== to);
const edges = fc.array(edge, { maxLength: 14 });
const guess = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: SIZE, maxLength: SIZE });

function graphOf(list: readonly Edge[], potential: readonly number[]): ConstraintGraph {
  const none = (): number[] => new Array<number>(SIZE).fill(Number.POSITIVE_INFINITY);
  const [lower, upper] = [none(), none()];
  const relations = Array.from({ length: SIZE }, mixedRow);
  for (const { from, to, weight } of list) {
    if (to === 0) lower[from] = Math.min(weight, lower[from] ?? weight);
    else if (from === 0) upper[to] = Math.min(weight, upper[to] ?? weight);
    else {
      const row = relations[from] ?? mixedRow();
      row.vertices.push(to);
      row.weights.push(weight);
    }
  }
  return { potential: [...potential], lower, upper, relations };
}

function hasNegativeCycle(list: readonly Edge[]): boolean {
  const distance = new Array<number>(SIZE).fill(0);
  for (let round = 0; round < SIZE; round++) {
    for (const { from, to, weight } of list) {
      distance[to] = Math.min(distance[to] ?? 0, (distance[from] ?? 0) + weight);
    }
  }
  return list.some(({ from, to, weight }) => (distance[from] ?? 0) + weight < (distance[to] ?? 0));
}

describe("given constraints and a guess", () => {
  test("when a model is looked for, then one is found exactly if Bellman and Ford find no negative cycle", () => {
    fc.assert(
      fc.property(edges, guess, (list, potential) => {
        const graph = graphOf(list, potential);
        const found = finish(findModel(graph, false));
        expect(found).toBe(!hasNegativeCycle(list));
        if (!found) return;
        const value = (vertex: number): number => Number(graph.potential[vertex]);
        expect(list.every(({ from, to, weight }) => value(to) <= value(from) + weight)).toBe(true);
        expect(potential.every((before, vertex) => value(vertex) <= before)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("when looked for from the sinks, then a contradiction is never missed, but some are imagined (D20)", () => {
    let imagined = 0;
    fc.assert(
      fc.property(edges, guess, (list, potential) => {
        const found = finish(findModel(graphOf(list, potential), true));
        const exists = !hasNegativeCycle(list);
        if (!exists) expect(found).toBe(false);
        else if (!found) imagined++;
      }),
      { numRuns: 3000, seed: 1 },
    );
    expect(imagined).toBeGreaterThan(0);
  });
});
