import { quote } from "../printable.ts";
import type { ProgramSpec } from "../spec/index.ts";
import { UsageError } from "./failure.ts";
import { nearest } from "./nearest.ts";

const LISTED = 20;

/** Programs as a hint: each with its section, by which it can be chosen too. */
const list = (programs: readonly ProgramSpec[]): string => {
  const some = programs.slice(0, LISTED).map(({ name, section }) => `${quote(name)} (section ${quote(section)})`);
  const more = programs.length > LISTED ? `, and ${programs.length - LISTED} more` : "";
  return `${some.join(", ")}${more}`;
};

/** The programs that go by `name`, or else that lie in the section of that name. Throws `UsageError` for none. */
export function programsNamed(programs: readonly ProgramSpec[], name: string): readonly ProgramSpec[] {
  const named = programs.filter((program) => program.name === name);
  const found = named.length > 0 ? named : programs.filter((program) => program.section === name);
  if (found.length > 0) return found;
  const meant = nearest(
    name,
    programs.flatMap((program) => [program.name, program.section]),
  );
  const hint = meant === undefined ? `The object has ${list(programs)}.` : `Did you mean ${quote(meant)}?`;
  throw new UsageError(`there is no program ${quote(name)}`, programs.length === 0 ? "The object has none." : hint);
}

/** The XDP program that `name` stands for; without a name the only one there is. Throws `UsageError`. */
export function chooseXdp(programs: readonly ProgramSpec[], name: string | undefined): ProgramSpec {
  const candidates = name === undefined ? programs : programsNamed(programs, name);
  const xdp = candidates.filter(({ type }) => type === "xdp");
  const [only, another] = xdp;
  if (only !== undefined && another === undefined) return only;
  if (only !== undefined) {
    const what =
      name === undefined ? "the object has several XDP programs" : `several programs are called ${quote(name)}`;
    throw new UsageError(`${what}: say which with --program`, `There are ${list(xdp)}.`);
  }
  const [other] = candidates;
  if (name !== undefined && other !== undefined) {
    throw new UsageError(`program ${quote(name)} has type ${quote(other.type)}: packets are for XDP programs only`);
  }
  const hint = programs.length === 0 ? "It has no programs at all." : `It has ${list(programs)}.`;
  throw new UsageError("the object has no XDP program", hint);
}
