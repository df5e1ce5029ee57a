import type { Command } from "./command.ts";
import { UsageError } from "./failure.ts";
import { wholeNumber } from "./parse-arguments.ts";

const MAX_INDEX = 0xffff_ffff;

export const run: Command = {
  name: "run",
  usage: "prog.o --pcap in.pcap [--program NAME] [--ifindex N] [--out out.pcap] [--limit N] [--no-verify] [--json]",
  description: "Runs an XDP program over a capture in a simulated kernel, and prints verdicts and map contents.",
  positionals: ["an object file"],
  options: [
    { name: "pcap", value: "FILE", help: "the packets: pcap or pcapng, Ethernet" },
    { name: "program", value: "NAME", help: "which XDP program, by name or section, if there are several" },
    { name: "ifindex", value: "N", help: "index of the interface that the packets arrive on (default 1)" },
    {
      name: "out",
      value: "FILE",
      help: "write packets with the verdicts PASS and TX to this pcap, as the program left them",
    },
    { name: "limit", value: "N", help: "stop after N packets" },
    { name: "no-verify", help: "run the program even if the verifier refuses it" },
    { name: "json", help: "print one JSON document" },
  ],
  notes: `The program is verified first, as Windows verifies it. What is refused is not run: the reason is printed on stderr,
nothing on stdout, with or without --json, and the exit code is 1.

The simulated clock follows the capture's time stamps.
Ctrl-C stops, prints what was counted by then, and exits with 130.

In JSON, keys and values of maps are pairs; integers beyond 2^53 are decimal strings, bytes are hex strings.`,
  async run(args, io) {
    const [file = ""] = args.positionals;
    const pcap = args.value("pcap");
    if (pcap === undefined) throw new UsageError("run needs a capture: --pcap in.pcap", `winbpf run ${this.usage}`);
    const request = {
      file,
      name: args.value("program"),
      pcap,
      out: args.value("out"),
      ifIndex: wholeNumber(args, "ifindex", 1, MAX_INDEX) ?? 1,
      limit: wholeNumber(args, "limit", 0, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY,
      verified: !args.has("no-verify"),
      json: args.has("json"),
    };
    const { runProgram } = await import("./run-program.ts");
    return await runProgram(request, io);
  },
};
