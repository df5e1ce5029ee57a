import { setImmediate as nextTurn } from "node:timers/promises";
import { EbpfError } from "../errors.ts";

/** Who else has a turn between two pieces of work. */
export interface Turns {
  /** Resolves when the work may go on; throws what ends it. */
  next(): Promise<void>;
}

/** What `signal` ends work with; `what` is that work, as the beginning of a sentence. */
export function aborted(signal: AbortSignal, what = "The verification"): EbpfError {
  return new EbpfError("EBPF_ABORTED", `${what} was aborted`, { cause: signal.reason });
}

/** Everything that waits in the event loop has its turn; one of them may abort the work. */
export class LoopTurns implements Turns {
  readonly #signal: AbortSignal | undefined;
  readonly #what: string | undefined;

  constructor(signal?: AbortSignal, what?: string) {
    this.#signal = signal;
    this.#what = what;
  }

  /** @throws EbpfError `EBPF_ABORTED` */
  async next(): Promise<void> {
    await nextTurn();
    if (this.#signal?.aborted === true) throw aborted(this.#signal, this.#what);
  }
}

/** The work has a thread of its own, in which nothing else waits. */
export const ALONE: Turns = { next: async () => undefined };

/** Work took more turns than it may; never thrown to users. */
export class OutOfTurns extends Error {
  override readonly name = "OutOfTurns";
}

/** So many turns, and no more. */
export class FewTurns implements Turns {
  readonly #turns: Turns;
  #left: number;

  constructor(turns: Turns, count: number) {
    this.#turns = turns;
    this.#left = count;
  }

  /** @throws OutOfTurns */
  async next(): Promise<void> {
    await this.#turns.next();
    if (this.#left === 0) throw new OutOfTurns();
    this.#left--;
  }
}
