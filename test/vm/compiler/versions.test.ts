import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import { generate } from "../../../src/vm/compiler/index.ts";
import { link } from "../../../src/vm/index.ts";
import { BYTES, expectTwins } from "./twins.ts";

const bytes = Uint8Array.from({ length: BYTES }, (_, index) => index * 7);

/** A sum of 16-bit words, from [start, end) of what r1 points to. */
function sum(start: number, end: number): string {
  return `
mov %r0, 0
mov %r2, ${start}
mov %r3, ${end}
mov %r4, %r1
add %r4, %r2
ldxh %r5, [%r4+0]
add %r0, %r5
add %r4, 2
add %r2, 2
jlt %r2, %r3, -5
exit`;
}

/** Insertion of [r1] into 16 sorted words on the stack: a loop with two ends. */
const insertion = `
mov %r2, 16
mov %r3, %r10
add %r3, -128
ldxw %r4, [%r1+0]
ldxw %r5, [%r3+60]
jle32 %r5, %r4, +5
stxw [%r3+64], %r5
add %r3, -4
add %r2, -1
jne32 %r2, 0, -6
ja +0
stxw [%r3+64], %r4
ldxw %r0, [%r10-64]
exit`;

describe("loops whose checks are made before them", () => {
  test("given a loop within its bounds, then both engines do the same", () => {
    for (const end of [0, 2, 3, 8, 10, 64, 255, 256]) expectTwins(sum(0, end), bytes);
  });

  test("given a loop that goes past its bounds, then it faults in the same round", () => {
    for (const [start, end] of [
      [0, 257],
      [0, 1000],
      [250, 300],
      [255, 256],
      [-2, 8],
      [300, 0],
    ]) {
      expectTwins(sum(start, end), bytes);
    }
  });

  test("given a budget, then it ends in the same round", () => {
    for (const budget of [3, 17, 40, 63, 64, 65, 66, 67, 100, 640]) expectTwins(sum(0, 256), bytes, { budget });
  });

  test("given a loop with two ends, then both engines do the same", () => {
    for (const first of [0, 1, 200]) expectTwins(insertion, Uint8Array.of(first, ...bytes.subarray(1)));
    for (const checks of ["arena", "none"] as const) expectTwins(insertion, bytes, { checks });
  });

  test("given more rounds than a chunk has instructions, then all are counted", () => {
    const text = "mov %r0, 1\nmov %r2, 100000\nmul %r0, 3\nadd %r2, -1\njne %r2, 0, -3\nexit";
    for (const checks of ["region", "arena", "none"] as const) expectTwins(text, bytes, { checks });
    expectTwins(text, bytes, { budget: 123_457 });
  });

  test("given such a loop, then there are two versions of it, and none of one that calls", () => {
    const size = (text: string) => {
      const executable = link(assemble(text), { helpers: new Map([[1, () => {}]]), name: "it" });
      const options = { area: 65_536, stackTop: 131_072, arenaEnd: 1 << 20, narrow: new Set(), asking: new Set() };
      return generate(executable, { mode: "region", ...options }).bytes.length;
    };
    expect(size(sum(0, 8))).toBeGreaterThan(size(sum(0, 8).replace("jlt %r2", "jset %r2")) + 100);
    const calling = "mov %r6, 9\ncall 1\nadd %r6, -1\njne %r6, 0, -3\nexit";
    expect(size(calling)).toBe(size(calling.replace("jne", "jeq")));
  });
});

/** Loops of many makes: counters up and down, 32 and 64 bits wide, signed and not, with any step and any end. */
function loop(seed: number): string {
  let state = (Math.imul(seed, 0x9e37_79b9) ^ 0x5bd1_e995) >>> 0;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 7) % below;
  };
  const pick = <Item>(items: readonly Item[]) => items[random(items.length)];
  const width = pick(["", "", "32"]);
  const step = pick([1, 1, -1, -1, 2, -2, 4, -4, 3, 8]);
  const jump = pick(["jlt", "jle", "jgt", "jge", "jne", "jne", "jslt", "jsle", "jsgt", "jsge", "jset", "jeq"]);
  const compared = pick(["", "", "32"]);
  const span = pick([1, 2, 7, 16, 40, 100]) * Math.abs(step);
  const low = pick([0, 0, 0, 1, 5, -3]);
  const [from, to] = step > 0 ? [low, low + span] : [low + span, low];
  const isRegister = random(2) === 0;
  const scale = pick([0, 0, 1, 2]);
  const body = pick([
    [`mov %r4, %r2`, `lsh %r4, ${scale}`, `add %r4, %r1`, `ldxb %r5, [%r4+${pick([0, 3, 60])}]`, `add %r0, %r5`],
    [`mov32 %r4, %r2`, `and %r4, 63`, `add %r4, %r1`, `stxb [%r4+${pick([0, 8])}], %r2`, `add %r0, %r4`],
    [`ldxh %r5, [%r6+0]`, `xor %r0, %r5`, `add %r6, ${step * pick([1, 2])}`, `stxh [%r6+2], %r0`, `mul %r0, 5`],
    [`mov %r4, %r2`, `lsh %r4, 32`, `rsh %r4, 32`, `add %r4, %r10`, `ldxb %r5, [%r4-256]`, `add %r0, %r5`],
    [`mov %r4, %r7`, `add %r4, %r1`, `ldxb %r5, [%r4+1]`, `add %r0, %r5`, `mov %r7, %r2`, `add %r7, ${step}`],
    [`jgt %r0, 900, +1`, `add %r0, %r2`, `ldxw %r5, [%r1+${pick([4, 252, 253])}]`, `xor %r0, %r5`],
  ]);
  const update = `add${width} %r2, ${step}`;
  const lines = random(3) === 0 ? [update, ...body] : [...body, update];
  const early = random(4) === 0 ? [`jeq %r5, ${pick([7, 49, 70])}, +${lines.length + 1}`] : [];
  const all = [...early, ...lines];
  return [
    "mov %r0, 0",
    `mov %r2, ${from}`,
    `mov %r3, ${to + (random(6) === 0 ? 1 : 0)}`,
    "mov %r5, 0",
    `mov %r6, %r1`,
    `add %r6, ${pick([0, 16, 128, 254])}`,
    `mov %r7, ${random(4) === 0 ? 0 : from}`,
    `stxdw [%r10-8], %r1`,
    ...all,
    `${jump}${compared} %r2, ${isRegister ? "%r3" : to}, -${all.length + 1}`,
    "add %r0, %r2",
    "exit",
  ].join("\n");
}

test("given loops of many makes, then both engines do the same, to the last instruction of a budget", () => {
  for (let seed = 0; seed < 150; seed++) expectTwins(loop(seed), bytes, { budget: [5000, 5000, 333, 77][seed % 4] });
}, 30_000);
