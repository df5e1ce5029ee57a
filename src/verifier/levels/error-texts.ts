import type { CompletedRun } from "../analysis.ts";
import type { Node } from "../cfg/index.ts";
import { errorText } from "../report/index.ts";
import { placeText, type SourceLines } from "./source-lines.ts";

/** Windows' words for each failure: the C line, the place and the message. */
export class ErrorTexts {
  readonly #run: CompletedRun;
  readonly #lines: SourceLines;

  constructor(run: CompletedRun, lines: SourceLines) {
    this.#run = run;
    this.#lines = lines;
  }

  /** Undefined where nothing fails. */
  at(node: Node): string | undefined {
    const { program, iteration } = this.#run;
    const error = iteration.errorAt(node);
    if (error === undefined) return undefined;
    const place = this.#lines.at(program.graph.slotOf(node));
    // A place without text is never told from the one before.
    const line = place === undefined || place.text === "" ? "" : placeText(place);
    return `${line}${program.graph.label(node)}: ${errorText(error, this.#run)}\n\n`;
  }

  /** The first in the order of labels; empty where control reaches none. */
  get first(): string {
    const [error] = this.#run.errors;
    return error === undefined ? "" : (this.at(error.node) ?? "");
  }
}
