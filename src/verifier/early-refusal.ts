import type { Stage } from "./stage.ts";

/** A refusal without an assertion that may fail. */
export interface EarlyRefusal {
  readonly stage: Stage;
  readonly message: string;
  /** Slot of the code, where one is to blame. */
  readonly slot: number | undefined;
  /** What it means, where the message leaves that open. */
  readonly reason?: string;
}
