// By import: fake timers of tests, which replace the global functions, would let readers wait for ever.
import { setImmediate } from "node:timers";
import type { RingView } from "../engine/index.ts";

/** A record that a program wrote to a ring buffer or perf event array. */
export interface RingRecord {
  /** The record's bytes, copied. */
  readonly data: Uint8Array;
  /** CPU whose ring it was in; 0 for ring buffers. */
  readonly cpu: number;
  /** Records of this CPU that found no room since the record before. */
  readonly lost: number;
}

/** The map whose rings are read. */
export interface RingOwner {
  /** Throws `EBPF_CLOSED`. */
  assertOpen(): void;
  /** Calls `waiter` when it is closed, unless the returned function was called before. */
  onClose(waiter: () => void): () => void;
}

/** Takes records out of rings, in turn: what nobody asks for stays in its ring, and the ring fills. */
export class RecordReader {
  readonly #rings: readonly RingView[];
  readonly #owner: RingOwner;
  readonly #lost: number[];
  #next = 0;

  constructor(rings: readonly RingView[], owner: RingOwner) {
    this.#rings = rings;
    this.#owner = owner;
    this.#lost = rings.map((ring) => ring.lost);
  }

  /** The next record; undefined where there is none. Throws `EBPF_CLOSED`. */
  take(): RingRecord | undefined {
    this.#owner.assertOpen();
    const rings = this.#rings;
    for (let tried = 0; tried < rings.length; tried++) {
      const cpu = this.#next;
      this.#next = cpu + 1 < rings.length ? cpu + 1 : 0;
      const ring = rings[cpu];
      const record = ring.read(ring.consumer);
      if (record === undefined) continue;
      if (ring.advance === undefined) ring.consumer = record.next;
      else ring.advance(record.next);
      const lost = ring.lost - this.#lost[cpu];
      if (lost > 0) this.#lost[cpu] += lost;
      return { data: record.data, cpu, lost };
    }
    return undefined;
  }

  /** Lets the kernel know of all that was taken. */
  settle(): void {
    for (const ring of this.#rings) ring.settle?.();
  }

  /** Calls `wake` when a ring gets a record or the map is closed, until the returned function is called. */
  listen(wake: () => void): () => void {
    const stops: (() => void)[] = [];
    const stopAll = () => {
      for (const stop of stops) stop();
    };
    try {
      for (const ring of this.#rings) stops.push(ring.listen(wake));
    } catch (error) {
      stopAll();
      throw error;
    }
    stops.push(this.#owner.onClose(wake));
    return stopAll;
  }
}

/** Records between two looks at the clock, and the milliseconds after which others get their turn. */
const RECORDS_PER_LOOK = 64;
const LONGEST_TURN = 4;

/**
 * Records as an async iterator: each is taken out of its ring when it is asked for. Not an async generator, which costs
 * three turns of the microtask queue for each record; this takes one.
 */
export class RecordIterator implements AsyncIterableIterator<RingRecord> {
  readonly #reader: RecordReader;
  readonly #signal: AbortSignal | undefined;
  #ended = false;
  /** Calls that wait, and what becomes of the last one: they are answered in their order. */
  #waiting = 0;
  #last: Promise<unknown> | undefined;
  #wake: (() => void) | undefined;
  /** Records since the last look at the clock, and when others had their turn. */
  #records = 0;
  #start = performance.now();

  constructor(reader: RecordReader, signal?: AbortSignal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  next(): Promise<IteratorResult<RingRecord, undefined>> {
    if (this.#waiting > 0 || this.#turnIsOver()) return this.#queue();
    try {
      const value = this.#isOver() ? undefined : this.#reader.take();
      if (value !== undefined) return Promise.resolve({ done: false, value });
    } catch (error) {
      this.#ended = true;
      return Promise.reject(error);
    }
    return this.#queue();
  }

  return(): Promise<IteratorResult<RingRecord, undefined>> {
    this.#ended = true;
    this.#reader.settle();
    this.#wake?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #isOver(): boolean {
    return this.#ended || this.#signal?.aborted === true;
  }

  /** A full ring has records for seconds: reading them is all microtasks, which let nothing else happen meanwhile. */
  #turnIsOver(): boolean {
    if (this.#records++ < RECORDS_PER_LOOK) return false;
    if (performance.now() - this.#start > LONGEST_TURN) return true;
    this.#records = 0;
    return false;
  }

  /** Waits for calls before this one, then for a record. */
  #queue(): Promise<IteratorResult<RingRecord, undefined>> {
    const result = this.#waitAfter(this.#last);
    this.#last = result.then(ignore, ignore);
    return result;
  }

  async #waitAfter(before: Promise<unknown> | undefined): Promise<IteratorResult<RingRecord, undefined>> {
    this.#waiting++;
    try {
      await before;
      this.#reader.settle();
      if (this.#turnIsOver()) await new Promise((resolve) => setImmediate(resolve));
      this.#start = performance.now();
      this.#records = 0;
      while (!this.#isOver()) {
        const value = this.#reader.take();
        if (value !== undefined) return { done: false, value };
        await this.#nextRecord();
      }
      this.#ended = true;
      return { done: true, value: undefined };
    } finally {
      this.#waiting--;
    }
  }

  /** Resolves when a ring gets a record, the signal aborts, or the loop is left. */
  #nextRecord(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        stop();
        this.#signal?.removeEventListener("abort", wake);
        this.#wake = undefined;
        resolve();
      };
      const stop = this.#reader.listen(wake);
      this.#signal?.addEventListener("abort", wake, { once: true });
      this.#wake = wake;
    });
  }
}

function ignore(): void {}
