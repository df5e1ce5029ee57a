import type { RingView } from "../engine/index.ts";

/** A manual-reset event: signalled by rings, waited for by readers. */
export class WaitEvent {
  readonly #waiting = new Set<() => void>();
  /** The rings, and the offsets behind their last records when the event was reset. */
  readonly #rings = new Map<RingView, number | undefined>();
  #signalled = false;

  get signalled(): boolean {
    return this.#signalled;
  }

  /** Signals with every record of `ring`, until another event watches it: a ring has one wait handle. */
  watch(ring: RingView): void {
    this.#rings.set(ring, undefined);
    ring.setWaiter(() => this.#hear(ring));
  }

  signal(): void {
    this.#signalled = true;
    for (const wake of [...this.#waiting]) wake();
  }

  reset(): void {
    this.#signalled = false;
    for (const ring of this.#rings.keys()) this.#rings.set(ring, ring.producer);
  }

  /**
   * What `consume` finds, a number of records or a failure: at once, or once signalled within `timeout` ms (negative: for ever).
   * 0 when they are over. A signal without a record, which an earlier one left behind, ends nothing.
   *
   * @internal
   */
  async poll(timeout: number, consume: () => number): Promise<number> {
    const end = performance.now() + timeout;
    this.reset();
    let found = consume();
    while (
      found === 0 &&
      (await this.#next(timeout <= 0 ? timeout : Math.max(0, end - performance.now()), () => true))
    ) {
      found = consume();
      if (found === 0) this.reset();
    }
    return found;
  }

  /** True once signalled, false when `timeout` ms (negative: for ever) have passed before. */
  wait(timeout: number): Promise<boolean> {
    return this.#next(timeout, () => this.#signalled);
  }

  /** True once it is signalled or something was heard that `counts`. */
  #next(timeout: number, counts: () => boolean): Promise<boolean> {
    this.#rearm();
    if (this.#signalled) return Promise.resolve(true);
    if (timeout === 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (signalled: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(signalled);
      };
      const wake = () => {
        if (counts()) finish(true);
        else this.#rearm();
      };
      const timer = timeout > 0 ? setTimeout(() => finish(false), timeout) : undefined;
      this.#waiting.add(wake);
    });
  }

  #rearm(): void {
    for (const ring of this.#rings.keys()) ring.rearm?.();
  }

  /** A native ring is heard of late: what it tells of a record from before the last reset signals nothing any more. */
  #hear(ring: RingView): void {
    const { producer, consumer } = ring;
    if (producer !== this.#rings.get(ring) || consumer !== producer) this.#signalled = true;
    for (const wake of [...this.#waiting]) wake();
  }
}
