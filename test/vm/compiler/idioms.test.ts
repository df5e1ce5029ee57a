import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import { link, Machine, Memory, Regions } from "../../../src/vm/index.ts";
import { expectTwins } from "./twins.ts";

/** r0 of a program, compiled. */
function compiled(text: string): bigint {
  const machine = new Machine({ memory: new Memory(), regions: new Regions(), engine: "compiled" });
  machine.run(link(assemble(text), { helpers: new Map(), name: "it" }), 0);
  return BigInt.asUintN(64, (BigInt(machine.hi[0]) << 32n) | BigInt(machine.lo[0] >>> 0));
}

describe("several instructions that WebAssembly says in one", () => {
  test("given two shifts that are combined, then the number is rotated", () => {
    const rotate = (operation: string) =>
      `lddw %r7, 0x0123456789abcdef\nmov %r3, %r7\nrsh %r3, 51\nlsh %r7, 13\n${operation} %r7, %r3\nmov %r0, %r7\nexit`;
    // 0x0123456789abcdef rotated left by 13.
    for (const operation of ["or", "add", "xor"]) expect(compiled(rotate(operation))).toBe(0x68acf13579bde024n);
  });

  test("given 32-bit shifts that are combined, then the low half is rotated and the high one cleared", () => {
    const text =
      "lddw %r7, 0xffffffff12345678\nmov32 %r3, %r7\nlsh32 %r3, 8\nrsh32 %r7, 24\nor32 %r7, %r3\nmov %r0, %r7\nexit";
    expect(compiled(text)).toBe(0x34567812n);
  });

  test("given shifts to and fro, then the lowest bits are extended", () => {
    const text = (shift: string, by: number) =>
      `lddw %r0, 0xfedcba98fedc8a9c\nlsh %r0, ${by}\n${shift} %r0, ${by}\nexit`;
    expect(compiled(text("rsh", 32))).toBe(0xfedc8a9cn);
    expect(compiled(text("arsh", 32))).toBe(0xfffffffffedc8a9cn);
    expect(compiled(text("rsh", 48))).toBe(0x8a9cn);
    expect(compiled(text("arsh", 48))).toBe(0xffffffffffff8a9cn);
    expect(compiled(text("arsh", 56))).toBe(0xffffffffffffff9cn);
  });
});

/** Lines that are nearly one of the above: shifts by other amounts, of other values, with something in between. */
function nearly(seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const lines = ["lddw %r0, 0x8123456789abcdef", "lddw %r1, 0xfedcba9876543210", "mov %r2, 77", "mov %r3, -1"];
  for (let count = 0; count < 40; count++) {
    const width = random(3) === 0 ? "32" : "";
    const amount = [8, 13, 16, 32 - 13, 24, 51, 32, 48, 56][random(9)] & (width === "" ? 63 : 31);
    const [a, b] = [random(4), random(4)];
    lines.push(
      ...[
        [`mov${width} %r${a}, %r${b}`, `lsh${width} %r${a}, ${amount}`],
        [`rsh${width} %r${a}, ${(width === "" ? 64 : 32) - amount}`.replace("64", "0")],
        [`${["or", "add", "xor", "and"][random(4)]}${width} %r${a}, %r${b}`],
        [`lsh${width} %r${a}, ${amount}`, `${["rsh", "arsh"][random(2)]}${width} %r${a}, ${amount}`],
        [`jgt %r${a}, %r${b}, +0`],
      ][random(5)],
    );
  }
  return [...lines, "xor %r0, %r1", "xor %r0, %r2", "add %r0, %r3", "exit"].join("\n");
}

test("given lines that are nearly such, then compiled code does what the interpreter does", () => {
  for (let seed = 0; seed < 60; seed++) expectTwins(nearly(seed));
});
