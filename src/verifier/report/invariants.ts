import { sorted, type Work } from "../../turns/index.ts";
import type { CompletedRun } from "../analysis.ts";
import type { State } from "../domain/index.ts";
import { printInstruction } from "../ir/index.ts";
import type { NodeInvariants } from "./report.ts";

const lines = (state: State | undefined): string[] => state?.toStrings().sort() ?? ["_|_"];

/** What is known around every node, in the order of labels; for runs that kept it. */
export function* invariantsOf({ program, iteration }: CompletedRun): Work<NodeInvariants[]> {
  const { graph } = program;
  const invariants: NodeInvariants[] = [];
  for (const node of yield* sorted(iteration.nodes, (left, right) => graph.compare(left, right))) {
    const { before, after } = iteration.statesAt(node);
    invariants.push({
      at: graph.label(node),
      slot: graph.slotOf(node),
      instruction: printInstruction(graph.instruction(node)),
      before: lines(before),
      after: lines(after),
    });
    yield 0;
  }
  return invariants;
}
