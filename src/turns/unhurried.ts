import { setImmediate as nextTurn } from "node:timers/promises";
import { EbpfError } from "../errors.ts";
import type { Work } from "./work.ts";

/**
 * Milliseconds after which the event loop gets its turn. A turn itself costs some microseconds; most of the ten that it may
 * wait belong to V8, which collects garbage whenever it likes.
 */
export const TURN = 1;

/**
 * Lets other events have their turn.
 *
 * @throws EbpfError `EBPF_ABORTED` where one of them aborted the signal.
 */
export async function othersTurn(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  if (signal?.aborted === true) {
    throw new EbpfError("EBPF_ABORTED", "the verification was aborted", { cause: signal.reason });
  }
}

/**
 * What work comes to that costs little enough to need no budget, such as a report or a file that is read. Others have
 * their turn first: much of little work is to be no long wait, either.
 *
 * @throws EbpfError `EBPF_ABORTED`
 */
export async function unhurried<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    await othersTurn(signal);
    const end = performance.now() + TURN;
    do {
      const { done, value } = work.next();
      if (done === true) return value;
    } while (performance.now() < end);
  }
}
