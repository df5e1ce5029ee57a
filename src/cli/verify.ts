import { EbpfError } from "../errors.ts";
import type { ProgramSpec } from "../spec/index.ts";
import {
  type DialectName,
  netshText,
  type Report,
  type ReportLevel,
  reportJson,
  reportText,
  type VerifyOptions,
  verify as verifyProgram,
} from "../verifier/index.ts";
import { programsNamed } from "./choose-program.ts";
import type { Arguments, Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure, UsageError } from "./failure.ts";
import { platformOf, platformOption, readObject } from "./read-object.ts";

const LEVELS: readonly ReportLevel[] = ["normal", "informational", "verbose"];
const DIALECTS: readonly DialectName[] = ["windows-1.6", "latest"];

function oneOf<T extends string>(args: Arguments, option: string, allowed: readonly T[]): T | undefined {
  const given = args.value(option);
  if (given === undefined) return undefined;
  const found = allowed.find((value) => value === given);
  if (found === undefined) throw new UsageError(`--${option} takes ${allowed.join(", ")}, not ${given}`);
  return found;
}

function optionsOf(args: Arguments, level: ReportLevel, signal: AbortSignal): VerifyOptions {
  const type = args.value("type");
  const dialect = oneOf(args, "dialect", DIALECTS);
  return {
    ...(type === undefined ? {} : { type }),
    ...(dialect === undefined ? {} : { dialect }),
    strictDialect: args.has("strict-dialect"),
    checkTermination: !args.has("no-termination-check"),
    strict: args.has("strict"),
    allowDivisionByZero: !args.has("no-division-by-zero"),
    invariants: level === "verbose",
    signal,
  };
}

function textOf(report: Report, args: Arguments, level: ReportLevel): string {
  return args.has("netsh") ? netshText(report) : reportText(report, level);
}

export const verify: Command = {
  name: "verify",
  usage: "prog.o [--program NAME] [--type TYPE] [--level LEVEL] [--platform SYSTEM] [--dialect DIALECT] [--json]",
  description: "Says of each program whether it would be loaded, and if not, why and what to change.",
  positionals: ["an object file"],
  options: [
    { name: "program", value: "NAME", help: "only the programs of this name, or of the section of this name" },
    { name: "type", value: "TYPE", help: "program type, where the section's name does not say it" },
    {
      name: "level",
      value: "LEVEL",
      help: "normal, informational (every finding) or verbose (what is known everywhere)",
    },
    platformOption,
    {
      name: "dialect",
      value: "DIALECT",
      help: "windows-1.6 or latest: whose decisions count (default the platform's)",
    },
    { name: "strict-dialect", help: "refuse what only the older dialect accepts" },
    { name: "no-termination-check", help: "do not ask that loops end" },
    { name: "strict", help: "ask that keys of arrays are in range" },
    { name: "no-division-by-zero", help: "ask that divisors are not 0" },
    { name: "netsh", help: "print what netsh ebpf show verification prints" },
    { name: "json", help: "print one JSON document" },
  ],
  notes: "Exit code 0 when all programs pass, 1 when any is refused, 2 for bad input.",
  async run(args, io) {
    const [file = ""] = args.positionals;
    const spec = await readObject(file, platformOf(args));
    const name = args.value("program");
    const programs: readonly ProgramSpec[] = name === undefined ? spec.programs : programsNamed(spec.programs, name);
    const level = oneOf(args, "level", LEVELS) ?? "normal";
    const options = optionsOf(args, level, io.interruption());
    const reports: Report[] = [];
    for (const program of programs) {
      try {
        reports.push(await verifyProgram(spec, program, options));
      } catch (error) {
        if (error instanceof EbpfError) throw new Failure(error, file, ExitCode.USAGE);
        throw error;
      }
      const report = reports.at(-1);
      if (report !== undefined && !args.has("json")) io.stdout.write(textOf(report, args, level));
    }
    if (args.has("json")) {
      const entries = reports.map((report) => reportJson(file, report));
      io.stdout.write(`${JSON.stringify(entries, jsonValue, 2)}\n`);
    }
    return reports.every(({ verdict }) => verdict === "pass") ? ExitCode.DONE : ExitCode.REFUSED;
  },
};

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
