import type { ConformanceGroup } from "../isa/index.ts";
import type { DialectName } from "./dialect.ts";
import type { LogLevel } from "./log-level.ts";
import type { CustomProgramType } from "./platform/index.ts";

/** What an analysis may cost before it ends in a refusal. */
export interface VerifyBudget {
  /** Instructions analysed, each round of a loop counted: 300,000 if absent. */
  readonly steps?: number;
  /** Bytes by which the heap may grow: 2 GiB if absent. */
  readonly bytes?: number;
}

/** How to verify. What is absent is as ebpf-for-windows has it. */
export interface VerifyOptions {
  /** Program type by name, instead of the one that the section stands for. */
  readonly type?: string;
  /** Whose decisions count: `"windows-1.6"` for Windows' objects, `"latest"` for Linux', if absent. */
  readonly dialect?: DialectName;
  /** Refuse what only the older dialect accepts: false if absent, and a warning then says so. */
  readonly strictDialect?: boolean;
  /** Loops must be shown to end: true if absent. */
  readonly checkTermination?: boolean;
  /** Keys of array maps must be in range: false if absent. */
  readonly strict?: boolean;
  /** Division by zero gives zero, as the instruction set says: true if absent. */
  readonly allowDivisionByZero?: boolean;
  /** Bytes of one function's stack: 512 if absent. */
  readonly subprogramStackSize?: number;
  /** Functions on the stack at a time: 8 if absent. */
  readonly maxCallStackFrames?: number;
  /** Bytes: 65,535 if absent. */
  readonly maxPacketSize?: number;
  /** The machine is big-endian: false if absent. */
  readonly bigEndian?: boolean;
  /** Begin with what a program's first instruction finds in the registers: true if absent. */
  readonly setupConstraints?: boolean;
  /** The last instruction must not fall through: true if absent. */
  readonly mustHaveExit?: boolean;
  /** Instruction groups that the machine has; the platform's if absent. */
  readonly conformanceGroups?: readonly ConformanceGroup[];
  /** Program types of further extensions. */
  readonly programTypes?: readonly CustomProgramType[];
  readonly budget?: VerifyBudget;
  readonly signal?: AbortSignal;
  /**
   * Threads of the package's own that verify at a time, at most one for each processor: as many as are worth their while
   * if absent, so that small programs stay in the caller's thread; none for 0.
   */
  readonly threads?: number;
  /** How much `Report.log` says, as Windows' API has it: `"normal"` if absent. */
  readonly logLevel?: LogLevel;
  /** Keep what is known before and after every instruction: false if absent. */
  readonly invariants?: boolean;
  /** Give a proof of the accesses to memory (`Report.proof`): false if absent. */
  readonly proof?: boolean;
}
