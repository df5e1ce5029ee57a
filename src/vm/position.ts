import type { SourceLine } from "../spec/index.ts";
import type { Executable } from "./executable.ts";
import type { Position } from "./fault.ts";

/** The entry that holds at `slot`: the last that begins at or before it. */
export function lineAt(lines: readonly SourceLine[], slot: number): SourceLine | undefined {
  return lines.findLast((line) => line.slot <= slot);
}

/** A 64-bit register from its halves, unsigned. */
export function wide(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** All of r0 to r10. */
export function registers(lo: Int32Array, hi: Int32Array): bigint[] {
  return Array.from({ length: 11 }, (_, r) => wide(lo[r], hi[r]));
}

/** Describes the instruction at `index` of `executable`; the index after the last is the end of the code. */
export function positionAt(executable: Executable, index: number, lo: Int32Array, hi: Int32Array): Position {
  const pc = executable.slots[index] ?? executable.end;
  return {
    pc,
    program: executable.name,
    registers: registers(lo, hi),
    instruction: executable.instructions[index] === undefined ? "end of code" : executable.text(index),
    line: lineAt(executable.lines, pc),
  };
}
