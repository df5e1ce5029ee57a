/** Those who wait for one ring: the addon is asked to wait once for all of them, and only while somebody does. */
export class Listeners {
  readonly #start: (wake: () => void) => number;
  readonly #stop: (id: number) => void;
  readonly #listeners = new Set<() => void>();
  #waiter: (() => void) | undefined;
  #id = 0;

  /** `start` begins to wait once and gives a number, which `stop` takes. */
  constructor(start: (wake: () => void) => number, stop: (id: number) => void) {
    this.#start = start;
    this.#stop = stop;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#arm();
    return () => {
      this.#listeners.delete(listener);
      this.#disarm();
    };
  }

  setWaiter(wake: (() => void) | undefined): void {
    this.#waiter = wake;
    if (wake === undefined) this.#disarm();
    else this.#arm();
  }

  end(): void {
    this.#listeners.clear();
    this.#waiter = undefined;
    this.#disarm();
  }

  #arm(): void {
    if (this.#id === 0) this.#id = this.#start(() => this.#wake());
  }

  #disarm(): void {
    if (this.#id === 0 || this.#listeners.size > 0 || this.#waiter !== undefined) return;
    this.#stop(this.#id);
    this.#id = 0;
  }

  #wake(): void {
    this.#id = 0;
    const waiter = this.#waiter;
    for (const listener of [...this.#listeners]) listener();
    waiter?.();
    // Whoever still listens wants the next record, too.
    if (this.#listeners.size > 0) this.#arm();
  }
}
