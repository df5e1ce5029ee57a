import { EbpfError } from "../errors.ts";
import type { ObjectSpec } from "../spec/index.ts";
import {
  type DialectName,
  netshText,
  type Report,
  type ReportLevel,
  reportJson,
  reportText,
  type VerifyOptions,
} from "../verifier/index.ts";
import { programsNamed } from "./choose-program.ts";
import type { Arguments, Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure, UsageError } from "./failure.ts";
import { platformOf, platformOption, readObject } from "./read-object.ts";
import { reportsOn } from "./verify-first.ts";

const LEVELS: readonly ReportLevel[] = ["normal", "informational", "verbose"];
const DIALECTS: readonly DialectName[] = ["windows-1.6", "latest"];

function oneOf<T extends string>(args: Arguments, option: string, allowed: readonly T[]): T | undefined {
  const given = args.value(option);
  if (given === undefined) return undefined;
  const found = allowed.find((value) => value === given);
  if (found === undefined) throw new UsageError(`--${option} takes ${allowed.join(" or ")}, not ${given}`);
  return found;
}

function optionsOf(args: Arguments, level: ReportLevel): VerifyOptions {
  const type = args.value("type");
  const dialect = oneOf(args, "dialect", DIALECTS);
  return {
    ...(type === undefined ? {} : { type }),
    ...(dialect === undefined ? {} : { dialect }),
    strictDialect: args.has("strict-dialect"),
    checkTermination: !args.has("no-termination-check"),
    strict: args.has("strict"),
    allowDivisionByZero: !args.has("no-division-by-zero"),
    // Windows' text has the invariants in it.
    ...(args.has("netsh") ? { logLevel: level } : { invariants: level === "verbose" }),
  };
}

async function reports(file: string, spec: ObjectSpec, options: VerifyOptions): Promise<readonly Report[]> {
  try {
    return await reportsOn(spec, options);
  } catch (error) {
    // A program type that there is not.
    if (error instanceof EbpfError) throw new Failure(error, file, ExitCode.USAGE);
    throw error;
  }
}

function textOf(all: readonly Report[], level: ReportLevel): string {
  const refused = all.filter(({ verdict }) => verdict === "fail").length;
  const total =
    all.length < 2 ? "" : `\n${refused === 0 ? "all" : all.length - refused} of ${all.length} programs pass\n`;
  return all.map((report) => reportText(report, level)).join("\n") + total;
}

export const verify: Command = {
  name: "verify",
  usage: "prog.o [--program NAME] [--type TYPE] [--level LEVEL] [--dialect DIALECT] [--json | --netsh]",
  description: "Says of each program whether it would be loaded, and if not, why and what to change.",
  positionals: ["an object file"],
  options: [
    { name: "program", value: "NAME", help: "only the programs of this name, or of the section of this name" },
    { name: "type", value: "TYPE", help: "program type, instead of the one that the section's name stands for" },
    {
      name: "level",
      value: "LEVEL",
      help:
        "normal, informational (every finding) or verbose (what is known before each instruction, too); " +
        "with --netsh netsh's own levels: informational is what led to the failure, verbose what is known around each block",
    },
    platformOption,
    {
      name: "dialect",
      value: "DIALECT",
      help: "whose decisions count: windows-1.6 (default for windows) or latest (default for linux)",
    },
    { name: "strict-dialect", help: "refuse what only the older dialect accepts, instead of warning of it" },
    { name: "no-termination-check", help: "do not ask that loops end" },
    { name: "strict", help: "ask that indexes of array maps are in range" },
    { name: "no-division-by-zero", help: "ask that divisors are not 0" },
    { name: "json", help: "print one JSON document: an array with an entry for each program" },
    { name: "netsh", help: "print what netsh ebpf show verification prints" },
  ],
  notes: `Exit code 0 when all programs pass, 1 when any is refused, 2 for bad input.
The project's docs/verifier.md says how to read a report.`,
  async run(args, io) {
    const [file = ""] = args.positionals;
    if (args.has("json") && args.has("netsh")) throw new UsageError("--json and --netsh exclude each other");
    const level = oneOf(args, "level", LEVELS) ?? "normal";
    const options = optionsOf(args, level);
    const spec = await readObject(file, platformOf(args));
    const name = args.value("program");
    const programs = name === undefined ? spec.programs : programsNamed(spec.programs, name);
    const all = await reports(file, { ...spec, programs }, options);
    if (args.has("json")) {
      const entries = all.map((report) => reportJson(file, report));
      io.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
    } else {
      // Windows lists a file's programs from the last to the first.
      if (args.has("netsh")) for (const report of [...all].reverse()) io.stdout.write(netshText(report));
      else io.stdout.write(textOf(all, level));
    }
    return all.every(({ verdict }) => verdict === "pass") ? ExitCode.DONE : ExitCode.REFUSED;
  },
};
