import type { PrintkEvent } from "../engine/index.ts";

type Listener = (event: PrintkEvent) => void;

/** Hands printed lines to those who listen; with no listener they are lost, as without an ETW session. */
export class PrintkLog {
  readonly #listeners = new Set<Listener>();

  /** Whether anybody listens: on Windows the helpers answer 0 when nobody does. */
  get enabled(): boolean {
    return this.#listeners.size > 0;
  }

  /** Calls `listener` with every event from now on, until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: PrintkEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
