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
    summary: "show an object file, or the programs, maps, links and pins of the kernel",
    load: async () => (await import("./show.ts")).show,
  },
  {
    name: "disassemble",
    summary: "list a program's instructions, with source lines if wanted",
    load: async () => (await import("./disassemble.ts")).disassemble,
  },
  {
    name: "load",
    summary: "load an object into the kernel and pin what it holds",
    load: async () => (await import("./load.ts")).load,
  },
  {
    name: "attach",
    summary: "attach a loaded program to its hook",
    load: async () => (await import("./attach.ts")).attach,
  },
  {
    name: "detach",
    summary: "take a program off its hook",
    load: async () => (await import("./detach.ts")).detach,
  },
  {
    name: "pin",
    summary: "keep an object alive under a path",
    load: async () => (await import("./pin.ts")).pin,
  },
  {
    name: "unpin",
    summary: "take a pin away",
    load: async () => (await import("./pin.ts")).unpin,
  },
  {
    name: "map",
    summary: "read and write maps of the kernel: get, set, delete, dump, watch",
    load: async () => (await import("./map.ts")).map,
  },
  {
    name: "events",
    summary: "print the records of a ring buffer or perf event array",
    load: async () => (await import("./events.ts")).events,
  },
  {
    name: "headers",
    summary: "print the folder of C headers to compile programs for Windows with",
    load: async () => (await import("./headers.ts")).headers,
  },
];
