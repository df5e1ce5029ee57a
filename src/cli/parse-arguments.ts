import { parseArgs } from "node:util";
import type { Arguments, Command, OptionRow } from "./command.ts";
import { UsageError } from "./failure.ts";
import { nearest } from "./nearest.ts";

const HELP: OptionRow = { name: "help", help: "print this" };

const NEGATIVE = /^-[0-9]/;

const unknownOption = (raw: string, command: Command): UsageError => {
  const known = [...command.options, HELP].map(({ name }) => name);
  const meant = nearest(raw.replace(/^-+/, ""), known);
  const hint = meant === undefined ? `See winbpf help ${command.name}.` : `Did you mean --${meant}?`;
  return new UsageError(`${command.name} has no option ${raw}`, hint);
};

/**
 * Checks a command's arguments against its rows. Throws `UsageError` for unknown options (with the nearest known one),
 * options without their value or given twice, and for too few or too many positionals.
 */
export function parseArguments(argv: readonly string[], command: Command): Arguments {
  const rows = new Map([...command.options, HELP].map((row) => [row.name, row]));
  const options = Object.fromEntries(
    [...rows.values()].map((row) => [row.name, { type: row.value === undefined ? "boolean" : "string" } as const]),
  );
  // Not strict: parseArgs' own messages neither suggest nor name the command.
  const { tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
  const values = new Map<string, string | undefined>();
  const positionals: string[] = [];
  let last = -1;
  for (const token of tokens) {
    const word = argv[token.index] ?? "";
    const isRepeated = token.index === last;
    last = token.index;
    // No option is a digit: -5 is a number, although parseArgs takes -51 for two options.
    if (token.kind === "positional" || NEGATIVE.test(word)) {
      if (!isRepeated) positionals.push(word);
      continue;
    }
    if (token.kind !== "option") continue;
    const row = rows.get(token.name);
    if (row === undefined) throw unknownOption(token.rawName, command);
    if (values.has(token.name)) throw new UsageError(`--${token.name} is given twice`);
    if (row.value === undefined && token.value !== undefined) throw new UsageError(`--${token.name} takes no value`);
    const missing =
      token.value === undefined || (!token.inlineValue && /^-./.test(token.value) && !NEGATIVE.test(token.value));
    if (row.value !== undefined && missing) {
      throw new UsageError(`--${token.name} needs a value: --${token.name} ${row.value}`);
    }
    values.set(token.name, token.value);
  }
  if (!values.has("help")) checkPositionals(positionals, command);
  return { positionals, value: (name) => values.get(name), has: (name) => values.has(name) };
}

const checkPositionals = (given: readonly string[], command: Command): void => {
  const missing = command.positionals[given.length];
  if (missing !== undefined) {
    throw new UsageError(`${command.name} needs ${missing}`, `winbpf ${command.name} ${command.usage}`);
  }
  const surplus = given[command.positionals.length + (command.optional ?? 0)];
  if (surplus !== undefined) throw new UsageError(`${command.name} does not know what to do with ${surplus}`);
};

/** The value of an option as a whole number from `min` to `max`; undefined where it is not given. */
export function wholeNumber(args: Arguments, name: string, min: number, max: number): number | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const number = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`--${name} takes a whole number from ${min} to ${max}, not ${text}`);
}
