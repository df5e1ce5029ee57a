/**
 * Work that pauses now and then, so that other events get their turn, or that it can be ended. A pause says how many
 * steps of the budget were taken since the last: one if it says nothing, for about the same amount of work everywhere.
 */
export type Work<T> = Generator<number | undefined, T, undefined>;

/** Does the work without pausing. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Small things, such as relations or slots, that are looked at between two pauses. */
const THINGS = 8192;

/** Counts what is done, and says when a pause is due. */
export class Pace {
  #left = THINGS;

  /** Whether to pause, now that some more things are done. */
  isDue(done: number): boolean {
    this.#left -= done;
    if (this.#left > 0) return false;
    this.#left = THINGS;
    return true;
  }

  /** The same for much that was done at once: pauses as often as that is worth. */
  *catchUp(done: number): Work<void> {
    for (this.#left -= done; this.#left <= 0; this.#left += THINGS) yield;
  }
}

/** Goes through a list, with pauses. */
export function* each<T>(list: readonly T[], act: (item: T, at: number) => void): Work<void> {
  for (let at = 0; at < list.length; at++) {
    act(list[at] as T, at);
    if (at % ITEMS === ITEMS - 1) yield;
  }
}

/** Items of a list, such as instructions, between two pauses. */
const ITEMS = 512;
