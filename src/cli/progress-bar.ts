import { type Progress, progressLine } from "../report/index.ts";
import type { Output } from "./io.ts";

/** Milliseconds between two drawings: faster than that nobody reads. */
const INTERVAL = 100;

/** For terminals that do not say how wide they are. */
const DEFAULT_COLUMNS = 80;

/** Return to the first column and clear the line (ECMA-48, EL). */
const CLEAR = "\r\x1b[K";

/** A progress line that redraws itself in place, at most ten times a second, on a terminal and nowhere else. */
export class ProgressBar {
  readonly #output: Output;
  readonly #now: () => number;
  #last: number;
  #drawn = false;

  /** `now` gives milliseconds of a clock that never goes back. */
  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#last = now();
  }

  /** Draws `progress`, unless it is too soon for that. */
  update(progress: Progress): void {
    if (this.#output.isTTY !== true) return;
    const now = this.#now();
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#drawn = true;
    this.#output.write(CLEAR + progressLine(progress, this.#output.columns || DEFAULT_COLUMNS));
  }

  /** Leaves the line as if nothing had been there. */
  clear(): void {
    if (this.#drawn) this.#output.write(CLEAR);
    this.#drawn = false;
  }
}
