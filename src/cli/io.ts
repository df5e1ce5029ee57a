/** Where a command writes to. */
export interface Output {
  write(text: string): unknown;
  /** A terminal: progress bars are drawn on nothing else. */
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal, in characters. */
  readonly columns?: number | undefined;
}

/** What a command has of the world besides files: handed in, so that tests can watch it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Resolves when all that was written to `stdout` is on its way. */
  drained(): Promise<void>;
  /** Aborts when the user interrupts (Ctrl-C). From the first call on an interruption no longer ends the process. */
  interruption(): AbortSignal;
}
