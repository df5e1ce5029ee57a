import type { Command } from "./command.ts";

/** A command before it is loaded: only the one that was asked for is, so that `--version` need not wait for a kernel. */
export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the help. */
export const commands: readonly CommandRow[] = [
  {
    name: "run",
    summary: "run a program over a capture, packet by packet, and print verdicts and maps",
    load: async () => (await import("./run.ts")).run,
  },
  {
    name: "verify",
    summary: "say whether programs would be loaded, and if not, why and what to change",
    load: async () => (await import("./verify.ts")).verify,
  },
  {
    name: "show",
    summary: "show the programs, maps and globals of an object file",
    load: async () => (await import("./show.ts")).show,
  },
  {
    name: "disassemble",
    summary: "list a program's instructions, with source lines if wanted",
    load: async () => (await import("./disassemble.ts")).disassemble,
  },
  {
    name: "headers",
    summary: "print the folder of C headers to compile programs for Windows with",
    load: async () => (await import("./headers.ts")).headers,
  },
];
