import type { Io } from "./io.ts";

/** Characters that are handed over before the reader is waited for. */
const CHUNK = 32 * 1024;

/**
 * Standard output for much text: no more is handed over than its reader takes. Between two chunks the event loop turns,
 * so that a reader who has seen enough (`| head`) is noticed.
 */
export class Written {
  readonly #io: Io;
  #chunk = "";
  #since = 0;

  constructor(io: Io) {
    this.#io = io;
  }

  /** Text that may wait for more of its kind; `end` writes what is left. */
  async add(text: string): Promise<void> {
    this.#chunk += text;
    if (this.#chunk.length >= CHUNK) await this.end();
  }

  async end(): Promise<void> {
    const chunk = this.#chunk;
    this.#chunk = "";
    await this.now(chunk);
  }

  /** Text that somebody waits for. */
  async now(text: string): Promise<void> {
    this.#io.stdout.write(text);
    this.#since += text.length;
    if (this.#since < CHUNK) return;
    this.#since = 0;
    await this.#io.drained();
  }
}
