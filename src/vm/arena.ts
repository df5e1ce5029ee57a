/** Allocations are multiples of this many bytes, at multiples of it. */
export const ALIGNMENT = 8;

interface Span {
  start: number;
  end: number;
}

/**
 * Hands out ranges of the address spans that it is given: best fit, neighbours merge when freed. Its book-keeping is
 * outside the memory that programs see.
 */
export class Arena {
  /** Free spans, ascending, never touching. */
  readonly #free: Span[] = [];
  readonly #sizes = new Map<number, number>();
  #used = 0;

  /** Bytes handed out, rounded as they were. */
  get used(): number {
    return this.#used;
  }

  /** Adds `[start, end)` to what may be handed out. */
  give(start: number, end: number): void {
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#free[middle].start < start) low = middle + 1;
      else high = middle;
    }
    const before = this.#free[low - 1];
    const after = this.#free[low];
    if (before?.end === start) {
      before.end = end;
      if (after?.start === end) {
        before.end = after.end;
        this.#free.splice(low, 1);
      }
    } else if (after?.start === end) {
      after.start = start;
    } else {
      this.#free.splice(low, 0, { start, end });
    }
  }

  /** The address of `bytes` (a multiple of `ALIGNMENT`) that are now in use, or `undefined` when no span has room. */
  take(bytes: number): number | undefined {
    let best = -1;
    for (let index = 0; index < this.#free.length; index++) {
      const room = this.#free[index].end - this.#free[index].start;
      if (room < bytes) continue;
      if (best < 0 || room < this.#free[best].end - this.#free[best].start) best = index;
      if (room === bytes) break;
    }
    const span = this.#free[best];
    if (span === undefined) return undefined;
    const address = span.start;
    span.start += bytes;
    if (span.start === span.end) this.#free.splice(best, 1);
    this.#sizes.set(address, bytes);
    this.#used += bytes;
    return address;
  }

  /** Takes back what `take` gave. False when `address` is not in use. */
  release(address: number): boolean {
    const bytes = this.#sizes.get(address);
    if (bytes === undefined) return false;
    this.#sizes.delete(address);
    this.#used -= bytes;
    this.give(address, address + bytes);
    return true;
  }
}
