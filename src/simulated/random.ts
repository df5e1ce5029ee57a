import type { Memory } from "../vm/index.ts";

/**
 * The simulated kernel's random numbers: a seeded sequence, so that runs can be repeated. SplitMix32, a
 * multiply-and-shift mixer over a Weyl sequence (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
 * OOPSLA 2014, in its 32-bit form). Not for secrets.
 */
export class Random {
  readonly #memory: Memory;
  /** Address of the state, a 32-bit word: compiled programs go on with the same sequence by themselves. */
  readonly word: number;

  constructor(memory: Memory, seed: number) {
    this.#memory = memory;
    this.word = memory.allocate(4, "metadata");
    memory.data.setInt32(this.word, seed, true);
  }

  /** The next number, unsigned 32-bit. */
  next(): number {
    const { data } = this.#memory;
    let mixed = (data.getInt32(this.word, true) + 0x9e37_79b9) | 0;
    data.setInt32(this.word, mixed, true);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }
}
