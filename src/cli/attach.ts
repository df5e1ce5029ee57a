import { printable } from "../printable.ts";
import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { UsageError } from "./failure.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { programOf } from "./kernel/references.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";
import { wholeNumber } from "./parse-arguments.ts";

const LARGEST_INDEX = 0xffff_ffff;

export const attach: Command = {
  name: "attach",
  usage: "PROGRAM --pin PATH [--interface INDEX]",
  description: "Attaches a loaded program (an id or a pin's path) to its hook and pins the link, so that it stays.",
  positionals: ["a program"],
  options: [
    { name: "pin", value: "PATH", help: "where the link is pinned: BPF:\\filter\\link" },
    { name: "interface", value: "INDEX", help: "XDP: index of the network interface" },
    runtimeOption,
  ],
  run(args, io) {
    const [reference = ""] = args.positionals;
    const pin = args.value("pin");
    if (pin === undefined) {
      throw new UsageError("attach needs --pin: a link that is not pinned goes when the command ends");
    }
    const ifIndex = wholeNumber(args, "interface", 0, LARGEST_INDEX);
    return withKernel(args, async (runtime) => {
      const program = programOf(runtime, reference);
      const link = await program.attach(ifIndex === undefined ? {} : { ifIndex });
      link.pin(pin);
      const { canonicalPinPath } = await import("../engine/index.ts");
      io.stdout.write(`link ${link.info.id} ${printable(canonicalPinPath(pin).path)}\n`);
      return ExitCode.DONE;
    });
  },
};
