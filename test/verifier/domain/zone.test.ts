import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish } from "../../../src/turns/index.ts";
import { atMost, equal, Interval, Linear, VariableSpace, Zone } from "../../../src/verifier/domain/index.ts";
import { joinZones, tightenByBounds } from "../../../src/verifier/domain/zone-join.ts";
import { meetZones } from "../../../src/verifier/domain/zone-meet.ts";
import { isWithin } from "../../../src/verifier/domain/zone-order.ts";
import { widenZones } from "../../../src/verifier/domain/zone-widen.ts";

const COUNT = 5;
/** Stands for the constant 0 in a difference. */
const NOTHING = 0;

/** x - y <= bound; 0 is the constant, 1 to COUNT are variables. */
interface Difference {
  readonly x: number;
  readonly y: number;
  readonly bound: number;
}

function difference(limit: number): fc.Arbitrary<Difference> {
  return fc
    .record({
      x: fc.integer({ min: 0, max: COUNT }),
      y: fc.integer({ min: 0, max: COUNT }),
      bound: fc.oneof(fc.integer({ min: -limit, max: limit })),
    })
    .filter(({ x, y }) => x !== y);
}

const differences = fc.array(difference(20), { maxLength: 12 });

interface Named {
  readonly space: VariableSpace;
  readonly variables: readonly number[];
}

function names(): Named {
  const space = new VariableSpace(4096);
  return { space, variables: Array.from({ length: COUNT }, (_, i) => space.counter(String(i))) };
}

function constraint({ variables }: Named, { x, y, bound }: Difference) {
  let expression = Linear.constant(-bound);
  if (x !== NOTHING) expression = expression.plusVariable(variables[x - 1] ?? 0, 1);
  if (y !== NOTHING) expression = expression.plusVariable(variables[y - 1] ?? 0, -1);
  return { relation: "at-most", expression } as const;
}

function zoneOf(named: Named, list: readonly Difference[]): Zone {
  const zone = Zone.top(named.space);
  for (const one of list) zone.add(constraint(named, one));
  return zone;
}

/** All shortest paths by Floyd and Warshall: the reference; undefined if there is a negative cycle. */
function shortest(list: readonly Difference[]): number[][] | undefined {
  const size = COUNT + 1;
  const distance = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => (i === j ? 0 : Infinity)),
  );
  const at = (x: number, y: number): number => distance[x]?.[y] ?? Infinity;
  const put = (x: number, y: number, value: number): void => {
    const row = distance[x];
    if (row !== undefined && value < at(x, y)) row[y] = value;
  };
  for (const { x, y, bound } of list) put(x, y, bound);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) put(i, j, at(i, k) + at(k, j));
  }
  return distance.some((row, i) => (row[i] ?? 0) < 0) ? undefined : distance;
}

function entails(named: Named, zone: Zone, one: Difference): boolean {
  return zone.entails(constraint(named, one));
}

const NONE: ReadonlySet<number> = new Set();

