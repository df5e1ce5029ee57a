import type { ProgramSpec } from "../../spec/index.ts";
import type { Work } from "../../turns/index.ts";
import type { CompletedRun } from "../analysis.ts";
import type { LogLevel } from "../log-level.ts";
import { basicBlocks, singleBlocks } from "./basic-blocks.ts";
import { ErrorTexts } from "./error-texts.ts";
import { writeInvariants } from "./invariants-text.ts";
import { Pages } from "./pages.ts";
import { writeSlice } from "./slice-text.ts";
import { SourceLines } from "./source-lines.ts";

/** What is said at each level of a program that passed, and of one that was refused. */
type Writer = (pages: Pages, run: CompletedRun, lines: SourceLines, errors: ErrorTexts) => Work<void>;

function* writeFirstError(pages: Pages, _run: CompletedRun, _lines: SourceLines, errors: ErrorTexts): Work<void> {
  yield* pages.write(errors.first);
}

function* writeFirstSlice(pages: Pages, run: CompletedRun, lines: SourceLines, errors: ErrorTexts): Work<void> {
  const [failure] = run.errors;
  if (run.passed) return;
  if (failure === undefined) yield* pages.write("No verification failures found.\n");
  else yield* writeSlice(pages, run, failure, lines, errors);
}

/** What failed is analysed a second time there, and printed instruction by instruction. */
function* writeAllInvariants(pages: Pages, run: CompletedRun, lines: SourceLines, errors: ErrorTexts): Work<void> {
  const { graph } = run.program;
  yield* writeInvariants(pages, run, basicBlocks(graph), lines, errors);
  if (run.passed) return;
  yield* writeInvariants(pages, run, singleBlocks(graph), lines, errors);
  yield* pages.write(errors.first);
}

const WRITERS: Readonly<Record<LogLevel, Writer>> = {
  normal: writeFirstError,
  informational: writeFirstSlice,
  verbose: writeAllInvariants,
};

/** Whether a level speaks of the states of a run, so that it must have kept them. */
export function needsStates(level: LogLevel, passed: boolean): boolean {
  return level === "verbose" || (level === "informational" && !passed);
}

/**
 * A completed analysis as ebpf-for-windows reports it (libs/api/Verifier.cpp), but for the words "Verification
 * succeeded", which end the report on what passed.
 *
 * @throws EbpfError `EBPF_BUDGET_EXCEEDED` when the text grows beyond all bounds.
 */
export function* levelLog(run: CompletedRun, source: ProgramSpec, level: LogLevel): Work<string> {
  const lines = new SourceLines(source);
  const pages = new Pages();
  yield* WRITERS[level](pages, run, lines, new ErrorTexts(run, lines));
  return pages.text;
}
