import { EbpfError } from "../errors.ts";
import { printable, quote } from "../printable.ts";
import { type RunReport, runJson, runText } from "../report/index.ts";
import { type BpfObject, type SimulatedRuntime, simulate } from "../runtime/index.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { type EthernetCapture, openEthernetCapture } from "./capture.ts";
import { chooseXdp } from "./choose-program.ts";
import type { Arguments, Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure, UsageError } from "./failure.ts";
import type { Io } from "./io.ts";
import { mapContents } from "./map-content.ts";
import { PacketSink } from "./packet-sink.ts";
import { wholeNumber } from "./parse-arguments.ts";
import { ProgressBar } from "./progress-bar.ts";
import { readObject } from "./read-object.ts";
import { type ReplayResult, replay } from "./replay.ts";
import { passesVerifier } from "./verify-first.ts";

/** The object with only the program that runs and those that its maps hold from the start: others need not load. */
const onlyFor = (spec: ObjectSpec, program: ProgramSpec): ObjectSpec => {
  const held = new Set(
    spec.maps.flatMap(({ entries = [] }) => entries.filter(({ kind }) => kind === "program").map(({ name }) => name)),
  );
  return { ...spec, programs: spec.programs.filter((each) => each === program || held.has(each.name)) };
};

const loadAndAttach = async (
  runtime: SimulatedRuntime,
  file: string,
  spec: ObjectSpec,
  program: ProgramSpec,
  ifIndex: number,
): Promise<BpfObject> => {
  try {
    const object = await runtime.load(spec);
    for (const loaded of object.programs) if (loaded.spec === program) await loaded.attach({ ifIndex });
    return object;
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    const ofProgram = error.code === "EBPF_INVALID_INSTRUCTION";
    const place = `program ${quote(program.name)} (section ${quote(program.section)})`;
    throw new Failure(error, ofProgram ? `${file}: ${place}` : file);
  }
};

const warn = (io: Io, text: string): void => {
  io.stderr.write(`winbpf: ${printable(text)}\n`);
};

const warnings = (io: Io, file: string, result: ReplayResult, truncated: boolean): void => {
  const { cutShort, interrupted, packets } = result;
  if (truncated && !interrupted) warn(io, `${file}: ends inside a packet, which is left out`);
  if (cutShort > 0) {
    warn(
      io,
      `${file}: ${cutShort} of ${packets} packets were cut short when captured: the program saw their beginnings`,
    );
  }
  if (interrupted) warn(io, `interrupted after ${packets} packets`);
};

const MAX_INDEX = 0xffff_ffff;
/** Packets for which compiling is worthwhile whatever the program: no need to find that out by interpreting it. */
const LONG_CAPTURE = 10_000;

/** What the command line asks for. */
interface Request {
  readonly file: string;
  readonly pcap: string;
  readonly out: string | undefined;
  readonly ifIndex: number;
  readonly limit: number;
  readonly verified: boolean;
  readonly json: boolean;
}

const runOver = async (
  capture: EthernetCapture,
  { spec, program }: { readonly spec: ObjectSpec; readonly program: ProgramSpec },
  { file, pcap, out, ifIndex, limit, verified, json }: Request,
  io: Io,
): Promise<number> => {
  const loaded = onlyFor(spec, program);
  if (!verified) warn(io, `${file}: NOT VERIFIED, as --no-verify says: Windows would not run it unverified`);
  else if (!(await passesVerifier(file, loaded, io))) return ExitCode.REFUSED;
  // Not twice: the reports above say more than the first refusal that the kernel would throw.
  const isLong = Math.min(limit, capture.packets) >= LONG_CAPTURE;
  const runtime = simulate({ verify: false, engine: isLong ? "compiled" : "auto" });
  const bar = new ProgressBar(io.stderr);
  try {
    const object = await loadAndAttach(runtime, file, loaded, program, ifIndex);
    const interruption = io.interruption();
    const sink = out === undefined ? undefined : await PacketSink.create(out, [file, pcap]);
    let result: ReplayResult;
    try {
      const onProgress = bar.update.bind(bar);
      result = await replay(runtime, capture, { file: pcap, ifIndex, limit, sink, interruption, onProgress });
    } finally {
      bar.clear();
      await sink?.close();
    }
    const report: RunReport = {
      program: program.name,
      section: program.section,
      type: program.type,
      verified,
      ...result,
      maps: mapContents(object),
      btf: spec.btf,
    };
    io.stdout.write(json ? `${JSON.stringify(runJson(report))}\n` : runText(report));
    warnings(io, pcap, result, capture.truncated && limit > capture.packets);
    return result.interrupted ? ExitCode.INTERRUPTED : ExitCode.DONE;
  } finally {
    runtime.close();
  }
};

const runProgram = async (args: Arguments, io: Io): Promise<number> => {
  const [file = ""] = args.positionals;
  const pcap = args.value("pcap");
  if (pcap === undefined) throw new UsageError("run needs a capture: --pcap in.pcap", `winbpf run ${run.usage}`);
  const request: Request = {
    file,
    pcap,
    out: args.value("out"),
    ifIndex: wholeNumber(args, "ifindex", 1, MAX_INDEX) ?? 1,
    limit: wholeNumber(args, "limit", 0, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY,
    verified: !args.has("no-verify"),
    json: args.has("json"),
  };
  const spec = await readObject(file);
  const program = chooseXdp(spec.programs, args.value("program"));
  const capture = await openEthernetCapture(pcap);
  try {
    return await runOver(capture, { spec, program }, request, io);
  } finally {
    await capture.close();
  }
};

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
  run: runProgram,
};
