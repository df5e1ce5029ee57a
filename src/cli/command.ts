import type { Io } from "./io.ts";

/** One option of a command. */
export interface OptionRow {
  readonly name: string;
  /** What its value is called in the help; absent for switches. */
  readonly value?: string;
  readonly help: string;
}

/** What the command line said, checked against the command's rows. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** The value of an option; undefined where it was not given. */
  value(name: string): string | undefined;
  /** Whether a switch was given. */
  has(name: string): boolean;
}

/** A verb of the command line, complete with its help. */
export interface Command {
  readonly name: string;
  /** What follows the name: `prog.o [--json]`. */
  readonly usage: string;
  /** One full sentence. */
  readonly description: string;
  readonly positionals: readonly string[];
  /** More positionals than those that may follow; none unless given. */
  readonly optional?: number;
  readonly options: readonly OptionRow[];
  /** More to say, below the options. */
  readonly notes?: string;
  /**
   * Does the work and says with which code to exit. Throws `UsageError`, `Failure`. Imports engines when it is called:
   * help and wrong usage need none.
   */
  run(args: Arguments, io: Io): Promise<number>;
}
