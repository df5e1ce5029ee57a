import { describe, expect, test } from "vitest";
import { VariableSpace } from "../../../src/verifier/domain/index.ts";
import { TypeClasses } from "../../../src/verifier/domain/type-classes.ts";
import { ALL_TYPES, T_CTX, T_NUMBER, T_PACKET, T_STACK, typeSet } from "../../../src/verifier/ir/index.ts";

function given() {
  const space = new VariableSpace(4096);
  const [a, b, c, d] = [space.register(1), space.register(2), space.register(3), space.register(4)];
  return { types: TypeClasses.top(space), a, b, c, d };
}

describe("given nothing about types", () => {
  test("when asked, then every location may have every type and equals nothing", () => {
    const { types, a, b } = given();
    expect(types.types(a)).toBe(ALL_TYPES);
    expect(types.areEqual(a, b)).toBe(false);
    expect(types.lines()).toEqual([]);
  });
});

describe("given two locations with one type", () => {
  test("when the type is certain, then they are equal, however they got it", () => {
    const { types, a, b } = given();
    types.assign(a, T_CTX);
    types.restrict(b, typeSet(T_CTX, T_PACKET));
    expect(types.areEqual(a, b)).toBe(false);
    types.restrict(b, typeSet(T_CTX, T_STACK));
    expect(types.areEqual(a, b)).toBe(true);
  });

  test("when one is narrowed, then the other is too", () => {
    const { types, a, b, c } = given();
    types.restrict(a, typeSet(T_NUMBER, T_PACKET));
    types.copyType(b, a);
    types.restrict(a, typeSet(T_NUMBER));
    expect(types.types(b)).toBe(typeSet(T_NUMBER));
    types.assign(c, T_NUMBER);
    expect(types.areEqual(b, c)).toBe(true);
  });

  test("when one is forgotten, then the other keeps its type", () => {
    const { types, a, b } = given();
    types.assign(a, T_STACK);
    types.copyType(b, a);
    types.havoc(a);
    expect([types.types(a), types.types(b)]).toEqual([ALL_TYPES, typeSet(T_STACK)]);
  });

  test("when nothing is left, then narrowing says so", () => {
    const { types, a, b } = given();
    types.assign(a, T_STACK);
    types.assign(b, T_CTX);
    expect(types.restrict(a, typeSet(T_CTX))).toBe(false);
    expect(types.equate(a, b)).toBe(false);
  });
});

describe("given two branches", () => {
  test("when both have r1 and r2 alike but of different types, then the join knows that they are alike", () => {
    const { types, a, b, c } = given();
    const other = types.copy();
    for (const [branch, type] of [
      [types, T_NUMBER],
      [other, T_PACKET],
    ] as const) {
      branch.assign(a, type);
      branch.assign(b, type);
      branch.assign(c, T_NUMBER);
    }
    const joined = types.join(other);
    expect(joined.areEqual(a, b)).toBe(true);
    expect(joined.areEqual(a, c)).toBe(false);
    expect(joined.typesGiven(a, typeSet(T_PACKET), b)).toBe(typeSet(T_PACKET));
    expect(joined.typesGiven(a, typeSet(T_STACK), b)).toBeUndefined();
    expect(joined.lines().sort()).toEqual(["r1.type in {number, packet}", "r2.type=r1.type", "r3.type=number"]);
    expect(types.isWithin(joined) && other.isWithin(joined)).toBe(true);
    expect(joined.isWithin(types)).toBe(false);
  });

  test("when met with one of them, then the join is that one again", () => {
    const { types, a, b } = given();
    const other = types.copy();
    types.assign(a, T_NUMBER);
    types.assign(b, T_NUMBER);
    other.assign(a, T_PACKET);
    other.assign(b, T_PACKET);
    const met = types.join(other).meet(other);
    expect(met?.isWithin(other)).toBe(true);
    expect(types.meet(other)).toBeUndefined();
  });

  test("when a location is renamed, then its equalities go with it", () => {
    const { types, a, b, c } = given();
    types.restrict(a, typeSet(T_NUMBER, T_PACKET));
    types.copyType(b, a);
    types.rename(b, c);
    expect([types.areEqual(a, c), types.areEqual(a, b)]).toEqual([true, false]);
    expect(types.types(b)).toBe(ALL_TYPES);
  });
});
