import type { DialectName, ReportLevel, VerifyOptions } from "../verifier/index.ts";
import type { Arguments, Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { UsageError } from "./failure.ts";
import { platformOf, platformOption } from "./platform-option.ts";

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
    const wanted = {
      platform: platformOf(args),
      name: args.value("program"),
      options: optionsOf(args, level),
      form: args.has("json") ? "json" : args.has("netsh") ? "netsh" : "text",
      level,
    } as const;
    const { verifyObject } = await import("./verify-object.ts");
    return (await verifyObject(file, wanted, io)) ? ExitCode.DONE : ExitCode.REFUSED;
  },
};
