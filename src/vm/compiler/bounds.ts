import { FRAME_BYTES } from "../frame.ts";
import type { Processor } from "../processor.ts";
import type { Region } from "../region.ts";
import { GROUP_STRIDE, GROUPS, LISTED_STRIDE, listOf, SERIES, series } from "./area.ts";
import type { Generated } from "./generate.ts";
import type { Knowledge } from "./knowledge.ts";
import type { CheckSite } from "./unit.ts";

/** The bounds that checks compare with, by group of accesses: which regions they are of, and where compiled code reads them. */
export class Bounds {
  readonly #processor: Processor;
  readonly #area: number;
  readonly #generated: Generated;
  readonly #knowledge: Knowledge;
  /** Row in `Regions.bounds` by group; 0 where none is known. */
  readonly #rows: Int32Array;
  /** Bytes of the widest check, by group. */
  readonly #widest: Int32Array;
  #version = -1;
  #isSeeded = false;

  constructor(processor: Processor, area: number, generated: Generated, knowledge: Knowledge) {
    this.#processor = processor;
    this.#area = area;
    this.#generated = generated;
    this.#knowledge = knowledge;
    this.#rows = new Int32Array(generated.groups);
    this.#widest = new Int32Array(generated.groups);
    for (const { group, bytes, index } of generated.checks) {
      this.#widest[group] = Math.max(this.#widest[group], bytes);
      this.#rows[group] ||= knowledge.rows.get(index) ?? 0;
    }
  }

  /** Sees to it that compiled code reads the bounds that regions have now. `r1`: what the program is given. */
  enter(r1: number): void {
    if (!this.#isSeeded) this.#seed(r1);
    this.refresh();
  }

  /** Reads the bounds of all groups again, where regions have changed. */
  refresh(): void {
    const { version } = this.#processor.regions;
    if (this.#version === version) return;
    this.#version = version;
    for (let group = 0; group < this.#rows.length; group++) this.#load(group, false);
    for (const { group, isWrite } of this.#generated.checks) if (isWrite) this.#load(group, true);
  }

  /** The bounds are no longer what regions have. */
  invalidate(): void {
    this.#version = -1;
  }

  /** Finds the region for an access that a check did not let pass; false where there is none. */
  find(number: number, low: number): boolean {
    const { group, bytes, isWrite } = this.#generated.checks[number];
    const row = this.#processor.regions.predict(low, bytes, isWrite, this.#rows[group]);
    if (row === undefined) return false;
    this.#rows[group] = row;
    this.#load(group, isWrite);
    return true;
  }

  /**
   * Learns from a check that failed in code which leaves: where it looked in vain, or spanned too much. True when the
   * code is better made anew.
   */
  learn(siteNumber: number): boolean {
    const { check: number, index, isWide } = this.#generated.sites[siteNumber];
    const check = number === undefined ? undefined : this.#generated.checks[number];
    const row = check === undefined ? undefined : this.#rowFor(check);
    if (check !== undefined && row !== undefined) {
      this.#rows[check.group] = row;
      this.#load(check.group, check.isWrite);
      return this.#knowledge.miss(index, row);
    }
    if (isWide) this.#knowledge.narrow.add(index);
    return isWide;
  }

  /** Lists the groups that touch the packet, whose bounds change with every run of a series. */
  list(packet: Region): void {
    const { memory, regions } = this.#processor;
    const packetRow = regions.rowOf(packet);
    const list = this.#area + listOf(this.#generated.groups);
    let listed = 0;
    for (const [group, row] of this.#rows.entries()) {
      if (row !== packetRow) continue;
      memory.data.setInt32(list + listed, this.#area + GROUPS + group * GROUP_STRIDE, true);
      memory.data.setInt32(list + listed + 4, this.#widest[group], true);
      listed += LISTED_STRIDE;
    }
    memory.data.setInt32(this.#area + SERIES + series.listed, listed, true);
  }

  /** Before the first run: what r1 points to is known. */
  #seed(r1: number): void {
    this.#isSeeded = true;
    const { regions } = this.#processor;
    for (const { group, isWrite, isArgument, bytes } of this.#generated.checks) {
      if (!isArgument || this.#rows[group] !== 0) continue;
      this.#rows[group] = regions.predict(r1, Math.min(bytes, 8), isWrite, 0) ?? 0;
      this.invalidate();
    }
  }

  #rowFor({ base, first, bytes, isWrite, group }: CheckSite): number | undefined {
    const { lo, hi, regions } = this.#processor;
    const low = (lo[base] >>> 0) + first;
    return hi[base] === 0 && low >= 0 ? regions.predict(low | 0, bytes, isWrite, this.#rows[group]) : undefined;
  }

  /**
   * Gives a group the bounds of its row. Where those are narrower than checks may be wide, it gets the first frame,
   * which is always there: checks subtract without asking whether they may.
   */
  #load(group: number, isWrite: boolean): void {
    const { regions, memory, stackRow, stackTop } = this.#processor;
    const { bounds } = regions;
    const row = this.#rows[group];
    let start = bounds[row + (isWrite ? 2 : 0)];
    let length = bounds[row + (isWrite ? 3 : 1)] - start;
    if (length < this.#widest[group] || length === 0 || row === stackRow) {
      start = stackTop - FRAME_BYTES;
      length = FRAME_BYTES;
    }
    const at = this.#area + GROUPS + group * GROUP_STRIDE;
    memory.data.setInt32(at, start, true);
    memory.data.setInt32(at + 8, length, true);
  }
}
