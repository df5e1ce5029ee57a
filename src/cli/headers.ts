import { join } from "node:path";
import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";

/** The folder to give to clang with `-I`: absolute, of this package. */
function headersFolder(): string {
  return join(import.meta.dirname, "../../include");
}

export const headers: Command = {
  name: "headers",
  usage: "",
  description: "Prints the folder of C headers to compile eBPF programs for Windows with.",
  positionals: [],
  options: [],
  notes: `Programs include <winbpf/xdp.h> and its neighbours:

  clang -target bpf -mcpu=v3 -O2 -g -I "$(winbpf headers)" -c prog.c -o prog.o`,
  async run(_args, io) {
    io.stdout.write(`${headersFolder()}\n`);
    return ExitCode.DONE;
  },
};
