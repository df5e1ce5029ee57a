import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";
import { platformOf, platformOption } from "./platform-option.ts";

/** Words that stand for what the kernel has. */
const lists: ReadonlySet<string> = new Set(["programs", "maps", "links", "pins"]);

export const show: Command = {
  name: "show",
  usage: "prog.o|programs|maps|links|pins [--json]",
  description: "Shows what an object file holds, or lists what the machine's kernel has. Sizes are bytes.",
  positionals: ["an object file, or programs, maps, links or pins"],
  options: [{ name: "json", help: "print one JSON document" }, platformOption, runtimeOption],
  async run(args, io) {
    const [file = ""] = args.positionals;
    // A kernel is loaded only where one is asked for.
    if (lists.has(file)) return (await import("./kernel/show-kernel.ts")).showKernel(file, args, io);
    const { showObject } = await import("./show-object.ts");
    await showObject(file, platformOf(args), args.has("json"), io);
    return ExitCode.DONE;
  },
};
