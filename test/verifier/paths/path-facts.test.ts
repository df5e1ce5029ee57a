import { describe, expect, test } from "vitest";
import type { ComparisonOperation } from "../../../src/verifier/ir/index.ts";
import { holds } from "../../../src/verifier/paths/concrete.ts";
import { PathFacts } from "../../../src/verifier/paths/path-facts.ts";
import { Terms } from "../../../src/verifier/paths/term.ts";

const NODE = 0;
const BYTE = 0xffn;

describe("given a byte and what was computed from it, a check of either bounds both", () => {
  test("of the sum, as compilers check that a number is between two others", () => {
    const [terms, facts] = [new Terms(), new PathFacts()];
    const byte = terms.leaf(BYTE);
    const sum = terms.computed("add", byte, terms.constant(-16n), true, NODE);
    facts.learn({ operation: "lt", left: sum, right: terms.constant(64n), is64: true, node: NODE });
    expect(facts.rangeOf(byte)).toMatchObject({ min: 16n, max: 79n });
  });

  test("of the byte, for its product, quotient and shifts", () => {
    const [terms, facts] = [new Terms(), new PathFacts()];
    const byte = terms.leaf(BYTE);
    const shifted = terms.computed("lsh", byte, terms.constant(2n), true, NODE);
    const halved = terms.computed("udiv", byte, terms.constant(2n), false, NODE);
    facts.learn({ operation: "sle", left: byte, right: terms.constant(9n), is64: true, node: NODE });
    expect([facts.rangeOf(shifted).max, facts.rangeOf(halved).max]).toEqual([36n, 4n]);
  });

  test("both halves of a 64-bit number that are taken with shifts are one number", () => {
    const terms = new Terms();
    const number = terms.leaf((1n << 64n) - 1n);
    const left = terms.computed("lsh", number, terms.constant(32n), true, NODE);
    expect(terms.computed("rsh", left, terms.constant(32n), true, NODE)).toBe(terms.lowHalf(number, NODE));
  });
});

const OPERATIONS: readonly ComparisonOperation[] = [
  ...(["eq", "ne", "set", "nset", "lt", "le", "gt", "ge", "slt", "sle", "sgt", "sge"] as const),
];

describe("given a byte that is compared, whatever it is", () => {
  test.each(OPERATIONS)(
    "%s excludes no number for which it holds, and is impossible only if it holds for none",
    (operation) => {
      for (const constant of [0n, 1n, 7n, 128n, 255n, 256n, -1n, -128n]) {
        for (const is64 of [true, false]) {
          const [terms, facts] = [new Terms(), new PathFacts()];
          const byte = terms.leaf(BYTE);
          const right = is64 ? terms.constant(constant) : terms.lowHalf(terms.constant(constant), NODE);
          facts.learn({ operation, left: byte, right, is64, node: NODE });
          const allowed = Array.from({ length: 256 }, (_, number) => BigInt(number)).filter((number) =>
            holds(operation, number, BigInt.asUintN(64, constant), is64),
          );
          const { min, max, known, value } = facts.rangeOf(byte);
          const excluded = allowed.filter((number) => number < min || number > max || (number & known) !== value);
          expect(facts.isImpossible ? allowed : excluded, `${operation} ${constant} ${is64}`).toEqual([]);
        }
      }
    },
  );
});
