import type { Work } from "../../turns/index.ts";
import type { CompletedRun } from "../analysis.ts";
import { Graph, type Node } from "../cfg/index.ts";
import type { Integer, State } from "../domain/index.ts";
import type { AnalysisError } from "../fixpoint/index.ts";
import type { Assertion } from "../ir/index.ts";
import { errorText, registersOf } from "../report/index.ts";
import { controlFlowText } from "./control-flow-text.ts";
import type { ErrorTexts } from "./error-texts.ts";
import { Listing } from "./listing.ts";
import type { Pages } from "./pages.ts";
import { Relevance } from "./relevance.ts";
import { type Slice, sliceOf } from "./slice.ts";
import type { SourceLines } from "./source-lines.ts";
import { stateText } from "./state-text.ts";

const ascending = <T extends Integer>(values: Iterable<T>): T[] =>
  [...values].sort((left, right) => (left < right ? -1 : 1));

function relevantText({ registers, stack }: Relevance): string {
  const names = [
    ...ascending(registers).map((register) => `r${register}`),
    ...ascending(stack).map((offset) => `stack[${offset}]`),
  ];
  return `[RELEVANT REGISTERS] ${names.join(", ")}\n`;
}

/** Prints a slice's nodes with what is known around them, as far as it matters there. */
class Trace {
  readonly #run: CompletedRun;
  readonly #slice: Slice;
  readonly #listing: Listing;
  readonly #stackTop: number;

  constructor(run: CompletedRun, slice: Slice, lines: SourceLines) {
    this.#run = run;
    this.#slice = slice;
    this.#listing = new Listing(run.program, lines);
    this.#stackTop = run.program.environment.options.totalStackSize;
  }

  *write(pages: Pages, errors: ErrorTexts): Work<void> {
    const { program, iteration } = this.#run;
    for (const [node, relevance] of this.#slice) {
      const { before, after } = iteration.statesAt(node);
      if (node === Graph.ENTRY || node === Graph.EXIT || before === undefined) continue;
      const isShown = (assertion: Assertion): boolean => {
        const registers = registersOf(assertion);
        return registers.length === 0 || registers.some((register) => relevance.registers.has(register));
      };
      yield* pages.write(`\nPre-invariant : ${yield* this.#text(before, relevance)}\n`);
      yield* pages.write(`${this.#listing.from(node)}${program.graph.label(node)}:\n`);
      yield* this.#writeMeeting(pages, node, relevance);
      yield* pages.write(this.#listing.line(node) + this.#listing.assertions(node, isShown));
      yield* pages.write(this.#listing.bareInstruction(node));
      const error = errors.at(node);
      if (error !== undefined) yield* pages.write(`\nVerification error:\n${error}\n`);
      if (after === undefined) continue;
      yield* pages.write(`${this.#listing.goto(node)}\nPost-invariant : ${yield* this.#text(after, relevance)}\n`);
    }
    yield* pages.write("\n");
  }

  /** What each of the ways that meet here brings along. */
  *#writeMeeting(pages: Pages, node: Node, own: Relevance): Work<void> {
    const { program, iteration } = this.#run;
    const parents = program.graph.parentsOf(node).filter((parent) => this.#slice.has(parent));
    if (parents.length < 2) return;
    const relevance = own.copy();
    for (const parent of parents) relevance.add(this.#slice.get(parent) ?? new Relevance());
    yield* pages.write("  --- join point: per-predecessor state ---\n");
    for (const parent of parents) {
      const { after } = iteration.statesAt(parent);
      if (after === undefined) continue;
      yield* pages.write(`  from ${program.graph.label(parent)}: ${yield* this.#text(after, relevance)}\n`);
    }
    yield* pages.write("  --- end join point ---\n");
  }

  *#text(state: State, relevance: Relevance): Work<string> {
    return yield* stateText(state, (fact) => relevance.concerns(fact, this.#stackTop));
  }
}

/**
 * What led to a failure: what ebpf-for-windows prints of the first one at the level "informational". Of runs that kept
 * their states.
 */
export function* writeSlice(
  pages: Pages,
  run: CompletedRun,
  failure: AnalysisError,
  lines: SourceLines,
  errors: ErrorTexts,
): Work<void> {
  const { graph } = run.program;
  const slice = sliceOf(run, failure);
  const relevant = slice.get(failure.node);
  const fails = slice.has(failure.node) ? " FAIL" : "";
  yield* pages.write("=== Failure Slice 1 of 1 ===\n\n");
  yield* pages.write(`[ERROR] ${errorText(failure, run)}\n[LOCATION] ${graph.label(failure.node)}\n`);
  if (relevant !== undefined) yield* pages.write(relevantText(relevant));
  yield* pages.write(`[SLICE SIZE] ${slice.size} program points\n\n`);
  yield* pages.write(`[CONTROL FLOW] ${controlFlowText(graph, slice)}${fails}\n\n[CAUSAL TRACE]\n`);
  yield* new Trace(run, slice, lines).write(pages, errors);
}
