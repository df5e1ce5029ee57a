import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode, formOf } from "../../src/isa/index.ts";
import { anyCode, hex, validCode, validInstruction } from "./arbitrary.ts";

describe("decode and encode", () => {
  test("given any instruction of the table, decoding its bytes gives it back", () => {
    fc.assert(
      fc.property(validInstruction, (instruction) => {
        expect(decode(encode([instruction]))[0]).toEqual(instruction);
        expect(formOf(instruction)).toBeDefined();
      }),
    );
  });

  test("given any program of the table, encoding what was decoded gives its bytes back", () => {
    fc.assert(
      fc.property(validCode, (code) => {
        expect(hex(encode(decode(code)))).toBe(hex(code));
      }),
    );
  });

  test("given any bytes, decoding does not throw and has an entry for each slot", () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(decode(code).length).toBe(code.length / 8);
      }),
    );
  });

  test("given lddw in the last slot, decoding leaves out its second half", () => {
    const [instruction] = decode(Uint8Array.of(0x18, 1, 0, 0, 5, 0, 0, 0));
    expect(instruction).toEqual({ opcode: 0x18, dst: 1, src: 0, offset: 0, imm: 5 });
  });

  test("given code inside a larger buffer, decoding reads only its own bytes", () => {
    const bytes = Uint8Array.of(1, 1, 1, 1, 0x95, 0, 0, 0, 0, 0, 0, 0, 1);
    expect(decode(bytes.subarray(4, 12))).toEqual([{ opcode: 0x95, dst: 0, src: 0, offset: 0, imm: 0 }]);
  });

  test("given a length that is no multiple of 8, decoding refuses", () => {
    expect(() => decode(new Uint8Array(9))).toThrow(expect.objectContaining({ code: "EBPF_INVALID_INSTRUCTION" }));
  });

  test.each([
    { opcode: 256, dst: 0, src: 0, offset: 0, imm: 0 },
    { opcode: 0xb7, dst: 16, src: 0, offset: 0, imm: 0 },
    { opcode: 0xb7, dst: 0, src: -1, offset: 0, imm: 0 },
    { opcode: 0xb7, dst: 0, src: 0, offset: 0x8000, imm: 0 },
    { opcode: 0xb7, dst: 0, src: 0, offset: 0, imm: 0x100000000 },
    { opcode: 0xb7, dst: 0, src: 0, offset: 0, imm: 0.5 },
  ])("given a field that does not fit, encoding refuses: %j", (instruction) => {
    expect(() => encode([instruction])).toThrow(expect.objectContaining({ code: "EBPF_INVALID_INSTRUCTION" }));
  });
});
