import { describe, expect, test } from "vitest";
import { finish } from "../../../src/turns/index.ts";
import { Assembly, NotData, type Piece, takeApart } from "../../../src/verifier/threads/index.ts";

/** The pieces of a value, each as another thread would see it. */
function piecesOf(value: object): Piece[] {
  const pieces: Piece[] = [];
  finish(takeApart(value, (piece) => pieces.push(structuredClone(piece))));
  return pieces;
}

function crossed(value: object): unknown {
  const assembly = new Assembly();
  for (const piece of piecesOf(value)) assembly.add(piece);
  return assembly.whole;
}

describe("given data that crosses to another thread", () => {
  test("what arrives is the same", () => {
    const data = {
      verdict: "pass",
      stage: undefined,
      none: null,
      big: 2n ** 70n,
      zero: -0,
      path: [],
      code: new Uint8Array([1, 2, 3]),
      findings: [{ at: "5/12", slots: [1, undefined, 3], deeper: [[{}], ["a", { b: ["c"] }]] }],
    };
    expect(crossed(data)).toStrictEqual(data);
    expect(crossed([])).toStrictEqual([]);
  });

  test("what is shared is shared there, too, and goes once", () => {
    const step = { slot: 7, condition: "r1 > r2" };
    const findings = Array.from({ length: 3000 }, () => ({ path: [step, step] }));
    const pieces = piecesOf({ findings });
    expect(
      pieces.flatMap(({ parts }) => parts).filter((part) => JSON.stringify(part) === JSON.stringify(step)),
    ).toHaveLength(1);
    const there = crossed({ findings }) as typeof findings extends infer T ? { findings: T } : never;
    expect(there).toStrictEqual({ findings });
    expect(there.findings[0]?.path[0]).toBe(there.findings[2999]?.path[1]);
  });

  test("long lists and texts go in pieces of little weight", () => {
    const lines = Array.from({ length: 20_000 }, (_, slot) => ({
      slot,
      file: "a.c",
      line: slot,
      column: 0,
      text: "x",
    }));
    const log = Array.from({ length: 300_000 }, (_, i) => `${i}`).join(" ");
    const pieces = piecesOf({ lines, log });
    for (const { parts } of pieces.slice(0, -1)) expect(JSON.stringify(parts).length).toBeLessThan(200_000);
    expect(crossed({ lines, log })).toStrictEqual({ lines, log });
  });

  test("of a view on bytes only what it shows goes along", () => {
    const all = new Uint8Array(1_000_000);
    const [piece] = piecesOf({ code: all.subarray(8, 24) });
    const [code] = piece?.parts ?? [];
    expect(code).toBeInstanceOf(Uint8Array);
    expect((code as Uint8Array).buffer.byteLength).toBe(16);
  });

  test.each([
    ["a function", { resolve: () => 1 }],
    ["a symbol", { kind: Symbol("x") }],
    ["an object of a class", { type: new (class Custom {})() }],
    ["a map", { types: new Map() }],
  ])("%s is no data, and does not go", (_, value) => {
    expect(() => piecesOf(value)).toThrow(NotData);
  });

  test("taking apart pauses behind every piece", () => {
    let given = 0;
    const work = takeApart(
      Array.from({ length: 50_000 }, (_, slot) => ({ slot })),
      () => given++,
    );
    let pauses = 0;
    while (work.next().done !== true) pauses++;
    expect(given).toBeGreaterThan(20);
    expect(pauses).toBe(given - 1);
  });
});
