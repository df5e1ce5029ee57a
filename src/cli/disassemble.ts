import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { platformOf, platformOption } from "./platform-option.ts";

export const disassemble: Command = {
  name: "disassemble",
  usage: "prog.o [--program NAME] [--source] [--json]",
  description: "Lists the instructions of a program in the form of netsh ebpf show disassembly.",
  positionals: ["an object file"],
  options: [
    { name: "program", value: "NAME", help: "only the programs of this name, or of the section of this name" },
    { name: "source", help: "put the C source lines in between, where the object has them (clang -g)" },
    { name: "json", help: "print one JSON document" },
    platformOption,
  ],
  async run(args, io) {
    const [file = ""] = args.positionals;
    const wanted = {
      platform: platformOf(args),
      name: args.value("program"),
      source: args.has("source"),
      json: args.has("json"),
    };
    const { disassembleObject } = await import("./disassemble-object.ts");
    await disassembleObject(file, wanted, io);
    return ExitCode.DONE;
  },
};
