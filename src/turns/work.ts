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

/** A list in order, with pauses: what compares as equal keeps its order. */
export function* sorted<T>(list: readonly T[], compare: (left: T, right: T) => number): Work<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < list.length; at += ITEMS) {
    runs.push(list.slice(at, at + ITEMS).sort(compare));
    if (list.length > ITEMS) yield 0;
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) longer.push(yield* merged(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = longer;
  }
  return runs[0] ?? [];
}

function* merged<T>(left: T[], right: T[], compare: (left: T, right: T) => number): Work<T[]> {
  const all: T[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    all.push(compare(left[l] as T, right[r] as T) <= 0 ? (left[l++] as T) : (right[r++] as T));
    if (all.length % ITEMS === 0) yield 0;
  }
  for (; l < left.length; l++) all.push(left[l] as T);
  for (; r < right.length; r++) all.push(right[r] as T);
  return all;
}
