/** Milliseconds after which whoever waits looks whether there is still something to wait for. */
const LOOK_AFTER = 2000;

/** Those who wait for one ring: the addon is asked to wait once for all of them, and only while somebody does. */
export class Listeners {
  readonly #start: (wake: () => void) => number;
  readonly #stop: (id: number) => void;
  readonly #listeners = new Set<() => void>();
  #waiter: (() => void) | undefined;
  #id = 0;
  readonly #look: (() => boolean) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * `start` begins to wait once and gives a number, which `stop` takes. `look` is asked now and then whether there is
   * something to find, a record or an error: a driver that is gone wakes nobody, nor one that wakes a later reader instead.
   */
  constructor(start: (wake: () => void) => number, stop: (id: number) => void, look?: () => boolean) {
    this.#look = look;
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

  /** Waits for the next record, if anybody does: a waiter is told of one at a time. */
  rearm(): void {
    if (this.#waiter !== undefined) this.#arm();
  }

  end(): void {
    this.#listeners.clear();
    this.#waiter = undefined;
    this.#disarm();
  }

  #arm(): void {
    if (this.#id === 0) this.#id = this.#start(() => this.#wake());
    const look = this.#look;
    if (look === undefined) return;
    this.#timer ??= setInterval(() => {
      if (look()) this.#tell();
    }, LOOK_AFTER).unref();
  }

  #disarm(): void {
    if (this.#listeners.size > 0 || this.#waiter !== undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#id === 0) return;
    this.#stop(this.#id);
    this.#id = 0;
  }

  #wake(): void {
    this.#id = 0;
    this.#tell();
    // Whoever still listens wants the next record, too.
    if (this.#listeners.size > 0) this.#arm();
  }

  #tell(): void {
    const waiter = this.#waiter;
    for (const listener of [...this.#listeners]) listener();
    waiter?.();
  }
}

/** Whether the driver is gone. */
export function isGone(assertConnected: () => void): boolean {
  try {
    assertConnected();
    return false;
  } catch {
    return true;
  }
}
