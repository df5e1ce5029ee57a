import { STRIDE } from "./executable.ts";
import { CHUNK } from "./stop.ts";

export interface Limits {
  /**
   * Instructions that a run may execute; 2^30 unless given. Looked at where flow goes backwards or calls, so a run may
   * go over it by what lies between two such places.
   */
  readonly instructions?: number;
  /** Milliseconds that a run may take, looked at every 65,536 instructions; no deadline unless given. */
  readonly deadline?: number;
}

const DEFAULT_INSTRUCTIONS = 2 ** 30;

/** Words of the first chunk of a run. */
export function firstChunk(limits: Limits | undefined): number {
  return Math.min(CHUNK, Math.max(limits?.instructions ?? DEFAULT_INSTRUCTIONS, 0) * STRIDE);
}

/**
 * Counts instructions without touching a counter at each. While code runs straight ahead, the program counter itself
 * is the count; at a jump, the limit moves along by the jump's distance. So `chunk - (limit - pc)` words have been
 * walked since the last look, always.
 */
export class Meter {
  /** Instructions executed up to the last look. */
  instructions = 0;
  #chunk = 0;
  #budget = DEFAULT_INSTRUCTIONS;
  #deadline: number | undefined;
  #started = 0;

  /** Starts a run at word `pc`; its first limit. */
  start(pc: number, limits: Limits | undefined): number {
    this.instructions = 0;
    this.#budget = limits?.instructions ?? DEFAULT_INSTRUCTIONS;
    this.#deadline = limits?.deadline;
    if (this.#deadline !== undefined) this.#started = performance.now();
    return this.refill(pc);
  }

  /** Adds what was walked since the last look. A second look at the same place adds nothing. */
  look(pc: number, limit: number): void {
    this.instructions += (this.#chunk - (limit - pc)) / STRIDE;
    this.#chunk = limit - pc;
  }

  /** The next limit after a look, for a run that goes on at word `pc`. */
  refill(pc: number, chunk = CHUNK): number {
    this.#chunk = Math.min(chunk, Math.max(this.#budget - this.instructions, 0) * STRIDE);
    return pc + this.#chunk;
  }

  /** After a look: true when the budget has this many instructions left. */
  affords(instructions: number): boolean {
    return this.#budget - this.instructions >= instructions;
  }

  /** A limit that every backward jump from word `pc` is above. */
  hold(pc: number): number {
    this.#chunk = 0;
    return pc;
  }

  /** Why the run may not go on, if so. */
  exceeded(): string | undefined {
    if (this.instructions >= this.#budget) return `the budget of ${this.#budget} instructions is used up`;
    return this.late();
  }

  /** Why the run may not go on, if that is the clock's doing. */
  late(): string | undefined {
    if (this.#deadline === undefined || performance.now() - this.#started <= this.#deadline) return undefined;
    return `the deadline of ${this.#deadline} ms has passed`;
  }
}
