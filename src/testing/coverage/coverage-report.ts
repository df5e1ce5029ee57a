import { type FileCoverage, fileCoverage } from "./file-coverage.ts";
import { lcovText } from "./lcov.ts";
import {
  addCounts,
  branchesOf,
  emptyCounts,
  instructionSlots,
  isSameProgram,
  type ProgramCounts,
} from "./program-counts.ts";
import { instructionText, sourceText } from "./text.ts";

/** How many of something there are, and how many of them ran. */
export interface Share {
  readonly hit: number;
  readonly found: number;
}

export interface CoverageSummary {
  readonly instructions: Share;
  /** Two for each conditional jump. */
  readonly branches: Share;
  /** C lines that have instructions. */
  readonly lines: Share;
  readonly functions: Share;
}

/** What ran of some programs: a snapshot. */
export class CoverageReport {
  /** By program; counts by slot. */
  readonly programs: readonly ProgramCounts[];

  /** @internal */
  constructor(programs: readonly ProgramCounts[]) {
    this.programs = programs;
  }

  /** By C file; empty for objects without line information (`clang -g`). */
  get files(): readonly FileCoverage[] {
    return fileCoverage(this.programs);
  }

  get summary(): CoverageSummary {
    const { files } = this;
    const slots = this.programs.flatMap(({ program, runs }) => instructionSlots(program).map((slot) => runs[slot]));
    const ways = this.programs.flatMap(({ program, runs, jumped }) =>
      [...branchesOf(program).keys()].flatMap((slot) => [jumped[slot], runs[slot] - jumped[slot]]),
    );
    return {
      instructions: share(slots),
      branches: share(ways),
      lines: share(files.flatMap(({ lines }) => lines.map(({ count }) => count))),
      functions: share(files.flatMap(({ functions }) => functions.map(({ count }) => count))),
    };
  }

  /**
   * The C lines with how often each ran, `#####` where it never did, and what jumps never went. `source` gives the text
   * of a file, so that all of it is shown; what comes out is escaped.
   */
  text(options: { readonly source?: (file: string) => string | undefined } = {}): string {
    return sourceText(this.files, options.source);
  }

  /** The instructions with how often each ran. */
  listing(): string {
    return instructionText(this.programs);
  }

  /**
   * An lcov tracefile, which editors and `genhtml` show. `path` says where a C file lies, where the name that the
   * compiler was given is not it.
   */
  lcov(options: { readonly path?: (file: string) => string } = {}): string {
    return lcovText(this.files, options.path ?? ((file) => file));
  }
}

function share(counts: readonly number[]): Share {
  return { hit: counts.filter((count) => count > 0).length, found: counts.length };
}

/** One report of several: counts of the same program (name, section and code) are added up. */
export function mergeCoverage(reports: Iterable<{ readonly programs: readonly ProgramCounts[] }>): CoverageReport {
  const merged: ProgramCounts[] = [];
  for (const { programs } of reports) {
    for (const counts of programs) {
      let into = merged.find(({ program }) => isSameProgram(program, counts.program));
      if (into === undefined) {
        into = emptyCounts(counts.program);
        merged.push(into);
      }
      addCounts(into, counts);
    }
  }
  return new CoverageReport(merged);
}
