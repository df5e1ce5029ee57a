import { STRIDE } from "../executable.ts";
import { FRAME_BYTES } from "../frame.ts";
import type { Processor } from "../processor.ts";
import { FRAMES as FRAME_WORD, FRAME_WORDS } from "../register.ts";
import { DEPTH, FRAME_STRIDE, FRAMES, FUEL, REGISTERS, SAVED, SITE } from "./area.ts";
import type { Site } from "./unit.ts";

/** Brings what compiled code left in the area to where interpreter and helpers have it. */
export class Handover {
  readonly #processor: Processor;
  readonly #area: number;
  readonly #sites: readonly Site[];

  constructor(processor: Processor, area: number, sites: readonly Site[]) {
    this.#processor = processor;
    this.#area = area;
    this.#sites = sites;
  }

  /** Number of the site where control left. */
  get site(): number {
    return this.#processor.memory.data.getInt32(this.#area + SITE, true);
  }

  /** Where the run ended: the position, and what is left of the chunk. */
  goToEnd(): void {
    this.goTo(this.site, this.#processor.memory.data.getInt32(this.#area + FUEL, true));
  }

  /** The same for a site; `fuel` as compiled code counts it there. */
  goTo(siteNumber: number, fuel: number): void {
    const processor = this.#processor;
    const site = this.#sites[siteNumber];
    processor.position = processor.base + site.index * STRIDE;
    processor.limit = processor.position + (fuel - site.position) * STRIDE;
  }

  readRegisters(first: number, last: number): void {
    const { lo, hi, memory } = this.#processor;
    const { data } = memory;
    for (let r = first; r <= last; r++) {
      lo[r] = data.getInt32(this.#area + REGISTERS + r * 8, true);
      hi[r] = data.getInt32(this.#area + REGISTERS + r * 8 + 4, true);
    }
  }

  /** Registers and frames, for the interpreter to go on. */
  restore(): void {
    const processor = this.#processor;
    const { base } = processor;
    const { words } = processor.store;
    const { data } = processor.memory;
    const depth = data.getInt32(this.#area + DEPTH, true) + this.#sites[this.site].level;
    this.readRegisters(0, 9);
    this.setDepth(depth);
    processor.depth = depth;
    processor.lo[10] = processor.stackTop - depth * FRAME_BYTES;
    for (let level = 0; level < depth; level++) {
      const from = this.#area + FRAMES + level * FRAME_STRIDE;
      const to = FRAME_WORD + level * FRAME_WORDS;
      words[to] = base + this.#returnTo(data.getInt32(from, true)) * STRIDE;
      for (let r = 0; r < 4; r++) {
        words[to + 1 + r] = data.getInt32(from + SAVED + r * 8, true);
        words[to + 5 + r] = data.getInt32(from + SAVED + r * 8 + 4, true);
      }
    }
  }

  /** Index that a function returns to. Without checks, a program can write where it was noted. */
  #returnTo(index: number): number {
    const count = this.#processor.executable?.instructions.length ?? 0;
    if (index >= 0 && index < count) return index;
    throw this.#processor.faultHere("the program overwrote what the kernel keeps of its calls");
  }

  /** The stack that a program may touch ends below the running function's frame. */
  setDepth(depth: number): void {
    const { regions, stackRow, stackTop } = this.#processor;
    regions.write(stackRow, stackTop - (depth + 1) * FRAME_BYTES, stackTop, true);
  }
}
