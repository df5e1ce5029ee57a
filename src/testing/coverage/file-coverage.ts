import { type ProgramSpec, SLOT_BYTES, type SourceLine } from "../../spec/index.ts";
import { branchesOf, instructionSlots, type ProgramCounts } from "./program-counts.ts";

export interface LineCoverage {
  readonly line: number;
  /** The line's text, as the object file has it. */
  readonly text: string;
  /** How often the instruction of the line that ran most often ran, summed over functions that have the line. */
  readonly count: number;
}

export interface FunctionCoverage {
  readonly name: string;
  /** Line of its first instruction. */
  readonly line: number;
  /** How often it was entered. */
  readonly count: number;
}

export interface BranchCoverage {
  readonly line: number;
  /** Counted within the line. */
  readonly number: number;
  readonly jumped: number;
  readonly wentOn: number;
}

/** What ran of one C file, over all programs that were compiled from it. */
export interface FileCoverage {
  readonly file: string;
  /** Ascending; only lines that have instructions. */
  readonly lines: readonly LineCoverage[];
  readonly functions: readonly FunctionCoverage[];
  /** By line. */
  readonly branches: readonly BranchCoverage[];
}

/** A function as the C file has it: programs may share it, each with a copy of its instructions. */
interface Body {
  readonly name: string;
  readonly first: SourceLine;
  count: number;
  /** By line: text, and the most that one of its instructions ran. */
  readonly lines: Map<string, { readonly place: SourceLine; count: number }>;
  readonly branches: Map<number, { readonly place: SourceLine; jumped: number; wentOn: number }>;
}

/** Counts by C file, from programs that may share functions: what each ran of one is added up. */
export function fileCoverage(programs: readonly ProgramCounts[]): readonly FileCoverage[] {
  const bodies = new Map<string, Body>();
  for (const counts of programs) for (const part of functionsOf(counts.program)) addFunction(bodies, counts, part);
  const files = new Map<string, Body[]>();
  for (const body of bodies.values()) {
    const names = new Set([body.first.file, ...[...body.lines.values()].map(({ place }) => place.file)]);
    for (const name of names) files.set(name, [...(files.get(name) ?? []), body]);
  }
  return [...files].map(([file, parts]) => oneFile(file, parts)).sort((a, b) => (a.file < b.file ? -1 : 1));
}

interface Part {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function functionsOf({ functions, name, code }: ProgramSpec): readonly Part[] {
  return functions.length > 0 ? functions : [{ name, start: 0, end: code.length / SLOT_BYTES }];
}

function addFunction(bodies: Map<string, Body>, counts: ProgramCounts, { name, start, end }: Part): void {
  const { program, runs, jumped } = counts;
  const placeOf = placesOf(program.lines);
  const first = placeOf(start);
  if (first === undefined) return;
  const key = `${first.file}\0${name}\0${first.line}\0${end - start}`;
  const body = bodies.get(key) ?? { name, first, count: 0, lines: new Map(), branches: new Map() };
  bodies.set(key, body);
  body.count += runs[start];
  const most = new Map<string, { place: SourceLine; count: number }>();
  for (const slot of instructionSlots(program).filter((each) => each >= start && each < end)) {
    const place = placeOf(slot);
    if (place === undefined || place.line === 0) continue;
    const line = `${place.file}\0${place.line}`;
    const known = most.get(line) ?? { place, count: 0 };
    known.count = Math.max(known.count, runs[slot]);
    most.set(line, known);
  }
  for (const [line, { place, count }] of most) {
    const known = body.lines.get(line) ?? { place, count: 0 };
    known.count += count;
    body.lines.set(line, known);
  }
  for (const { slot } of branchesOf(program).values()) {
    const place = placeOf(slot);
    if (slot < start || slot >= end || place === undefined || place.line === 0) continue;
    const known = body.branches.get(slot - start) ?? { place, jumped: 0, wentOn: 0 };
    known.jumped += jumped[slot];
    known.wentOn += runs[slot] - jumped[slot];
    body.branches.set(slot - start, known);
  }
}

/** The source line of each slot. */
function placesOf(lines: readonly SourceLine[]): (slot: number) => SourceLine | undefined {
  return (slot) => lines.findLast((line) => line.slot <= slot);
}

function oneFile(file: string, bodies: readonly Body[]): FileCoverage {
  const lines = new Map<number, LineCoverage>();
  const branches: BranchCoverage[] = [];
  const numbers = new Map<number, number>();
  for (const body of bodies) {
    for (const { place, count } of body.lines.values()) {
      if (place.file !== file) continue;
      const known = lines.get(place.line)?.count ?? 0;
      lines.set(place.line, { line: place.line, text: place.text, count: known + count });
    }
    for (const { place, jumped, wentOn } of body.branches.values()) {
      if (place.file !== file) continue;
      const number = numbers.get(place.line) ?? 0;
      numbers.set(place.line, number + 1);
      branches.push({ line: place.line, number, jumped, wentOn });
    }
  }
  const own = bodies.filter(({ first }) => first.file === file);
  return {
    file,
    lines: [...lines.values()].sort((a, b) => a.line - b.line),
    functions: own.map(({ name, first, count }) => ({ name, line: first.line, count })).sort((a, b) => a.line - b.line),
    branches: branches.sort((a, b) => a.line - b.line || a.number - b.number),
  };
}
