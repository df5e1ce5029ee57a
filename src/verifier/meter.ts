import { setImmediate as nextTurn } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import { EbpfError } from "../errors.ts";
import { DEFAULT_BYTES, DEFAULT_STEPS } from "./analysis-options.ts";
import { BudgetExceeded } from "./budget-exceeded.ts";
import type { VerifyOptions } from "./options.ts";
import type { Work } from "./work.ts";

/**
 * Milliseconds after which the event loop gets its turn. A turn itself costs some microseconds; most of the ten that it may
 * wait belong to V8, which collects garbage whenever it likes.
 */
const TURN = 1;

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
   * What the work comes to, or the limit that it exceeds.
   *
   * @throws EbpfError `EBPF_ABORTED`
   */
  async drive<T>(work: Work<T>): Promise<T | BudgetExceeded> {
    for (;;) {
      const end = performance.now() + TURN;
      do {
        const { done, value } = work.next();
        if (done === true) return value;
        this.#taken += value ?? 1;
        if (this.#taken > this.#steps) return new BudgetExceeded(`${this.#steps} steps`);
      } while (performance.now() < end);
      const grown = getHeapStatistics().used_heap_size - this.#heapBefore;
      if (grown > this.#bytes) return new BudgetExceeded(`${Math.round(this.#bytes)} bytes`);
      await othersTurn(this.#signal);
    }
  }
}

async function othersTurn(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  if (signal?.aborted === true) {
    throw new EbpfError("EBPF_ABORTED", "the verification was aborted", { cause: signal.reason });
  }
}

/**
 * What work comes to that costs little enough to need no budget, such as a report.
 *
 * @throws EbpfError `EBPF_ABORTED`
 */
export async function unhurried<T>(work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    const end = performance.now() + TURN;
    do {
      const { done, value } = work.next();
      if (done === true) return value;
    } while (performance.now() < end);
    await othersTurn(signal);
  }
}
