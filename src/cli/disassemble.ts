import { list, listingJson, listingText } from "../report/index.ts";
import { programsNamed } from "./choose-program.ts";
import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { platformOf, platformOption, readObject } from "./read-object.ts";

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
    const spec = await readObject(file, platformOf(args));
    const name = args.value("program");
    const programs = name === undefined ? spec.programs : programsNamed(spec.programs, name);
    const listings = programs.map((program) => list(program, spec.platform, args.has("source")));
    const json = args.has("json");
    io.stdout.write(json ? `${JSON.stringify(listingJson(file, listings), null, 2)}\n` : listingText(listings));
    return ExitCode.DONE;
  },
};
