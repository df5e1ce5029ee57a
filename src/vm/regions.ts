import { EbpfError } from "../errors.ts";
import type { Region, RegionOptions } from "./region.ts";

/** Words of a row: read from, read end, write from, write end. */
const ROW = 4;
/** Rows for single elements of regions with a stride, after row 0. */
const WINDOWS = 255;
const FIRST_WINDOW = ROW;
const FIRST_REGION = ROW * (1 + WINDOWS);
/** Addresses are positive as signed 32-bit numbers. */
const HIGHEST = 0x7fff_ffff;

class Entry implements Region {
  readonly kind: Region["kind"];
  readonly name: string;
  readonly writable: boolean;
  readonly stride: number | undefined;
  /** First word of its row. */
  readonly row: number;
  /** Whose region it is; undefined once it was removed. */
  owner: Regions | undefined;
  readonly #regions: Regions;
  readonly #size: number | undefined;
  #start = 0;
  #end = 0;

  constructor(options: RegionOptions, regions: Regions, row: number) {
    this.kind = options.kind;
    this.name = options.name;
    this.writable = options.writable;
    this.stride = options.stride;
    this.#size = options.size;
    this.#regions = regions;
    this.owner = regions;
    this.row = row;
    this.place(options.start, options.end);
  }

  // A region that is one element is what its row says: the interpreter moves the stack's row itself.
  get start(): number {
    return this.stride === undefined ? this.#regions.bounds[this.row] : this.#start;
  }

  get end(): number {
    return this.stride === undefined ? this.#regions.bounds[this.row + 1] : this.#end;
  }

  get size(): number {
    return this.#size ?? this.stride ?? this.end - this.start;
  }

  place(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    if (this.stride === undefined) this.#regions.write(this.row, start, end, this.writable);
  }

  allows(address: number, size: number, write: boolean): boolean {
    if (write && !this.writable) return false;
    if (address < this.start || address + size > this.end) return false;
    return this.stride === undefined || ((address - this.#start) % this.stride) + size <= this.size;
  }
}

/**
 * Which addresses programs may touch. The interpreter checks an access against the row that served the same
 * instruction last, and asks here only when that misses. A row never allows more than its region does, so predictions
 * may be wrong, old or another program's.
 */
export class Regions {
  /** @internal Rows: row 0 is empty for ever, then windows on elements, then regions. Replaced when it grows. */
  bounds = new Int32Array(FIRST_REGION + 16 * ROW);
  /** @internal Counts changes of regions, other than the stack's, which each run makes anew. */
  version = 0;
  readonly #entries: Entry[] = [];
  readonly #vacant: number[] = [];
  /** What was found last, for helpers and for the program: what is found next is mostly the same. */
  #found: Entry | undefined;
  #predicted: Entry | undefined;
  #top = FIRST_REGION;
  #nextWindow = FIRST_WINDOW;

  /**
   * Lets programs touch `[start, end)`.
   *
   * @throws EbpfError `EBPF_INVALID_ARGUMENT` when the numbers describe no range, or elements that overlap.
   */
  add(options: RegionOptions): Region {
    const { start, end, stride, size } = options;
    const fits = stride === undefined ? size === undefined : stride > 0 && (size ?? stride) <= stride;
    if (!fits) throw new EbpfError("EBPF_INVALID_ARGUMENT", `elements of region ${options.name} overlap`);
    this.#check(options.name, start, end);
    const entry = new Entry(options, this, this.#vacant.pop() ?? this.#extend());
    this.#entries.push(entry);
    this.version++;
    return entry;
  }

  /** Takes `region` away: accesses to it fault from now on. */
  remove(region: Region): void {
    const entry = this.#own(region);
    if (entry === undefined) return;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    entry.owner = undefined;
    this.#found = undefined;
    this.#predicted = undefined;
    this.bounds.fill(0, entry.row, entry.row + ROW);
    if (entry.stride !== undefined) this.#closeWindows();
    this.#vacant.push(entry.row);
    this.version++;
  }

  /**
   * Puts `region` elsewhere: contexts and packets move from run to run.
   *
   * @throws EbpfError `EBPF_INVALID_ARGUMENT` when the numbers describe no range.
   */
  move(region: Region, start: number, end: number): void {
    const entry = this.#own(region);
    if (entry === undefined) return;
    if (entry.start === start && entry.end === end) return;
    this.#check(entry.name, start, end);
    if (entry.stride !== undefined) this.#closeWindows();
    entry.place(start, end);
    this.version++;
  }

  /** The region where `size` bytes at `address` may be read, or written. */
  find(address: number, size: number, write: boolean): Region | undefined {
    if (this.#found?.allows(address, size, write) !== true) this.#found = this.#seek(address, size, write);
    return this.#found;
  }

  /** @internal First word of the row of `region`. */
  rowOf(region: Region): number {
    return this.#own(region)?.row ?? 0;
  }

  /**
   * @internal The row that the instruction which had `hint` shall try next time it accesses `size` bytes at about
   * `address`; undefined when no region allows the access.
   */
  predict(address: number, size: number, write: boolean, hint: number): number | undefined {
    if (this.#predicted?.allows(address, size, write) !== true) this.#predicted = this.#seek(address, size, write);
    const entry = this.#predicted;
    if (entry?.stride === undefined) return entry?.row;
    const window = hint >= FIRST_WINDOW && hint < FIRST_REGION ? hint : this.#openWindow();
    const start = address - ((address - entry.start) % entry.stride);
    this.write(window, start, start + entry.size, entry.writable);
    return window;
  }

  /** @internal */
  write(row: number, start: number, end: number, writable: boolean): void {
    this.bounds[row] = start;
    this.bounds[row + 1] = end;
    this.bounds[row + 2] = writable ? start : 0;
    this.bounds[row + 3] = writable ? end : 0;
  }

  /** Every region, in the order in which they were added. */
  [Symbol.iterator](): Iterator<Region> {
    return this.#entries.values();
  }

  #seek(address: number, size: number, write: boolean): Entry | undefined {
    return this.#entries.find((entry) => entry.allows(address, size, write));
  }

  #own(region: Region): Entry | undefined {
    return region instanceof Entry && region.owner === this ? region : undefined;
  }

  #check(name: string, start: number, end: number): void {
    if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= HIGHEST) return;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `region ${name} cannot be from ${start} to ${end}`);
  }

  #openWindow(): number {
    const window = this.#nextWindow;
    this.#nextWindow = window + ROW < FIRST_REGION ? window + ROW : FIRST_WINDOW;
    return window;
  }

  #closeWindows(): void {
    this.bounds.fill(0, FIRST_WINDOW, FIRST_REGION);
  }

  #extend(): number {
    const row = this.#top;
    this.#top += ROW;
    if (this.#top > this.bounds.length) {
      const bounds = new Int32Array(this.bounds.length * 2);
      bounds.set(this.bounds);
      this.bounds = bounds;
    }
    return row;
  }
}
