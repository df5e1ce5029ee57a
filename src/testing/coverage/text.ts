import { disassemble } from "../../isa/index.ts";
import { printable } from "../../printable.ts";
import type { FileCoverage } from "./file-coverage.ts";
import { branchesOf, type ProgramCounts } from "./program-counts.ts";

/** What is in front of a line that never ran. */
const NEVER = "#####";
const COUNT_WIDTH = 9;

function row(count: number, number: number, text: string, note = ""): string {
  const left = `${(count === 0 ? NEVER : String(count)).padStart(COUNT_WIDTH)} ${String(number).padStart(5)}`;
  return `${left}  ${printable(text.replaceAll("\t", "    "))}${note === "" ? "" : `   // ${note}`}`.trimEnd();
}

/** Says of jumps that went one way only, or not at all. */
function branchNote(jumped: number, wentOn: number): string {
  if (jumped + wentOn === 0) return "";
  if (jumped === 0) return "never jumps";
  return wentOn === 0 ? "always jumps" : "";
}

/**
 * C files with how often each line ran in front of it. `sourceOf` gives the text of a file; without it only lines that
 * have instructions are shown.
 */
export function sourceText(
  files: readonly FileCoverage[],
  sourceOf: (file: string) => string | undefined = () => undefined,
): string {
  return files.map((file) => fileText(file, sourceOf(file.file))).join("\n");
}

function fileText({ file, lines, branches }: FileCoverage, source: string | undefined): string {
  const known = new Map(lines.map((line) => [line.line, line]));
  const noteOf = (line: number) => {
    const here = branches.filter((branch) => branch.line === line);
    const missed = here.flatMap(({ jumped, wentOn }) => (jumped + wentOn === 0 ? [] : [jumped, wentOn]));
    const count = missed.filter((ways) => ways === 0).length;
    return count === 0 ? "" : `${count} of ${here.length * 2} branches never taken`;
  };
  const body =
    source === undefined
      ? lines.map(({ line, text, count }) => row(count, line, text, noteOf(line)))
      : source.split("\n").map((text, index) => {
          const line = known.get(index + 1);
          if (line !== undefined) return row(line.count, index + 1, text, noteOf(index + 1));
          return `${" ".repeat(COUNT_WIDTH)} ${String(index + 1).padStart(5)}  ${printable(text.replaceAll("\t", "    "))}`.trimEnd();
        });
  return `${printable(file)}\n${body.join("\n")}\n`;
}

/** The instructions of programs with how often each ran in front of it. */
export function instructionText(programs: readonly ProgramCounts[]): string {
  return programs.map(programText).join("\n");
}

function programText({ program, runs, jumped }: ProgramCounts): string {
  const branches = branchesOf(program);
  const lines = disassemble(program.code).flatMap((line) => {
    if (line.kind === "source") return [];
    const { slot, text } = line;
    const note = branches.has(slot) ? branchNote(jumped[slot], runs[slot] - jumped[slot]) : "";
    return [row(runs[slot], slot, text, note)];
  });
  return `${printable(program.section)}: ${printable(program.name)}\n${lines.join("\n")}\n`;
}
