import { EbpfError } from "../errors.ts";

export type RegionKind = "stack" | "context" | "packet" | "map-value" | "global" | "other";

export interface RegionOptions {
  readonly kind: RegionKind;
  /** How fault reports call it: `packet`, `map "ports"`. */
  readonly name: string;
  /** First address. */
  readonly start: number;
  /** Address after the last byte. */
  readonly end: number;
  readonly writable: boolean;
  /** Bytes from one element to the next. Regions that are one element leave it out. */
  readonly stride?: number;
  /** Bytes of each element that may be touched, from its first on; an access lies within one element. */
  readonly size?: number;
}

/** A range of addresses that programs may touch. Made by `Regions.add`. */
export interface Region extends Required<Omit<RegionOptions, "stride" | "size">> {
  readonly stride: number | undefined;
  readonly size: number;
}

/** Words that a region (or window) has in the table: read from, read end, write from, write end. */
export const ROW = 4;
/** Rows after the first for elements of regions with a stride: the element that an instruction touched last. */
const WINDOWS = 255;

class Row implements Region {
  readonly kind: RegionKind;
  readonly name: string;
  readonly writable: boolean;
  readonly stride: number | undefined;
  start: number;
  end: number;
  /** Index of the row's first word in the table. */
  readonly at: number;
  readonly #size: number | undefined;

  constructor(options: RegionOptions, at: number) {
    this.kind = options.kind;
    this.name = options.name;
    this.writable = options.writable;
    this.stride = options.stride;
    this.#size = options.size;
    this.start = options.start;
    this.end = options.end;
    this.at = at;
  }

  get size(): number {
    return this.#size ?? this.stride ?? this.end - this.start;
  }
}

/**
 * Which addresses programs may touch. The interpreter checks an access against the row that served the same
 * instruction last and asks here only when that misses, so a row never says more than its region allows.
 */
export class Regions {
  /** Rows of 4 words: row 0 is empty for ever, then windows, then regions. Replaced when it grows. */
  bounds = new Int32Array(ROW * (1 + WINDOWS + 16));
  readonly #rows: Row[] = [];
  #nextWindow = 0;
  #vacant: number[] = [];
  #top = ROW * (1 + WINDOWS);

  /**
   * Lets programs touch `[start, end)`.
   *
   * @throws EbpfError `EBPF_INVALID_ARGUMENT` when the numbers do not describe a range of whole elements.
   */
  add(options: RegionOptions): Region {
    const { start, end, stride, size } = options;
    const whole = stride === undefined ? size === undefined : stride > 0 && (size ?? stride) <= stride;
    if (!(start >= 0 && start <= end && end < 0x8000_0000) || !whole) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `region ${options.name} has no valid range`);
    }
    const row = new Row(options, this.#vacant.pop() ?? this.#extend());
    this.#rows.push(row);
    this.#publish(row);
    return row;
  }

  /** Takes `region` away: accesses to it fault from now on. */
  remove(region: Region): void {
    if (!(region instanceof Row)) return;
    const index = this.#rows.indexOf(region);
    if (index < 0) return;
    this.#rows.splice(index, 1);
    this.bounds.fill(0, region.at, region.at + ROW);
    this.bounds.fill(0, ROW, ROW * (1 + WINDOWS));
    this.#vacant.push(region.at);
  }

  /** Puts `region` elsewhere: contexts and packets move from run to run. */
  move(region: Region, start: number, end: number): void {
    if (!(region instanceof Row)) return;
    region.start = start;
    region.end = end;
    if (region.stride !== undefined) this.bounds.fill(0, ROW, ROW * (1 + WINDOWS));
    this.#publish(region);
  }

  /** The region where `size` bytes at `address` may be read, or written. */
  find(address: number, size: number, write: boolean): Region | undefined {
    for (const row of this.#rows) {
      if (address < row.start || address + size > row.end) continue;
      if (write && !row.writable) continue;
      if (row.stride !== undefined && ((address - row.start) % row.stride) + size > row.size) continue;
      return row;
    }
    return undefined;
  }

  /**
   * The row that an instruction is to try next time for `size` bytes at `address`, after `hint` did not fit; -1 when
   * no region allows the access.
   *
   * @internal
   */
  predict(address: number, size: number, write: boolean, hint: number): number {
    const region = this.find(address, size, write);
    if (!(region instanceof Row)) return -1;
    if (region.stride === undefined) return region.at;
    let at = hint;
    if (at < ROW || at >= ROW * (1 + WINDOWS)) {
      at = ROW * (1 + this.#nextWindow);
      this.#nextWindow = (this.#nextWindow + 1) % WINDOWS;
    }
    const start = address - ((address - region.start) % region.stride);
    this.#write(at, start, start + region.size, region.writable);
    return at;
  }

  /** Every region, in the order they were added. */
  [Symbol.iterator](): Iterator<Region> {
    return this.#rows[Symbol.iterator]();
  }

  #publish(row: Row): void {
    if (row.stride === undefined) this.#write(row.at, row.start, row.end, row.writable);
  }

  #write(at: number, start: number, end: number, writable: boolean): void {
    this.bounds[at] = start;
    this.bounds[at + 1] = end;
    this.bounds[at + 2] = writable ? start : 0;
    this.bounds[at + 3] = writable ? end : 0;
  }

  #extend(): number {
    const at = this.#top;
    this.#top += ROW;
    if (this.#top > this.bounds.length) {
      const bounds = new Int32Array(this.bounds.length * 2);
      bounds.set(this.bounds);
      this.bounds = bounds;
    }
    return at;
  }
}
