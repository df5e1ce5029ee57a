import { commands } from "./commands.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure, UsageError } from "./failure.ts";
import { commandHelp, generalHelp } from "./help.ts";
import type { Io } from "./io.ts";
import { nearest } from "./nearest.ts";
import { parseArguments } from "./parse-arguments.ts";
import { version } from "./version.ts";

const loadCommand = async (name: string) => {
  const row = commands.find((command) => command.name === name);
  if (row !== undefined) return row.load();
  const meant = nearest(
    name,
    commands.map((command) => command.name),
  );
  const what = name.startsWith("-") ? `there is no option ${name}` : `there is no command ${name}`;
  throw new UsageError(what, meant === undefined ? "See winbpf --help." : `Did you mean ${meant}?`);
};

const dispatch = async (argv: readonly string[], io: Io): Promise<number> => {
  const [name, ...rest] = argv;
  switch (name) {
    case undefined:
      io.stderr.write(generalHelp());
      return ExitCode.USAGE;
    case "--version":
    case "-v":
      io.stdout.write(`${version()}\n`);
      return ExitCode.DONE;
    case "help":
    case "--help":
    case "-h":
      io.stdout.write(rest[0] === undefined ? generalHelp() : commandHelp(await loadCommand(rest[0])));
      return ExitCode.DONE;
    default: {
      const command = await loadCommand(name);
      const args = parseArguments(rest, command);
      if (!args.has("help")) return command.run(args, io);
      io.stdout.write(commandHelp(command));
      return ExitCode.DONE;
    }
  }
};

/** Runs the command line `argv` (without node and script) and gives the exit code. Never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    // Loaded only now: with what it needs, it is larger than all of the above.
    const { crashText, errorText } = await import("../report/index.ts");
    if (error instanceof UsageError) {
      io.stderr.write(errorText(error));
      return ExitCode.USAGE;
    }
    if (error instanceof Failure) {
      io.stderr.write(errorText(error, error.where));
      return error.exitCode;
    }
    io.stderr.write(crashText(error));
    return ExitCode.CRASHED;
  }
}
