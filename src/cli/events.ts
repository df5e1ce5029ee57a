import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { hexText } from "./kernel/bytes-text.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { mapOf } from "./kernel/references.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";
import { wholeNumber } from "./parse-arguments.ts";
import { Written } from "./written.ts";

export const events: Command = {
  name: "events",
  usage: "MAP [--count N] [--json]",
  description: "Prints the records that programs write to a ring buffer or perf event array, until interrupted.",
  positionals: ["a map"],
  options: [
    { name: "count", value: "N", help: "end after so many records" },
    { name: "json", help: "print one JSON document a line" },
    runtimeOption,
  ],
  run(args, io) {
    const [reference = ""] = args.positionals;
    const count = wholeNumber(args, "count", 1, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY;
    const json = args.has("json");
    return withKernel(args, async (runtime) => {
      const signal = io.interruption();
      const written = new Written(io);
      let seen = 0;
      for await (const { data, cpu, lost } of mapOf(runtime, reference).records({ signal })) {
        if (lost > 0) io.stderr.write(`winbpf: ${lost} records of CPU ${cpu} found no room\n`);
        const hex = hexText(data);
        await written.now(
          json ? `${JSON.stringify({ cpu, lost, data: hex.replaceAll(" ", "") })}\n` : `${cpu}: ${hex}\n`,
        );
        if (++seen >= count) return ExitCode.DONE;
      }
      return ExitCode.INTERRUPTED;
    });
  },
};
