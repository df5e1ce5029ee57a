import { EbpfError, type EbpfErrorCode, type EbpfErrorOptions } from "../errors.ts";
import type { SourceLine } from "../spec/index.ts";

/** Where a run stopped, and with what in its registers. */
export interface Position {
  /** Slot of the instruction. */
  readonly pc: number;
  /** Name of the program that was running (after a tail call: of the one called). */
  readonly program: string;
  /** r0 to r10 before the instruction, unsigned 64-bit. */
  readonly registers: readonly bigint[];
  /** The instruction as the disassembler writes it. */
  readonly instruction: string;
  /** The C source line it was compiled from, where the object says. */
  readonly line: SourceLine | undefined;
}

function place(position: Position): string {
  const source = position.line === undefined ? "" : ` (${position.line.file}:${position.line.line})`;
  return `${position.program}: instruction ${position.pc}, ${position.instruction}${source}`;
}

/** A run that stopped before its `exit`: what `FaultError` and `BudgetError` have in common. */
class StoppedError extends EbpfError implements Position {
  readonly pc: number;
  readonly program: string;
  readonly registers: readonly bigint[];
  readonly instruction: string;
  readonly line: SourceLine | undefined;

  constructor(code: EbpfErrorCode, reason: string, position: Position, options: EbpfErrorOptions) {
    super(code, `${place(position)}: ${reason}`, options);
    this.pc = position.pc;
    this.program = position.program;
    this.registers = position.registers;
    this.instruction = position.instruction;
    this.line = position.line;
  }
}

/** `EBPF_FAULT`: the program did what no verified program does: touched what is not its own, called too deep. */
export class FaultError extends StoppedError {
  /** Address of the access that was refused, unsigned 64-bit; undefined for faults that are no access. */
  readonly address: bigint | undefined;

  constructor(reason: string, position: Position, address?: bigint) {
    super("EBPF_FAULT", reason, position, {
      hint: "A program that the verifier accepts does not fault: verify it, or run it under trace to see how it got here.",
    });
    this.address = address;
  }
}

/** `EBPF_BUDGET_EXCEEDED`: the run used up its instructions or its time. */
export class BudgetError extends StoppedError {
  constructor(reason: string, position: Position) {
    super("EBPF_BUDGET_EXCEEDED", reason, position, {
      hint: "Raise limits.instructions or limits.deadline if the program is meant to run that long.",
    });
  }
}
