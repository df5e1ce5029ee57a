import type { State } from "../domain/index.ts";

/** Which facts are printed. */
export type FactFilter = (fact: string) => boolean;

/** What a fact is about: those about one thing share a line. */
function subjectOf(fact: string): string {
  const end = fact.search(/[.=[]/);
  return end < 0 ? fact : fact.slice(0, end);
}

function factsText(facts: readonly string[], shows: FactFilter): string {
  let text = "";
  let subject = "";
  for (const fact of [...new Set(facts)].sort()) {
    if (!shows(fact)) continue;
    if (text !== "") text += ", ";
    const own = subjectOf(fact);
    if (own !== subject) text += "\n    ";
    subject = own;
    text += fact;
  }
  return `[${text}]`;
}

/** A state as Windows prints it: types, numbers, and the stack bytes that hold numbers. */
export function stateText(state: State, shows: FactFilter = () => true): string {
  const { types, numbers, numericBytes } = state.facts();
  const bytes = numericBytes.map(([first, last]) => (first === last ? `[${first}]` : `[${first}...${last}]`));
  return `${factsText(types, shows)}${factsText(numbers, shows)}\nStack: Numbers -> {${bytes.join(", ")}}`;
}
