import { printable } from "../printable.ts";
import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { objectOf } from "./kernel/references.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";

export const pin: Command = {
  name: "pin",
  usage: "map|program|link OBJECT PATH",
  description: "Keeps a map, program or link (an id or another pin's path) alive under a path.",
  positionals: ["a kind", "an object", "a path"],
  options: [runtimeOption],
  run(args, io) {
    const [kind = "", reference = "", path = ""] = args.positionals;
    return withKernel(args, async (runtime) => {
      objectOf(runtime, kind, reference).pin(path);
      const { canonicalPinPath } = await import("../engine/index.ts");
      io.stdout.write(`${printable(canonicalPinPath(path).path)}\n`);
      return ExitCode.DONE;
    });
  },
};

export const unpin: Command = {
  name: "unpin",
  usage: "PATH",
  description: "Takes a pin away; what nothing else holds, goes.",
  positionals: ["a path"],
  options: [runtimeOption],
  run(args) {
    const [path = ""] = args.positionals;
    return withKernel(args, async (runtime) => {
      runtime.unpin(path);
      return ExitCode.DONE;
    });
  },
};
