import { EbpfError } from "../../errors.ts";
import { Pace, type Work } from "../../turns/index.ts";

/** Characters of a report at most: some programs' would not fit into memory. */
const LIMIT = 128 * 2 ** 20;

/** A report being written, piece by piece. */
export class Pages {
  readonly #pieces: string[] = [];
  readonly #pace = new Pace();
  readonly #limit: number;
  #length = 0;

  constructor(limit = LIMIT) {
    this.#limit = limit;
  }

  /**
   * Adds a piece. Pauses cost no steps: writing is no analysis.
   *
   * @throws EbpfError `EBPF_BUDGET_EXCEEDED`
   */
  *write(text: string): Work<void> {
    this.#length += text.length;
    if (this.#length > this.#limit) {
      throw new EbpfError("EBPF_BUDGET_EXCEEDED", `the verifier's report is longer than ${this.#limit} characters`, {
        hint: "Ask for a lower level.",
      });
    }
    this.#pieces.push(text);
    if (this.#pace.isDue(text.length)) yield 0;
  }

  get text(): string {
    return this.#pieces.join("");
  }
}
