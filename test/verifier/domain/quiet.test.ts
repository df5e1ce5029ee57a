import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish } from "../../../src/turns/index.ts";
import { atMost, Interval, Linear, type Variable, VariableSpace, Zone } from "../../../src/verifier/domain/index.ts";
import { joinZones } from "../../../src/verifier/domain/zone-join.ts";
import { isWithin } from "../../../src/verifier/domain/zone-order.ts";
import { zoneLines } from "../../../src/verifier/domain/zone-text.ts";
import { widenZones } from "../../../src/verifier/domain/zone-widen.ts";

const RELATED = 4;

/** `x` - `y` <= `bound`; where both are the same, that alone is at most `bound`, and at least -`bound`. */
const relation = fc.record({
  x: fc.integer({ min: 0, max: RELATED - 1 }),
  y: fc.integer({ min: 0, max: RELATED - 1 }),
  bound: fc.integer({ min: -8, max: 8 }),
});
const relations = fc.array(relation, { maxLength: 8 });
type Relations = readonly { readonly x: number; readonly y: number; readonly bound: number }[];

interface Named {
  readonly space: VariableSpace;
  readonly related: readonly Variable[];
  readonly quiet: readonly Variable[];
}

function named(count: number): Named {
  const space = new VariableSpace(4096);
  const counters = (name: string, length: number): Variable[] =>
    Array.from({ length }, (_, i) => space.counter(`${name}${i}`));
  return { space, related: counters("r", RELATED), quiet: counters("q", count) };
}

/** A zone with those relations, and the quiet variables, each with its own number, from the `first` one on. */
function zoneOf({ space, related, quiet }: Named, list: Relations, isQuiet: boolean, first = 0): Zone {
  const zone = Zone.top(space);
  if (isQuiet) for (let i = first; i < quiet.length; i++) zone.set(quiet[i] as Variable, Interval.constant(i));
  for (const { x, y, bound } of list) {
    const left = Linear.variable(related[x] as Variable);
    if (x !== y) zone.add(atMost(left, Linear.variable(related[y] as Variable).plus(bound)));
    else if (bound >= 0) zone.add(atMost(left, Linear.constant(bound)));
    else zone.add(atMost(Linear.constant(bound), left));
  }
  return zone;
}

const linesOf = (zone: Zone, name: string): string[] =>
  finish(zoneLines(zone))
    .filter((line) => line.includes(`pc[${name}`))
    .sort();

describe.each([
  ["joined", joinZones],
  ["widened", widenZones],
])("given two zones that know the same of most variables, and relate none of those", (what, combine) => {
  test(`when they are ${what}, then the others come to what they come to alone`, () => {
    fc.assert(
      fc.property(relations, relations, (first, second) => {
        const names = named(100);
        const alone = [first, second].map((list) => zoneOf(names, list, false));
        const [left, right] = [first, second].map((list) => zoneOf(names, list, true)) as [Zone, Zone];
        if (left.isBottom || right.isBottom || alone.some((zone) => zone.isTop)) return;
        const [before, after] = [linesOf(left, ""), linesOf(right, "")];
        const result = finish(combine(left, right));
        const expected = finish(combine(...(alone as [Zone, Zone])));
        expect(linesOf(result, "r")).toEqual(linesOf(expected, "r"));
        expect(linesOf(result, "q")).toEqual(linesOf(left, "q"));
        expect([linesOf(left, ""), linesOf(right, "")]).toEqual([before, after]);
        for (const zone of [left, right]) expect(finish(isWithin(zone, result, new Set()))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test(`when they are ${what}, then what only the first knows is forgotten, and what is made anew stands for itself`, () => {
    const names = named(100);
    const [made] = names.quiet as [Variable];
    const list = [{ x: 0, y: 1, bound: 3 }];
    const result = finish(combine(zoneOf(names, list, true), zoneOf(names, list, true, 1)));
    expect(linesOf(result, "q")).toHaveLength(99);
    result.set(made, Interval.constant(7));
    expect(linesOf(result, "q0]")).toEqual(["pc[q0]=7"]);
    expect(linesOf(result, "r")).toEqual(["pc[r0]-pc[r1]<=3"]);
  });

  test(`when they are ${what}, then a thousand of those cost little more than the room that they take`, () => {
    const names = named(1000);
    const left = zoneOf(names, [{ x: 0, y: 0, bound: 3 }], true);
    const right = zoneOf(names, [{ x: 0, y: 0, bound: 5 }], true);
    names.space.takeTouched();
    finish(combine(left, right));
    // Three for each vertex that is copied and one for each that is looked at, on either side; sixteen where it is worked on.
    expect(names.space.takeTouched()).toBeLessThan(6 * 1000);
  });
});
