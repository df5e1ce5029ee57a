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
