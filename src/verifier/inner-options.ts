import { LoopTurns, type Turns } from "../turns/index.ts";
import type { VerifyOptions } from "./options.ts";

/** What the parts of a verification hand on. */
export interface InnerOptions extends VerifyOptions {
  /** Those of the event loop if absent, until the signal aborts. */
  readonly turns?: Turns;
}

export function turnsOf({ turns, signal }: InnerOptions): Turns {
  return turns ?? new LoopTurns(signal);
}
