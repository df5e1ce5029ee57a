import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers";
import { aborted, LoopTurns, unhurried } from "../../turns/index.ts";
import { type Piece, takeApart } from "./pieces.ts";
import type { Thread } from "./thread.ts";

/** Milliseconds that a thread waits for more to do. */
const IDLE = 2000;

/** No thread could be started. Never thrown to users. */
export class NoThread extends Error {
  override readonly name = "NoThread";
}

/** Threads that are started when there is something to do, and end soon after there is nothing. */
export class Threads {
  /** How many more may work. */
  #free = availableParallelism();
  /** Who waits for one of them to be done, the first first. */
  readonly #waiting = new Set<() => void>();
  /** Threads with nothing to do, and what ends them; the last to work is the last. */
  readonly #idle = new Map<Thread, NodeJS.Timeout>();

  /**
   * What a thread answers.
   *
   * @throws EbpfError `EBPF_ABORTED`, `EBPF_NO_MEMORY` where the thread ended
   * @throws NotData
   * @throws NoThread
   */
  async ask(question: object, signal: AbortSignal | undefined): Promise<unknown> {
    await this.#admitted(signal);
    try {
      const pieces: Piece[] = [];
      const given = takeApart(question, (piece) => pieces.push(piece));
      await unhurried(given, new LoopTurns(signal));
      const thread = await this.#thread();
      try {
        const answer = await thread.ask(pieces, signal);
        this.#keep(thread);
        return answer;
      } catch (error) {
        // It may be in the middle of something that takes forever, and nobody waits for its end.
        void thread.end();
        throw error;
      }
    } finally {
      this.#leave();
    }
  }

  async #admitted(signal: AbortSignal | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.delete(enter);
        if (signal !== undefined) reject(aborted(signal));
      };
      this.#waiting.add(enter);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  async #thread(): Promise<Thread> {
    for (const [thread, end] of [...this.#idle].reverse()) {
      clearTimeout(end);
      this.#idle.delete(thread);
      if (!thread.hasEnded) return thread;
    }
    // Most processes have no use for threads.
    const { Thread } = await import("./thread.ts");
    try {
      return new Thread();
    } catch (cause) {
      throw new NoThread("no thread", { cause });
    }
  }

  #keep(thread: Thread): void {
    const end = setTimeout(() => {
      this.#idle.delete(thread);
      void thread.end();
    }, IDLE);
    this.#idle.set(thread, end.unref());
  }
}
