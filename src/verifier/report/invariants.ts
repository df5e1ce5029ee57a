import type { CompletedRun } from "../analysis.ts";
import type { State } from "../domain/index.ts";
import { printInstruction } from "../ir/index.ts";
import type { NodeInvariants } from "./report.ts";

const lines = (state: State | undefined): string[] => state?.toStrings().sort() ?? ["_|_"];

/** What is known around every node, in the order of labels; for runs that kept it. */
export function invariantsOf({ program, iteration }: CompletedRun): NodeInvariants[] {
  const { graph } = program;
  return [...iteration.nodes]
    .sort((left, right) => graph.compare(left, right))
    .map((node) => {
      const { before, after } = iteration.statesAt(node);
      const instruction = printInstruction(graph.instruction(node));
      return {
        at: graph.label(node),
        slot: graph.slotOf(node),
        instruction,
        before: lines(before),
        after: lines(after),
      };
    });
}
