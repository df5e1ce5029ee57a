import { objectJson, objectText } from "../report/index.ts";
import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { platformOf, platformOption, readObject } from "./read-object.ts";

export const show: Command = {
  name: "show",
  usage: "prog.o [--json]",
  description: "Shows what an object file holds: programs, maps and global variables. Sizes are bytes.",
  positionals: ["an object file"],
  options: [{ name: "json", help: "print one JSON document" }, platformOption],
  async run(args, io) {
    const [file = ""] = args.positionals;
    const spec = await readObject(file, platformOf(args));
    const json = args.has("json");
    io.stdout.write(json ? `${JSON.stringify(objectJson(file, spec), null, 2)}\n` : objectText(file, spec));
    return ExitCode.DONE;
  },
};
