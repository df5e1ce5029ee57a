import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { linkOf } from "./kernel/references.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";

export const detach: Command = {
  name: "detach",
  usage: "LINK",
  description: "Takes a program off its hook: the link (an id or a pin's path) is detached, and its pin taken away.",
  positionals: ["a link"],
  options: [runtimeOption],
  run(args) {
    const [reference = ""] = args.positionals;
    return withKernel(args, async (runtime) => {
      const link = linkOf(runtime, reference);
      link.detach();
      if (!/^[0-9]+$/.test(reference)) runtime.unpin(reference);
      return ExitCode.DONE;
    });
  },
};
