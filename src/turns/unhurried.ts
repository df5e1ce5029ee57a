import { LoopTurns, type Turns } from "./turns.ts";
import type { Work } from "./work.ts";

/**
 * Milliseconds after which the event loop gets its turn. A turn itself costs some microseconds; most of the ten that it may
 * wait belong to V8, which collects garbage whenever it likes.
 */
export const TURN = 1;

/**
 * What work comes to that costs little enough to need no budget, such as a report or a file that is read. Others have
 * their turn first: much of little work is to be no long wait, either. Throws what `turns` throws.
 */
export async function unhurried<T>(work: Work<T>, turns: Turns = new LoopTurns()): Promise<T> {
  for (;;) {
    await turns.next();
    const end = performance.now() + TURN;
    do {
      const { done, value } = work.next();
      if (done === true) return value;
    } while (performance.now() < end);
  }
}
