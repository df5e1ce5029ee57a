import { type Container, SECTION_EXECUTABLE, type Section, SymbolType } from "../container.ts";
import { quote } from "../span.ts";
import { Slots } from "./instruction-slots.ts";

/** A function as the symbols cut it out of its section: slots `[start, end)`. */
export interface CodeFunction {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** An executable section: its code and the functions that it consists of, in ascending order without gaps. */
export interface CodeSection {
  readonly slots: Slots;
  readonly functions: readonly CodeFunction[];
  /** The function that begins at a slot. */
  functionAt(slot: number): CodeFunction | undefined;
}

/** Splits every executable section at its function symbols. What lies before the first is named after the section. */
export function readCodeSections(container: Container): readonly CodeSection[] {
  const named = new Map<number, Map<number, string>>();
  const isCode = (section: Section | undefined): section is Section =>
    section !== undefined && Math.floor(section.flags / SECTION_EXECUTABLE) % 2 === 1 && section.data.length > 0;
  for (const symbol of container.symbols) {
    const section = container.sections[symbol.section];
    if (symbol.type !== SymbolType.FUNC || symbol.name === "" || !isCode(section)) continue;
    if (symbol.value % 8 !== 0) {
      section.data.fail(`Function ${quote(symbol.name)} does not begin at an instruction`, symbol.value);
    }
    const starts = named.get(section.index) ?? new Map<number, string>();
    named.set(section.index, starts.set(symbol.value / 8, symbol.name));
  }
  return container.sections.filter(isCode).map((section) => cut(section, named.get(section.index) ?? new Map()));
}

function cut(section: Section, names: ReadonlyMap<number, string>): CodeSection {
  const slots = new Slots(section);
  const starts = [...new Set([0, ...names.keys()])].filter((start) => start < slots.count).sort((a, b) => a - b);
  const functions = starts.map((start, index) => ({
    name: names.get(start) ?? section.name,
    start,
    end: starts[index + 1] ?? slots.count,
  }));
  const byStart = new Map(functions.map((entry) => [entry.start, entry]));
  return { slots, functions, functionAt: (slot) => byStart.get(slot) };
}
