import type { Work } from "../../turns/index.ts";
import type { CompletedRun } from "../analysis.ts";
import type { Node } from "../cfg/index.ts";
import type { Block } from "./basic-blocks.ts";
import type { ErrorTexts } from "./error-texts.ts";
import { Listing } from "./listing.ts";
import type { Pages } from "./pages.ts";
import type { SourceLines } from "./source-lines.ts";
import { stateText } from "./state-text.ts";

/**
 * What is known around every block that control reaches, up to the first failure: what ebpf-for-windows prints at the
 * level "verbose". Of runs that kept their states.
 */
export function* writeInvariants(
  pages: Pages,
  { program, iteration }: CompletedRun,
  blocks: readonly Block[],
  lines: SourceLines,
  errors: ErrorTexts,
): Work<void> {
  const { graph } = program;
  const listing = new Listing(program, lines);
  for (const block of blocks) {
    const [first] = block;
    const last: Node = block[block.length - 1] ?? first;
    const { before } = iteration.statesAt(first);
    if (before === undefined) continue;
    yield* pages.write(`\nPre-invariant : ${yield* stateText(before)}\n`);
    yield* pages.write(`${listing.from(first)}${graph.label(first)}:\n`);
    for (const node of block) {
      yield* pages.write(`${listing.line(node)}${listing.assertions(node)}${listing.instruction(node)}`);
      const error = errors.at(node);
      if (error === undefined) continue;
      const state = iteration.statesAt(node).before;
      yield* pages.write("\nVerification error:\n");
      if (node !== last) yield* pages.write(`After ${state === undefined ? "_|_" : yield* stateText(state)}\n`);
      yield* pages.write(`${error}\n`);
      return;
    }
    const { after } = iteration.statesAt(last);
    if (after !== undefined) yield* pages.write(`${listing.goto(last)}\nPost-invariant : ${yield* stateText(after)}\n`);
  }
  yield* pages.write("\n");
}
