import { setImmediate } from "node:timers";
import { type Addon, type Failure, isFailure, type PerfRef } from "./addon.ts";
import { isGone, Listeners } from "./listeners.ts";
import type { NativeRing } from "./native-ring.ts";

/** Stands for a wait that has ended before it began: no wait has this number. */
const ALREADY_THERE = -1;

/** The rings of a perf event array, which the library reads all together: records wait here, by CPU. */
export class PerfRings {
  readonly #addon: Addon;
  readonly #perf: PerfRef;
  readonly listeners: Listeners;
  readonly rings: readonly PerfRing[];
  readonly #report: (failed: Failure) => void;
  #failed: Failure | undefined;
  #closed = false;
  /** Bytes of all rings together, and of the records that wait here. */
  readonly #room: number;
  #held = 0;

  /** `assertConnected` throws where the driver is gone; `report` throws what the library said when it read the rings. */
  constructor(
    addon: Addon,
    perf: PerfRef,
    cpus: number,
    size: number,
    report: (failed: Failure) => void,
    assertConnected?: () => void,
  ) {
    this.#addon = addon;
    this.#perf = perf;
    this.#report = report;
    this.#room = cpus * size;
    this.listeners = new Listeners(
      (wake) => this.#listen(wake),
      (id) => addon.unlisten(id),
      // Looking for records would take them out of the rings, before anybody asks for them.
      assertConnected && (() => isGone(assertConnected)),
    );
    // One of the rings asks for all.
    this.rings = Array.from(
      { length: cpus },
      (_, cpu) => new PerfRing(this, size, cpu === 0 ? assertConnected : undefined),
    );
  }

  /**
   * Fetches what the library has; whether there were records. No more is kept for a slow reader than the rings themselves
   * hold: the kernel counts what is lost then.
   */
  fetch(): boolean {
    if (this.#closed) return false;
    if (this.#held > this.#room) return true;
    const taken = this.#addon.takePerf(this.#perf);
    this.#failed = isFailure(taken) ? taken : undefined;
    if (isFailure(taken)) return false;
    for (const [cpu, count] of taken.lost) this.rings[cpu]?.miss(count);
    for (const [cpu, data] of taken.records) {
      this.rings[cpu]?.add(data);
      this.#held += data.length;
    }
    return taken.records.length > 0;
  }

  /** Records of a ring that somebody has taken. */
  taken(records: readonly Uint8Array[]): void {
    for (const { length } of records) this.#held -= length;
  }

  /** Throws what went wrong when the library read the rings last. */
  assertFetched(): void {
    if (this.#failed !== undefined) this.#report(this.#failed);
  }

  /**
   * Linux tells of a record once, to whoever asks first (kernel/events/core.c, perf_poll): what came before the wait
   * began must be looked for afterwards.
   */
  #listen(wake: () => void): number {
    const id = this.#addon.listenPerf(this.#perf, wake);
    if (!this.fetch()) return id;
    this.#addon.unlisten(id);
    setImmediate(wake);
    return ALREADY_THERE;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.listeners.end();
    this.#addon.closePerf(this.#perf);
  }
}

/** One CPU's ring. The library consumes records by itself: offsets count those that were fetched, one by one. */
export class PerfRing implements NativeRing {
  readonly size: number;
  readonly #all: PerfRings;
  readonly #assertConnected: (() => void) | undefined;
  readonly #records: Uint8Array[] = [];
  #consumer = 0;
  #lost = 0;

  constructor(all: PerfRings, size: number, assertConnected?: () => void) {
    this.#all = all;
    this.#assertConnected = assertConnected;
    this.size = size;
  }

  get producer(): number {
    this.#all.fetch();
    return this.#consumer + this.#records.length;
  }

  get consumer(): number {
    return this.#consumer;
  }

  set consumer(offset: number) {
    const count = Math.min(offset - this.#consumer, this.#records.length);
    if (count <= 0) return;
    this.#all.taken(this.#records.splice(0, count));
    this.#consumer += count;
  }

  get lost(): number {
    this.#all.fetch();
    return this.#lost;
  }

  read(offset: number): { readonly data: Uint8Array; readonly next: number } | undefined {
    if (offset - this.#consumer >= this.#records.length) this.#all.fetch();
    const data = this.#records[offset - this.#consumer];
    if (data !== undefined) return { data, next: offset + 1 };
    this.#all.assertFetched();
    this.#assertConnected?.();
    return undefined;
  }

  bytes(offset: number, length: number): Uint8Array {
    return this.read(offset)?.data.subarray(0, length) ?? new Uint8Array(0);
  }

  setWaiter(wake: (() => void) | undefined): void {
    this.#all.listeners.setWaiter(wake);
  }

  rearm(): void {
    this.#all.listeners.rearm();
  }

  listen(listener: () => void): () => void {
    return this.#all.listeners.listen(listener);
  }

  close(): void {
    this.#all.close();
  }

  add(data: Uint8Array): void {
    this.#records.push(data);
  }

  miss(count: number): void {
    this.#lost += count;
  }
}
