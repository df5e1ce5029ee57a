import { setImmediate } from "node:timers/promises";

/** Milliseconds that one slice is to take, and after which others get their turn. */
const SLICE = 2.5;
const TURN = 5;
/** How much longer the next slice may be than one that was over at once. */
const GROWTH = 4;

/** Cuts many runs into slices so that the event loop turns at least every 10 ms, as long as single runs are short. */
export class Slices {
  /** Time spent in slices so far. */
  milliseconds = 0;
  #count = 1;
  #sinceTurn = 0;

  /** Whether others are to get their turn now. */
  get isTurn(): boolean {
    return this.#sinceTurn >= TURN;
  }

  /** Does `work` for as many runs as a slice has, `most` at most. */
  run(most: number, work: (count: number) => void): void {
    const count = Math.min(most, this.#count);
    const start = performance.now();
    work(count);
    const elapsed = performance.now() - start;
    this.milliseconds += elapsed;
    this.#sinceTurn += elapsed;
    const fitting = elapsed === 0 ? Number.POSITIVE_INFINITY : Math.floor((count * SLICE) / elapsed);
    this.#count = Math.max(1, Math.min(count * GROWTH, fitting));
  }

  /** Resolves when others have had their turn. */
  async turn(): Promise<void> {
    await setImmediate();
    this.#sinceTurn = 0;
  }
}
