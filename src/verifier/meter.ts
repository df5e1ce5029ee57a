import { getHeapStatistics } from "node:v8";
import type { Work } from "../turns/index.ts";
import { othersTurn, TURN } from "../turns/index.ts";
import { DEFAULT_BYTES, DEFAULT_STEPS } from "./analysis-options.ts";
import { BudgetExceeded } from "./budget-exceeded.ts";
import type { VerifyOptions } from "./options.ts";

/** Share of the heap that is still free which an analysis may take, however much its budget is: the process must live. */
const SHARE_OF_HEAP = 0.75;

/** Drives the work of one analysis: counts its steps, looks at the heap, at the clock and at the signal. */
export class Meter {
  readonly #steps: number;
  readonly #bytes: number;
  readonly #heapBefore: number;
  readonly #signal: AbortSignal | undefined;
  #taken = 0;

  constructor({ budget, signal }: VerifyOptions) {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    this.#heapBefore = used;
    this.#steps = budget?.steps ?? DEFAULT_STEPS;
    this.#bytes = Math.min(budget?.bytes ?? DEFAULT_BYTES, Math.max(0, limit - used) * SHARE_OF_HEAP);
    this.#signal = signal;
  }

  /**
   * What the work comes to, or the limit that it exceeds. Others have their turn first.
   *
   * @throws EbpfError `EBPF_ABORTED`
   */
  async drive<T>(work: Work<T>): Promise<T | BudgetExceeded> {
    for (;;) {
      await othersTurn(this.#signal);
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
