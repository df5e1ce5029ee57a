import type { EbpfError } from "../errors.ts";
import { ExitCode } from "./exit-code.ts";

/** The command line is wrong: exit code 2. `hint` is a sentence on a line of its own. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A command cannot go on: what went wrong, in which file, and the exit code that says so. */
export class Failure extends Error {
  readonly error: EbpfError;
  /** What the message begins with: the file, the packet. */
  readonly where: string;
  readonly exitCode: number;
  /** What can be done about it: the error's own hint unless the command knows better. */
  readonly hint: string | undefined;

  constructor(error: EbpfError, where: string, exitCode: number = ExitCode.REFUSED, hint = error.hint) {
    super(error.message, { cause: error });
    this.error = error;
    this.where = where;
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
