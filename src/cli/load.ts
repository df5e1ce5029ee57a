import { printable } from "../printable.ts";
import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { UsageError } from "./failure.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";

export const load: Command = {
  name: "load",
  usage: "prog.o --pin PATH [--native prog.sys]",
  description: "Loads an object's programs and maps into the kernel and pins each as PATH\\name, so that they stay.",
  positionals: ["an object file"],
  options: [
    { name: "pin", value: "PATH", help: "what the pins' paths begin with: BPF:\\filter" },
    { name: "native", value: "FILE", help: "load this signed image, made from the object (Windows)" },
    runtimeOption,
  ],
  notes: "Slashes do for backslashes in paths of pins (BPF:/filter): shells take backslashes for their own.",
  run(args, io) {
    const [file = ""] = args.positionals;
    const pin = args.value("pin");
    if (pin === undefined) {
      throw new UsageError(
        "load needs --pin: what is not pinned goes when the command ends",
        "winbpf load prog.o --pin BPF:\\filter",
      );
    }
    const native = args.value("native");
    return withKernel(args, async (runtime) => {
      const object = await runtime.load(native === undefined ? file : { native, elf: file });
      const { canonicalPinPath } = await import("../engine/index.ts");
      const pinned: string[] = [];
      try {
        for (const each of [...object.maps, ...object.programs]) {
          // Data sections are the program's own: `.rodata`, `.bss`.
          if (each.name.startsWith(".")) continue;
          const path = `${pin}\\${each.name}`;
          each.pin(path);
          pinned.push(canonicalPinPath(path).path);
        }
      } catch (error) {
        for (const path of pinned) runtime.unpin(path);
        throw error;
      } finally {
        object.close();
      }
      io.stdout.write(pinned.map((path) => `${printable(path)}\n`).join(""));
      return ExitCode.DONE;
    });
  },
};
