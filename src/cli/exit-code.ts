/** What the process tells its caller. */
export const ExitCode = {
  DONE: 0,
  /** The program was refused, or faulted. */
  REFUSED: 1,
  /** The command line is wrong, or a file cannot be read or written. */
  USAGE: 2,
  /** A mistake of winbpf itself: EX_SOFTWARE of BSD's sysexits.h. */
  CRASHED: 70,
  /** Interrupted: 128 + SIGINT, as shells have it. What was done by then has been printed. */
  INTERRUPTED: 130,
} as const;