describe("given random difference constraints", () => {
  test("when added to a zone, then it is bottom exactly if Floyd and Warshall find a negative cycle", () => {
    fc.assert(
      fc.property(differences, (list) => {
        expect(zoneOf(names(), list).isBottom).toBe(shortest(list) === undefined);
      }),
      { numRuns: 1000 },
    );
  });

  test("when asked what follows, then the zone says what the shortest paths say", () => {
    fc.assert(
      fc.property(differences, difference(40), (list, question) => {
        const distance = shortest(list);
        if (distance === undefined) return;
        const named = names();
        const follows = (distance[question.x]?.[question.y] ?? Infinity) <= question.bound;
        expect(entails(named, zoneOf(named, list), question)).toBe(follows);
      }),
      { numRuns: 1000 },
    );
  });

  test("when asked whether a constraint is possible, then it is unless its negation follows", () => {
    fc.assert(
      fc.property(differences, difference(40), (list, question) => {
        const named = names();
        const zone = zoneOf(named, list);
        if (zone.isBottom) return;
        const before = zone.copy();
        expect(zone.intersects(constraint(named, question))).toBe(!zoneOf(named, [...list, question]).isBottom);
        expect(finish(isWithin(zone, before, NONE)) && finish(isWithin(before, zone, NONE))).toBe(true);
      }),
    );
  });

  test("when two zones are joined or widened, then the result contains both", () => {
    fc.assert(
      fc.property(differences, differences, (first, second) => {
        const named = names();
        const [a, b] = [zoneOf(named, first), zoneOf(named, second)];
        if (a.isBottom || b.isBottom) return;
        for (const result of [finish(joinZones(a, b)), finish(joinZones(b, a)), finish(widenZones(a, b))]) {
          expect(finish(isWithin(a, result, NONE))).toBe(true);
          expect(finish(isWithin(b, result, NONE))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("when two zones are joined, then what both imply for a variable or a difference they relate stays", () => {
    fc.assert(
      fc.property(differences, differences, fc.integer({ min: 1, max: COUNT }), (first, second, x) => {
        const [a, b] = [shortest(first), shortest(second)];
        if (a === undefined || b === undefined) return;
        const named = names();
        const joined = finish(joinZones(zoneOf(named, first), zoneOf(named, second)));
        const upper = Math.max(a[x]?.[NOTHING] ?? Infinity, b[x]?.[NOTHING] ?? Infinity);
        if (upper !== Infinity) expect(entails(named, joined, { x, y: NOTHING, bound: upper })).toBe(true);
      }),
    );
  });

  test("when two zones are met, then the result is what all their constraints together say", () => {
    fc.assert(
      fc.property(differences, differences, difference(40), (first, second, question) => {
        const named = names();
        const met = finish(meetZones(zoneOf(named, first), zoneOf(named, second)));
        const distance = shortest([...first, ...second]);
        expect(met.isBottom).toBe(distance === undefined);
        if (distance === undefined) return;
        expect(entails(named, met, question)).toBe((distance[question.x]?.[question.y] ?? Infinity) <= question.bound);
      }),
      { numRuns: 500 },
    );
  });

  test("when widened again and again, then the chain ends", () => {
    fc.assert(
      fc.property(fc.array(differences, { minLength: 1, maxLength: 12 }), (lists) => {
        const named = names();
        let current = zoneOf(named, lists[0] ?? []);
        if (current.isBottom) return;
        let steps = 0;
        for (let round = 0; round < 20; round++) {
          for (const list of lists) {
            const next = zoneOf(named, list);
            if (next.isBottom || finish(isWithin(next, current, NONE))) continue;
            current = finish(widenZones(current, next));
            steps++;
          }
        }
        expect(steps).toBeLessThan(COUNT * COUNT * 20);
      }),
    );
  });

  test("when a variable is forgotten, then what follows about the others stays and nothing about it does", () => {
    fc.assert(
      fc.property(differences, difference(40), (list, question) => {
        const distance = shortest(list);
        if (distance === undefined) return;
        const named = names();
        const zone = zoneOf(named, list);
        zone.havoc(named.variables[0] ?? 0);
        const concerns = question.x === 1 || question.y === 1;
        const follows = (distance[question.x]?.[question.y] ?? Infinity) <= question.bound;
        expect(entails(named, zone, question)).toBe(!concerns && follows);
      }),
    );
  });

  test("when a copy changes, then the original does not", () => {
    fc.assert(
      fc.property(differences, differences, (first, second) => {
        const named = names();
        const zone = zoneOf(named, first);
        if (zone.isBottom) return;
        const twin = zoneOf(named, first);
        const copy = zone.copy();
        for (const one of second) copy.add(constraint(named, one));
        copy.assignSum(named.variables[0] ?? 0, named.variables[1] ?? 0, 3);
        copy.havoc(named.variables[2] ?? 0);
        expect(finish(isWithin(zone, twin, NONE)) && finish(isWithin(twin, zone, NONE))).toBe(true);
      }),
    );
  });
});

describe("given a zone with bounds", () => {
  test("when a variable is set to a sum, then it keeps its relations to the terms", () => {
    const { space, variables } = names();
    const [x = 0, y = 0, z = 0] = variables;
    const zone = Zone.top(space);
    zone.set(x, Interval.of(0, 10));
    zone.set(y, Interval.of(2, 3));
    zone.assign(z, Linear.variable(x).plusVariable(y));
    expect(zone.interval(z)).toEqual(Interval.of(2, 13));
    expect(zone.entails(atMost(Linear.variable(x).plus(2), z))).toBe(true);
    expect(zone.entails(atMost(z, Linear.variable(x).plus(3)))).toBe(true);
    zone.assignSum(x, x, 5);
    expect(zone.entails(atMost(z, Linear.variable(x).plus(-2)))).toBe(true);
  });

  test("when bounds imply more than a relation says, then tightening makes it say so", () => {
    const named = names();
    const zone = zoneOf(named, [{ x: 1, y: 2, bound: 100 }]);
    zone.add(constraint(named, { x: 1, y: NOTHING, bound: 5 }));
    zone.add(constraint(named, { x: NOTHING, y: 2, bound: 3 }));
    finish(tightenByBounds(zone));
    expect(zone.edge(zone.vertexOf(named.variables[1] ?? 0), zone.vertexOf(named.variables[0] ?? 0))).toBe(8);
  });

  test("when bounds reach 2^64 - 1, then they are exact", () => {
    const { space, variables } = names();
    const [x = 0, y = 0] = variables;
    const zone = Zone.top(space);
    zone.set(x, Interval.of(2n ** 64n - 3n, 2n ** 64n - 1n));
    zone.assignSum(y, x, -1);
    expect(zone.interval(y)).toEqual(Interval.of(2n ** 64n - 4n, 2n ** 64n - 2n));
    zone.add(atMost(x, Linear.constant(2n ** 64n - 2n)));
    expect(zone.interval(y).upper).toBe(2n ** 64n - 3n);
    zone.add(equal(y, Linear.constant(2n ** 64n - 4n)));
    expect(zone.interval(x).constant).toBe(2n ** 64n - 3n);
  });
});
