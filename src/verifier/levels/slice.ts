import type { CompletedRun } from "../analysis.ts";
import type { Node } from "../cfg/index.ts";
import { check } from "../check/index.ts";
import type { AnalysisError } from "../fixpoint/index.ts";
import type { Assertion } from "../ir/index.ts";
import { assertionsAt } from "../prepare.ts";
import { registersOf } from "../report/index.ts";
import { type Dependencies, dependenciesOf } from "./dependencies.ts";
import { Relevance } from "./relevance.ts";

/** Steps back from a failure at most, as in the original (`SliceParams`, src/result.hpp). */
const STEPS = 200;

/** The nodes that have to do with a failure, in the order of labels, and what matters before each of them. */
export type Slice = ReadonlyMap<Node, Relevance>;

/** The assertion that fails on what is known in the end; all of them where that would hold. */
function failingAssertions({ program, iteration }: CompletedRun, node: Node): readonly Assertion[] {
  const state = iteration.statesAt(node).before;
  const assertions = assertionsAt(program, node);
  if (state === undefined) return assertions;
  const failing = assertions.find((assertion) => check(state, assertion, program.environment) !== undefined);
  return failing === undefined ? assertions : [failing];
}

/** What matters before an instruction, given what matters behind it. */
function stepBack(after: Relevance, dependencies: Dependencies, contributes: boolean): Relevance {
  const { reads, writes, clobbers, readsStack, writesStack } = dependencies;
  const before = after.copy();
  for (const register of [...writes, ...clobbers]) before.registers.delete(register);
  if (contributes) before.add(new Relevance(reads, readsStack));
  for (const offset of writesStack) if (!readsStack.includes(offset)) before.stack.delete(offset);
  return before;
}

function writesInto({ writes, writesStack }: Dependencies, after: Relevance): boolean {
  return (
    writes.some((register) => after.registers.has(register)) || writesStack.some((offset) => after.stack.has(offset))
  );
}

/** The walk back from one failure. */
class Walk {
  readonly #run: CompletedRun;
  readonly #target: Node;
  /** Nodes that were seen, and what matters behind them. */
  readonly #seen = new Map<Node, Relevance>();
  readonly #slice = new Map<Node, Relevance>();
  /** No register is to blame (a loop without a bound): then everything on the way counts. */
  readonly #countsAll: boolean;

  constructor(run: CompletedRun, target: Node, seed: Relevance) {
    this.#run = run;
    this.#target = target;
    this.#countsAll = seed.size === 0;
    const work: [Node, Relevance][] = [[target, seed]];
    for (let steps = 0; steps < STEPS; ) {
      const [node, after] = work.pop() ?? [];
      if (node === undefined || after === undefined) break;
      if (!this.#isNews(node, after)) continue;
      const before = this.#visit(node, after);
      for (const parent of run.program.graph.parentsOf(node)) work.push([parent, before]);
      steps++;
    }
    this.#completeJoins();
  }

  /** In the order of labels. */
  get slice(): Slice {
    return new Map(this.#sorted(this.#slice));
  }

  #sorted(map: ReadonlyMap<Node, Relevance>): [Node, Relevance][] {
    const { graph } = this.#run.program;
    return [...map].sort(([left], [right]) => graph.compare(left, right));
  }

  #isNews(node: Node, after: Relevance): boolean {
    if (!this.#countsAll && node !== this.#target && after.size === 0) return false;
    const known = this.#seen.get(node);
    if (known === undefined) {
      this.#seen.set(node, after.copy());
      return true;
    }
    const size = known.size;
    known.add(after);
    return known.size > size;
  }

  #visit(node: Node, after: Relevance): Relevance {
    const { program, iteration } = this.#run;
    // The original notes dependencies as it analyses; of code that nothing leads to it has none.
    const isAnalysed = iteration.isAnalysed(node);
    const instruction = program.graph.instruction(node);
    const dependencies = dependenciesOf(
      instruction,
      iteration.statesAt(node).before,
      program.environment.options.totalStackSize,
    );
    const contributes = isAnalysed && this.#contributes(node, after, dependencies);
    const before = isAnalysed ? stepBack(after, dependencies, contributes) : after;
    if (contributes || !isAnalysed) this.#include(node, before);
    return before;
  }

  #contributes(node: Node, after: Relevance, dependencies: Dependencies): boolean {
    if (this.#countsAll || node === this.#target || writesInto(dependencies, after)) return true;
    const { graph } = this.#run.program;
    const { kind } = graph.instruction(node);
    if (kind === "assume" && graph.parentsOf(this.#target).includes(node)) return true;
    const decides = kind === "jump" || kind === "assume";
    return decides && dependencies.reads.some((register) => after.registers.has(register));
  }

  #include(node: Node, before: Relevance): void {
    const known = this.#slice.get(node);
    if (known === undefined) this.#slice.set(node, before.copy());
    else known.add(before);
  }

  /** Where ways meet of which one is in the slice, the others are shown, too. */
  #completeJoins(): void {
    const { graph } = this.#run.program;
    const added = new Map<Node, Relevance>();
    for (const [node, relevance] of this.#sorted(this.#seen)) {
      const parents = graph.parentsOf(node);
      if (parents.length < 2 || !parents.some((parent) => this.#slice.has(parent))) continue;
      if (!this.#slice.has(node) && !added.has(node)) added.set(node, relevance);
      for (const parent of parents) {
        if (this.#slice.has(parent) || added.has(parent)) continue;
        added.set(parent, this.#seen.get(parent) ?? relevance);
      }
    }
    for (const [node, relevance] of added) this.#slice.set(node, relevance.copy());
  }
}

/** The nodes that an error hangs on, as the original tells them; of runs that kept their states. */
export function sliceOf(run: CompletedRun, { node }: AnalysisError): Slice {
  return new Walk(run, node, new Relevance(failingAssertions(run, node).flatMap(registersOf))).slice;
}
