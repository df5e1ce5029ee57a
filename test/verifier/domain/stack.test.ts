import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DIALECTS, type DialectName } from "../../../src/verifier/dialect.ts";
import { ByteSet } from "../../../src/verifier/domain/byte-set.ts";
import {
  type Integer,
  Interval,
  type Interval as Range,
  State,
  SVALUE,
  UVALUE,
  VariableSpace,
} from "../../../src/verifier/domain/index.ts";
import { environmentOf } from "../environment.ts";

const at = (offset: number): Range => Interval.constant(offset);

function given(dialect: DialectName = "latest", bigEndian = false) {
  const state = State.top(new VariableSpace(4096));
  const environment = environmentOf({ dialect: DIALECTS[dialect], bigEndian });
  const put = (offset: number, width: number, value: Integer): void => {
    const { stack, types, values } = state;
    for (const kind of [SVALUE, UVALUE]) {
      const variable = stack.store(values, kind, at(offset), at(width), environment);
      if (variable !== undefined) values.assignConstant(variable, value);
    }
    const cell = stack.storeType(types, at(offset), at(width), true, environment);
    if (cell !== undefined) types.assign(cell, 3);
  };
  const get = (offset: number, width: number): unknown => {
    const loaded = state.stack.load(state.values, UVALUE, at(offset), width, environment);
    return loaded === undefined ? undefined : state.zone.evaluate(loaded).constant;
  };
  return { state, environment, put, get };
}

describe("given a set of bytes", () => {
  test("when ranges are set and cleared, then it agrees with an array of flags", () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 140 }), fc.integer({ min: 1, max: 70 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), fc.array(range, { maxLength: 4 }), (first, second) => {
        const flags = new Array<boolean>(128).fill(false);
        const set = ByteSet.empty(128);
        for (const [start, width, numeric] of first) {
          set.fill(start, width, numeric);
          for (let i = start; i < Math.min(128, start + width); i++) flags[i] = numeric;
        }
        const copy = set.copy();
        for (const [start, width, numeric] of second) copy.fill(start, width, numeric);
        expect(flags.map((_, i) => set.has(i))).toEqual(flags);
        expect(set.hasAll(3, 40)).toBe(flags.slice(3, 40).every(Boolean));
        expect(set.hasNone(3, 40)).toBe(!flags.slice(3, 40).some(Boolean));
        expect(set.includes(set.intersection(copy)) && set.union(copy).includes(copy)).toBe(true);
      }),
    );
  });
});

describe("given known numbers on the stack", () => {
  test("when bytes of them are loaded, then they are put together, in the machine's order", () => {
    const little = given();
    little.put(4088, 8, 0x0102030405060708n);
    expect([little.get(4088, 1), little.get(4089, 2), little.get(4092, 4)]).toEqual([8, 0x0607, 0x01020304]);
    const big = given("latest", true);
    big.put(4088, 8, 0x0102030405060708n);
    expect([big.get(4088, 1), big.get(4088, 2), big.get(4092, 4)]).toEqual([1, 0x0102, 0x05060708]);
  });

  test("when part of one is overwritten, then its other bytes stay known", () => {
    const { put, get } = given();
    put(4088, 8, 0x1122334455667788n);
    put(4092, 4, 0xaabbccdd);
    expect(get(4088, 4)).toBe(0x55667788);
    expect(get(4092, 4)).toBe(0xaabbccdd);
  });

  test("when a helper may have written anywhere, then they are forgotten", () => {
    const { state, environment, put, get } = given();
    put(4088, 8, 7);
    for (const kind of [SVALUE, UVALUE]) {
      state.stack.havoc(state.values, kind, Interval.of(4080, 4090), at(1), environment);
    }
    expect(get(4088, 8)).toBeUndefined();
  });

  test("when exactly their bytes are forgotten, then Windows 1.6 remembers them all the same (D3)", () => {
    for (const [dialect, value] of [
      ["latest", undefined],
      ["windows-1.6", 7],
    ] as const) {
      const { state, environment, put, get } = given(dialect);
      put(4088, 8, 7);
      for (const kind of [SVALUE, UVALUE]) state.stack.havoc(state.values, kind, at(4088), at(8), environment);
      expect(get(4088, 8)).toBe(value);
    }
  });
});

describe("given an access of no bytes", () => {
  test("when asked whether they are numeric, then Windows 1.6 says yes and newer ones no (D12)", () => {
    const answers = (["latest", "windows-1.6"] as const).map((dialect) => {
      const { state, environment } = given(dialect);
      return state.bytes.isNumericBetween(at(4088), at(4088), environment);
    });
    expect(answers).toEqual([false, true]);
  });
});
