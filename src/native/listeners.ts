import { clearInterval, clearTimeout, setInterval, setTimeout } from "node:timers";
import { EbpfError } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";

/** Milliseconds after which whoever waits looks whether there is still something to wait for. */
const LOOK_AFTER = 2000;
/** Milliseconds after which waiting is tried again where the system has refused it. */
const AGAIN_AFTER = 100;

/** Those who wait for one ring: the addon is asked to wait once for all of them, and only while somebody does. */
export class Listeners {
  readonly #start: (wake: () => void) => number;
  readonly #stop: (id: number) => void;
  readonly #listeners = new Set<() => void>();
  #waiter: (() => void) | undefined;
  #id = 0;
  readonly #look: (() => boolean) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;

  /**
   * `start` begins to wait once and gives a number, which `stop` takes, or 0 where that cannot be. `look` is asked now and then whether there is
   * something to find, a record or an error: a driver that is gone wakes nobody, nor one that wakes a later reader instead.
   */
  constructor(start: (wake: () => void) => number, stop: (id: number) => void, look?: () => boolean) {
    this.#look = look;
    this.#start = start;
    this.#stop = stop;
  }

  /** Throws `EBPF_NO_MEMORY` where nobody can wait: the system has no thread, descriptor or event for it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    try {
      this.#arm();
    } catch (error) {
      this.#listeners.delete(listener);
      this.#disarm();
      throw error;
    }
    return () => {
      this.#listeners.delete(listener);
      this.#disarm();
    };
  }

  /** The same. */
  setWaiter(wake: (() => void) | undefined): void {
    this.#waiter = wake;
    try {
      if (wake !== undefined) this.#arm();
    } catch (error) {
      this.#waiter = undefined;
      throw error;
    } finally {
      this.#disarm();
    }
  }

  /** Waits for the next record, if anybody does: a waiter is told of one at a time. */
  rearm(): void {
    if (this.#waiter !== undefined) this.#armLater();
  }

  end(): void {
    this.#listeners.clear();
    this.#waiter = undefined;
    this.#disarm();
  }

  #arm(): void {
    if (this.#id === 0) this.#id = this.#start(() => this.#wake());
    if (this.#id === 0) throw cannotWait();
    const look = this.#look;
    if (look === undefined) return;
    this.#timer ??= setInterval(() => {
      if (look()) this.#tell();
    }, LOOK_AFTER).unref();
  }

  #disarm(): void {
    if (this.#listeners.size > 0 || this.#waiter !== undefined) return;
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    this.#timer = undefined;
    this.#again = undefined;
    if (this.#id === 0) return;
    this.#stop(this.#id);
    this.#id = 0;
  }

  #wake(): void {
    this.#id = 0;
    this.#tell();
    // Whoever still listens wants the next record, too.
    if (this.#listeners.size > 0) this.#armLater();
  }

  /** Where nobody can be told that waiting goes wrong: tries again, and wakes whoever missed something meanwhile. */
  #armLater(): void {
    try {
      this.#arm();
    } catch {
      this.#again ??= setTimeout(() => {
        this.#again = undefined;
        this.#tell();
        if (this.#listeners.size > 0 || this.#waiter !== undefined) this.#armLater();
      }, AGAIN_AFTER);
    }
  }

  #tell(): void {
    const waiter = this.#waiter;
    for (const listener of [...this.#listeners]) listener();
    waiter?.();
  }
}

function cannotWait(): EbpfError {
  return new EbpfError(
    "EBPF_NO_MEMORY",
    "Nobody can wait for the ring: the system has no thread or descriptor for it",
    {
      native: { result: EbpfResult.NO_MEMORY, errno: errnoNumbers.ENOMEM },
      hint: "Close what is not used, or raise the limits of open files and threads; what is in the ring stays there.",
    },
  );
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
