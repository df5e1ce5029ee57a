import { resolve } from "node:path";
import { printable } from "../printable.ts";
import type { AttachOptions } from "../runtime/index.ts";
import type { Arguments, Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { UsageError } from "./failure.ts";
import { interfaceIndex } from "./kernel/interface-index.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { programOf } from "./kernel/references.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";
import { wholeNumber } from "./parse-arguments.ts";

const LARGEST = 0xffff_ffff;
const captures = ["all", "flow", "drop", "none"] as const;

export const attach: Command = {
  name: "attach",
  usage: "PROGRAM --pin PATH [--interface NAME] [--compartment N] [--capture EVENTS] [--cgroup FOLDER]",
  description: "Attaches a loaded program (an id or a pin's path) to its hook and pins the link, so that it stays.",
  positionals: ["a program"],
  options: [
    { name: "pin", value: "PATH", help: "where the link is pinned: BPF:\\filter\\link" },
    { name: "interface", value: "NAME", help: "XDP, tc: the network interface, by name or index" },
    { name: "compartment", value: "N", help: "socket hooks of Windows: the network compartment (default: all)" },
    { name: "capture", value: captures.join("|"), help: "netevent_monitor: which events are captured" },
    { name: "cgroup", value: "FOLDER", help: "cgroup hooks of Linux: /sys/fs/cgroup/…" },
    runtimeOption,
  ],
  run(args, io) {
    const [reference = ""] = args.positionals;
    const pin = args.value("pin");
    if (pin === undefined) {
      throw new UsageError("attach needs --pin: a link that is not pinned goes when the command ends");
    }
    const options = attachOptions(args);
    return withKernel(args, async (runtime) => {
      const program = programOf(runtime, reference);
      const link = await program.attach(options);
      link.pin(pin);
      const { canonicalPinPath } = await import("../engine/index.ts");
      io.stdout.write(`link ${link.info.id} ${printable(canonicalPinPath(pin).path)}\n`);
      return ExitCode.DONE;
    });
  },
};

function attachOptions(args: Arguments): AttachOptions {
  const where = args.value("interface");
  const compartment = wholeNumber(args, "compartment", 0, LARGEST);
  const word = args.value("capture");
  const capture = captures.find((each) => each === word);
  if (capture !== word) throw new UsageError(`--capture takes ${captures.join(", ")}, not ${word}`);
  const cgroup = args.value("cgroup");
  return {
    ...(where === undefined ? {} : { ifIndex: interfaceIndex(where) }),
    ...(compartment === undefined ? {} : { compartment }),
    ...(capture === undefined ? {} : { capture }),
    ...(cgroup === undefined ? {} : { cgroup: resolve(cgroup) }),
  };
}
