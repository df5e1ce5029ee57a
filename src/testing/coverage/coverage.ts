import { EbpfError } from "../../errors.ts";
import { BpfObject, type Program } from "../../runtime/index.ts";
import { type CoverageReport, mergeCoverage } from "./coverage-report.ts";
import { counter, emptyCounts, type ProgramCounts } from "./program-counts.ts";

/** Counts what programs run until it is stopped. */
export class Coverage {
  readonly #counts: readonly ProgramCounts[];
  #stops: (() => void)[];

  /** @internal */
  constructor(programs: readonly Program[]) {
    this.#counts = programs.map(({ name, spec }) => {
      if (spec !== undefined) return emptyCounts(spec);
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `Nothing is known of the code of program ${JSON.stringify(name)}`, {
        hint: "Coverage needs the program that `load` gave, not one that was opened by its id or path.",
      });
    });
    this.#stops = [];
    try {
      for (const [index, program] of programs.entries()) this.#stops.push(program.watch(counter(this.#counts[index])));
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** What has run up to now. */
  get report(): CoverageReport {
    return mergeCoverage([{ programs: this.#counts }]);
  }

  /** Ends the counting: programs run at full speed again. Safe to call twice. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}

/**
 * Counts, from this call on, which instructions, branches and C lines of a program (or of all programs of an object)
 * run: on hooks, in test runs, after tail calls, in subprograms. Meanwhile every program of the kernel is interpreted
 * one instruction at a time, far slower than otherwise, whatever `engine` the kernel was made with.
 *
 * Throws `EBPF_CLOSED` for a closed program, `EBPF_NOT_SUPPORTED` where `runtime.supports("coverage")` is false.
 *
 * @example
 * const covered = coverage(object);
 * await object.programs.get("filter").run({ data: packet(eth(), ipv4(), udp()) });
 * await writeFile("coverage.info", covered.report.lcov());
 */
export function coverage(what: Program | BpfObject): Coverage {
  return new Coverage(what instanceof BpfObject ? [...what.programs] : [what]);
}
