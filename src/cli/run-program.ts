import { EbpfError } from "../errors.ts";
import { printable, quote } from "../printable.ts";
import { type RunReport, runJson, runText } from "../report/index.ts";
import { type BpfObject, type SimulatedRuntime, simulate } from "../runtime/index.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { type EthernetCapture, openEthernetCapture } from "./capture.ts";
import { chooseXdp } from "./choose-program.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { mapContents } from "./map-content.ts";
import { PacketSink } from "./packet-sink.ts";
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

/** Packets for which compiling is worthwhile whatever the program: no need to find that out by interpreting it. */
const LONG_CAPTURE = 10_000;

/** What the command line asks for. */
export interface Request {
  readonly file: string;
  /** Name or section of the program; not needed where there is only one. */
  readonly name: string | undefined;
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

/** Runs an XDP program over a capture and prints what came of it. The exit code. */
export async function runProgram(request: Request, io: Io): Promise<number> {
  const spec = await readObject(request.file);
  const program = chooseXdp(spec.programs, request.name);
  const capture = await openEthernetCapture(request.pcap);
  try {
    return await runOver(capture, { spec, program }, request, io);
  } finally {
    await capture.close();
  }
}
