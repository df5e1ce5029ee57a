import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { isId, linkOf } from "./kernel/references.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";

export const detach: Command = {
  name: "detach",
  usage: "LINK",
  description: "Takes a program off its hook: the link (an id or a pin's path) is detached, and its pins taken away.",
  positionals: ["a link"],
  options: [runtimeOption],
  run(args) {
    const [reference = ""] = args.positionals;
    return withKernel(args, async (runtime) => {
      const link = linkOf(runtime, reference);
      const { id } = link.info;
      link.detach();
      if (!isId(reference)) runtime.unpin(reference);
      // Other pins would keep a link that does nothing.
      const pins = runtime.supports("pin-list") ? [...runtime.pins("link")] : [];
      for (const { path } of pins) if (linkOf(runtime, path).info.id === id) runtime.unpin(path);
      return ExitCode.DONE;
    });
  },
};
