import { getHeapStatistics } from "node:v8";
import { TURN, type Turns, type Work } from "../turns/index.ts";
import { DEFAULT_BYTES, DEFAULT_STEPS } from "./analysis-options.ts";
import { BudgetExceeded } from "./budget-exceeded.ts";
import { type InnerOptions, turnsOf } from "./inner-options.ts";
import type { VerifyBudget } from "./options.ts";

/** Share of the heap that is still free which an analysis may take, however much its budget is: the process must live. */
const SHARE_OF_HEAP = 0.75;

/** Bytes by which the heap of this thread may grow, as it is now. */
export function allowedBytes(budget: VerifyBudget | undefined): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return Math.min(budget?.bytes ?? DEFAULT_BYTES, Math.max(0, limit - used) * SHARE_OF_HEAP);
}

/** Drives the work of one analysis: counts its steps, looks at the heap and at the clock, and lets others have their turns. */
export class Meter {
  readonly #steps: number;
  readonly #bytes: number;
  readonly #heapBefore: number;
  readonly #turns: Turns;
  #taken = 0;

  constructor(options: InnerOptions) {
    const { budget } = options;
    this.#heapBefore = getHeapStatistics().used_heap_size;
    this.#steps = budget?.steps ?? DEFAULT_STEPS;
    this.#bytes = allowedBytes(budget);
    this.#turns = turnsOf(options);
  }

  /** What the work comes to, or the limit that it exceeds. Others have their turn first. Throws what turns throw. */
  async drive<T>(work: Work<T>): Promise<T | BudgetExceeded> {
    for (;;) {
      await this.#turns.next();
      const end = performance.now() + TURN;
      do {
        const { done, value } = work.next();
        if (done === true) return value;
        this.#taken += value ?? 1;
        if (this.#taken > this.#steps) return new BudgetExceeded(`${this.#steps} steps`);
      } while (performance.now() < end);
      const grown = getHeapStatistics().used_heap_size - this.#heapBefore;
      if (grown > this.#bytes) return new BudgetExceeded(`${Math.round(this.#bytes)} bytes`);
    }
  }
}
