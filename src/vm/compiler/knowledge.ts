/** How often a check may fail for want of the right bounds before it asks for them. */
const MOST_MISSES = 3;

/** Indexes of instructions; or all of them. */
class Indexes {
  readonly #some = new Set<number>();
  #all = false;

  add(index: number): void {
    this.#some.add(index);
  }

  addAll(): void {
    this.#all = true;
  }

  has(index: number): boolean {
    return this.#all || this.#some.has(index);
  }
}

/** What running a program's compiled code taught about it, for the next time that it is compiled. */
export class Knowledge {
  /** Where a check shall span no more than the access. */
  readonly narrow = new Indexes();
  /** Where a check shall ask for other bounds instead of leaving. */
  readonly asking = new Indexes();
  /** Row of the region that was touched last, by instruction. */
  readonly rows = new Map<number, number>();
  readonly #misses = new Map<number, number>();

  /** Notes that the check at `index` needed another row; true when it is to ask from now on. */
  miss(index: number, row: number): boolean {
    this.rows.set(index, row);
    const misses = (this.#misses.get(index) ?? 0) + 1;
    this.#misses.set(index, misses);
    if (misses !== MOST_MISSES) return false;
    this.asking.add(index);
    return true;
  }

  /** Guesses nothing any more. */
  giveUp(): void {
    this.narrow.addAll();
    this.asking.addAll();
  }
}
