import { type Executable, STRIDE } from "./executable.ts";
import { operations } from "./operation.ts";
import { CODE_START, HIGH } from "./register.ts";

const FIRST_WORDS = 1024;
/** Programs that ran once are forgotten when they take more than this together. */
const MOST_WORDS = 1 << 22;

/**
 * The words of one machine: its registers, then the code of the programs that it ran. Each machine has its own copy of
 * the code, for the predictions in it are about its own memory.
 */
export class CodeStore {
  words = new Int32Array(FIRST_WORDS);
  #loaded = new WeakMap<Executable, number>();
  #used = CODE_START;

  /** Low halves of the registers. */
  get lo(): Int32Array {
    return this.words.subarray(0, HIGH);
  }

  /** High halves of the registers. */
  get hi(): Int32Array {
    return this.words.subarray(HIGH, 2 * HIGH);
  }

  /** The word where the code of `executable` begins. `words` is replaced when it has to grow. */
  load(executable: Executable): number {
    const known = this.#loaded.get(executable);
    if (known !== undefined) return known;
    const base = this.#reserve(executable.code.length);
    this.words.set(executable.code, base);
    this.#loaded.set(executable, base);
    return base;
  }

  /** The word where as many words begin as the code of `executable` has, all `stop` operations. */
  loadStops(executable: Executable): number {
    const base = this.#reserve(executable.code.length);
    this.words.fill(0, base, base + executable.code.length);
    for (let at = base; at < base + executable.code.length; at += STRIDE) this.words[at] = operations.stop;
    return base;
  }

  /** Makes room: all code is copied again when it is next run. */
  forget(): void {
    this.#loaded = new WeakMap();
    this.#used = CODE_START;
  }

  #reserve(length: number): number {
    if (this.#used + length > MOST_WORDS) this.forget();
    const base = this.#used;
    this.#used += length;
    if (this.#used > this.words.length) {
      const words = new Int32Array(Math.max(this.#used, this.words.length * 2));
      words.set(this.words);
      this.words = words;
    }
    return base;
  }
}
