/** Which bytes of the stack certainly hold numbers. Copies share their words until one of them writes. */
export class ByteSet {
  readonly size: number;
  #words: number[];
  #shared = false;

  private constructor(size: number, words: number[]) {
    this.size = size;
    this.#words = words;
  }

  /** No byte is known to hold a number. */
  static empty(size: number): ByteSet {
    return new ByteSet(size, new Array<number>((size + 31) >>> 5).fill(0));
  }

  copy(): ByteSet {
    const copy = new ByteSet(this.size, this.#words);
    copy.#shared = true;
    this.#shared = true;
    return copy;
  }

  has(offset: number): boolean {
    return (((this.#words[offset >>> 5] ?? 0) >>> (offset & 31)) & 1) === 1;
  }

  /** Marks (or unmarks) the part of [start, start + width) that lies in the stack. */
  fill(start: number, width: number, numeric: boolean): void {
    const begin = Math.max(0, start);
    const end = Math.min(start + width, this.size);
    if (start < 0 || begin >= end) return;
    if (this.#shared) {
      this.#words = this.#words.slice();
      this.#shared = false;
    }
    const words = this.#words;
    for (let offset = begin; offset < end; ) {
      const bit = offset & 31;
      const count = Math.min(32 - bit, end - offset);
      const mask = count === 32 ? -1 : ((1 << count) - 1) << bit;
      const at = offset >>> 5;
      words[at] = numeric ? (words[at] as number) | mask : (words[at] as number) & ~mask;
      offset += count;
    }
  }

  /** Number of consecutive numeric bytes from `start` on. */
  runFrom(start: number): number {
    if (start < 0) return 0;
    let end = start;
    while (end < this.size && this.has(end)) end++;
    return end > start ? end - start : 0;
  }

  /** Whether all bytes of [start, end), cut to the stack, hold numbers. */
  hasAll(start: number, end: number): boolean {
    const stop = Math.min(end, this.size);
    for (let offset = Math.max(0, start); offset < stop; offset++) if (!this.has(offset)) return false;
    return true;
  }

  /** Whether none of the bytes of [start, end), cut to the stack, is known to hold a number. */
  hasNone(start: number, end: number): boolean {
    const stop = Math.min(end, this.size);
    for (let offset = Math.max(0, start); offset < stop; offset++) if (this.has(offset)) return false;
    return true;
  }

  intersection(other: ByteSet): ByteSet {
    if (this.#words === other.#words) return this.copy();
    const words = this.#words.slice();
    for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) & (other.#words[i] as number);
    return new ByteSet(this.size, words);
  }

  union(other: ByteSet): ByteSet {
    if (this.#words === other.#words) return this.copy();
    const words = this.#words.slice();
    for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) | (other.#words[i] as number);
    return new ByteSet(this.size, words);
  }

  /** Whether every byte of `other` is in this set too. */
  includes(other: ByteSet): boolean {
    if (this.#words === other.#words) return true;
    return other.#words.every((word, i) => (word & ~(this.#words[i] as number)) === 0);
  }

  /** First and last byte of each run, both included. */
  runs(): (readonly [first: number, last: number])[] {
    const runs: (readonly [number, number])[] = [];
    for (let start = 0; start < this.size; start++) {
      const length = this.runFrom(start);
      if (length === 0) continue;
      runs.push([start, start + length - 1]);
      start += length;
    }
    return runs;
  }

  /** `s[0...7].type=number` for each run. */
  lines(): string[] {
    return this.runs().map(([first, last]) => `s[${first === last ? first : `${first}...${last}`}].type=number`);
  }
}
