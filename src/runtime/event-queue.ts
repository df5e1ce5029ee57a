const CAPACITY = 65_536;

/** An event and how many before it were dropped because nobody read them in time. */
export type Queued<T> = T & { readonly lost: number };

/** Events waiting for their reader, as an async iterator: they come in at once and go out when asked for. */
export class EventQueue<T extends object> implements AsyncIterableIterator<Queued<T>> {
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: Queued<T>[] = [];
  readonly #readers: ((result: IteratorResult<Queued<T>>) => void)[] = [];
  readonly #endings: (() => void)[] = [];
  readonly #abort = () => this.#end();
  #head = 0;
  #ended = false;

  /** Ends when `signal` aborts: at once where it has. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    if (signal?.aborted) this.#ended = true;
    else signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Calls `ending` when the queue ends; at once where it has. */
  onEnd(ending: () => void): void {
    if (this.#ended) ending();
    else this.#endings.push(ending);
  }

  push(event: T): void {
    if (this.#ended) return;
    const queued = { ...event, lost: 0 };
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value: queued });
      return;
    }
    this.#waiting.push(queued);
    if (this.#waiting.length - this.#head > CAPACITY) this.#drop();
  }

  async next(): Promise<IteratorResult<Queued<T>>> {
    if (this.#head < this.#waiting.length) return { done: false, value: this.#shift() };
    if (this.#ended) return { done: true, value: undefined };
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  async return(): Promise<IteratorResult<Queued<T>>> {
    this.#head = this.#waiting.length;
    this.#end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #shift(): Queued<T> {
    const event = this.#waiting[this.#head++];
    // Moving the rest down costs its length: do it only when as much has been read.
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    return event;
  }

  /** Drops the oldest event; the next one that is read says so. */
  #drop(): void {
    const dropped = this.#shift();
    const next = this.#waiting[this.#head];
    this.#waiting[this.#head] = { ...next, lost: next.lost + dropped.lost + 1 };
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal?.removeEventListener("abort", this.#abort);
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
    for (const ending of this.#endings.splice(0)) ending();
  }
}
