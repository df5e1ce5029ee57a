import { clearTimeout, setTimeout } from "node:timers";
import type { RingView } from "../engine/index.ts";

/** A manual-reset event: signalled by rings, waited for by readers. */
export class WaitEvent {
  readonly #waiting = new Set<() => void>();
  readonly #rings = new Set<RingView>();
  #signalled = false;

  get signalled(): boolean {
    return this.#signalled;
  }

  /** Signals with every record of `ring`, until another event watches it: a ring has one wait handle. */
  watch(ring: RingView): void {
    this.#rings.add(ring);
    ring.setWaiter(() => this.signal());
  }

  signal(): void {
    this.#signalled = true;
    for (const wake of [...this.#waiting]) wake();
  }

  reset(): void {
    this.#signalled = false;
    for (const ring of this.#rings) ring.forget?.();
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
    while (found === 0 && (await this.wait(timeout <= 0 ? timeout : Math.max(0, end - performance.now())))) {
      found = consume();
      if (found === 0) this.reset();
    }
    return found;
  }

  /** True once signalled, false when `timeout` ms (negative: for ever) have passed before. */
  wait(timeout: number): Promise<boolean> {
    for (const ring of this.#rings) ring.rearm?.();
    if (this.#signalled) return Promise.resolve(true);
    if (timeout === 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (signalled: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(signalled);
      };
      const wake = () => finish(true);
      const timer = timeout > 0 ? setTimeout(() => finish(false), timeout) : undefined;
      this.#waiting.add(wake);
    });
  }
}
