import { Pace, type Work } from "../../turns/index.ts";
import type { State } from "../domain/index.ts";

/** Which facts are printed. */
export type FactFilter = (fact: string) => boolean;

/** What a fact is about: those about one thing share a line. */
function subjectOf(fact: string): string {
  const end = fact.search(/[.=[]/);
  return end < 0 ? fact : fact.slice(0, end);
}

/** What asking for a fact counts for. */
const FACT = 32;

function* factsText(facts: readonly string[], shows: FactFilter): Work<string> {
  const pace = new Pace();
  const pieces: string[] = [];
  let subject = "";
  for (const fact of [...new Set(facts)].sort()) {
    if (pace.isDue(FACT)) yield 0;
    if (!shows(fact)) continue;
    const own = subjectOf(fact);
    pieces.push(own === subject ? fact : `\n    ${fact}`);
    subject = own;
  }
  return `[${pieces.join(", ")}]`;
}

/** A state as Windows prints it: types, numbers, and the stack bytes that hold numbers. */
export function* stateText(state: State, shows: FactFilter = () => true): Work<string> {
  const { types, numbers, numericBytes } = yield* state.facts();
  const bytes = numericBytes.map(([first, last]) => (first === last ? `[${first}]` : `[${first}...${last}]`));
  const text = `${yield* factsText(types, shows)}${yield* factsText(numbers, shows)}`;
  return `${text}\nStack: Numbers -> {${bytes.join(", ")}}`;
}
