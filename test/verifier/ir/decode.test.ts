import { describe, expect, test } from "vitest";
import { finish } from "../../../src/turns/index.ts";
import { decodeProgram, printInstruction, type Slot } from "../../../src/verifier/ir/index.ts";

const slot = (opcode: number, fields: Partial<Slot> = {}): Slot => ({
  opcode,
  dst: 0,
  src: 0,
  offset: 0,
  imm: 0,
  ...fields,
});
const EXIT = slot(0x95);
const OPTIONS = { builtins: new Set<number>(), storedImmediatesZeroExtended: false };
const decode = (...slots: Slot[]) => finish(decodeProgram(slots, OPTIONS));

/** Reasons as facts about the original name them, each with a slot that earns it. */
const REFUSED: readonly (readonly [reason: string, ...slots: Slot[]])[] = [
  ["bad instruction op 0xe7", slot(0xe7)],
  ["bad instruction op 0x87", slot(0x87, { src: 1 })],
  ["nonzero imm for op 0xf", slot(0x0f, { imm: 1 })],
  ["nonzero offset for op 0x7", slot(0x07, { offset: 1 })],
  ["nonzero dst for register op 0x95", slot(0x95, { dst: 1 })],
  ["invalid offset for op 0x3f", slot(0x3f, { offset: 2 })],
  ["unsupported immediate", slot(0xdb, { imm: 0x30 })],
  ["unsupported immediate", slot(0xd4, { imm: 8 })],
  ["bad register", slot(0x07, { dst: 11 })],
  ["invalid target r10", slot(0x07, { dst: 10 })],
  ["cannot modify r10", slot(0x79, { dst: 10, src: 1 })],
  ["incomplete lddw", slot(0x18)],
  ["invalid lddw", slot(0x18), slot(0, { dst: 1 }), EXIT],
  ["lddw uses reserved fields", slot(0x18, { src: 1 }), slot(0, { imm: 1 }), EXIT],
  ["jump out of bounds", slot(0x05, { offset: 1 })],
  ["jump to middle of lddw", slot(0x05, { offset: 1 }), slot(0x18), slot(0), EXIT],
  ["negative module for op 0x85", slot(0x85, { src: 2, offset: -1 })],
];

describe("given code that is no program", () => {
  for (const [reason, ...slots] of REFUSED) {
    test(`it is refused: ${reason}`, () => {
      expect(() => decode(...slots)).toThrow(reason);
    });
  }

  test("no code at all is refused", () => {
    expect(() => decode()).toThrow("Zero length programs are not allowed");
  });
});

describe("given two shifts by 32", () => {
  const left = slot(0x67, { dst: 3, imm: 32 });
  const text = (...slots: Slot[]): string[] =>
    decode(...slots, EXIT).map((made) => (made ? printInstruction(made) : ""));

  test("left and logically right are a 32-bit move", () => {
    expect(text(left, slot(0x77, { dst: 3, imm: 32 }))).toEqual(["w3 = r3", "", "exit"]);
  });

  test("left and arithmetically right are a sign extension", () => {
    expect(text(left, slot(0xc7, { dst: 3, imm: 32 }))).toEqual(["r3 s32= r3", "", "exit"]);
  });

  test("of different registers they stay two shifts", () => {
    expect(text(left, slot(0x77, { dst: 4, imm: 32 }))).toEqual(["r3 <<= 32", "r4 >>= 32", "exit"]);
  });
});

describe("given a stored immediate", () => {
  const store = slot(0x7a, { dst: 10, offset: -8, imm: -1 });

  test("it is sign-extended", () => {
    const [made] = finish(decodeProgram([store, EXIT], OPTIONS));
    expect(made).toMatchObject({ operand: { value: -1 } });
  });

  test("in the older dialect it is zero-extended", () => {
    const [made] = finish(decodeProgram([store, EXIT], { ...OPTIONS, storedImmediatesZeroExtended: true }));
    expect(made).toMatchObject({ operand: { value: 0xffff_ffff } });
  });
});
