import { setImmediate } from "node:timers";
import type { Addon, RingRef } from "./addon.ts";
import { isGone, Listeners } from "./listeners.ts";
import type { NativeRing } from "./native-ring.ts";

const STAGE_BYTES = 64 * 1024;
const HEADER_BYTES = 8;
/** Records that a process which is killed may be given again. */
const MOST_UNSETTLED = 64;
const LENGTH_MASK = 0x3fff_ffff;
const DISCARDED = 0x4000_0000;

/** What a mapped ring asks of the addon. */
type RingCalls = Pick<
  Addon,
  "ringProducer" | "ringConsumer" | "consumeRing" | "fillRing" | "peekRing" | "listen" | "unlisten" | "closeRing"
>;

/** A ring buffer map: records are copied out of its shared memory in runs, and handed out one by one. */
export class MappedRing implements NativeRing {
  readonly size: number;
  /** The kernel counts no lost records in ring buffers: programs see that there was no room. */
  readonly lost = 0;
  readonly #addon: RingCalls;
  readonly #ring: RingRef;
  readonly #listeners: Listeners;
  /** Whole records from `#start` to `#end`. */
  #stage = new Uint8Array(STAGE_BYTES);
  #words = new Uint32Array(this.#stage.buffer);
  #start = 0;
  #end = 0;
  /** The consumer's offset while it lies within the stage; infinite otherwise. */
  #consumer = Number.POSITIVE_INFINITY;
  #closed = false;
  /** Records that were taken since the kernel was told. */
  #unsettled = 0;
  #settling = false;
  readonly #settleLater = () => {
    this.#settling = false;
    this.settle();
  };
  readonly #assertConnected: (() => void) | undefined;
  /** The producer's offset when its waiter forgot what there was. */
  #forgotten: number | undefined;

  /** `assertConnected` throws where the driver is gone. */
  constructor(
    addon: RingCalls,
    opened: { readonly ring: RingRef; readonly size: number },
    assertConnected?: () => void,
  ) {
    this.#addon = addon;
    this.#assertConnected = assertConnected;
    this.#ring = opened.ring;
    this.size = opened.size;
    this.#listeners = new Listeners(
      (wake) => addon.listen(opened.ring, wake),
      (id) => addon.unlisten(id),
      assertConnected && (() => isGone(assertConnected) || this.producer > this.consumer),
    );
  }

  get producer(): number {
    return this.#addon.ringProducer(this.#ring);
  }

  get consumer(): number {
    // As long as copied records are left, nobody but us has moved it.
    if (this.#consumer < this.#end) return this.#consumer;
    return this.#addon.ringConsumer(this.#ring);
  }

  set consumer(offset: number) {
    this.#unsettled = 0;
    this.#addon.consumeRing(this.#ring, offset);
    this.#consumer = offset >= this.#start && offset < this.#end ? offset : Number.POSITIVE_INFINITY;
  }

  advance(offset: number): void {
    // What lies outside the stage is not ours alone.
    if (offset >= this.#end || ++this.#unsettled === MOST_UNSETTLED) {
      this.consumer = offset;
      return;
    }
    this.#consumer = offset;
    if (this.#settling) return;
    this.#settling = true;
    setImmediate(this.#settleLater);
  }

  settle(): void {
    if (this.#unsettled === 0 || this.#closed) return;
    this.#unsettled = 0;
    this.#addon.consumeRing(this.#ring, this.#consumer);
  }

  read(offset: number): { readonly data: Uint8Array; readonly next: number } | undefined {
    let at = offset;
    for (;;) {
      if ((at < this.#start || at >= this.#end) && !this.#fill(at)) {
        this.#assertConnected?.();
        return undefined;
      }
      const position = at - this.#start;
      const header = this.#words[position >> 2] ?? 0;
      const length = header & LENGTH_MASK;
      const next = at + ((HEADER_BYTES + length + 7) & ~7);
      if ((header & DISCARDED) === 0) {
        const from = position + HEADER_BYTES;
        return { data: copyOf(this.#stage, from, length), next };
      }
      at = next;
    }
  }

  bytes(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#addon.peekRing(this.#ring, offset, bytes);
    return bytes;
  }

  setWaiter(wake: (() => void) | undefined): void {
    if (this.#closed) return;
    this.#listeners.setWaiter(
      wake &&
        (() => {
          if (this.#isOld()) this.rearm();
          else wake();
        }),
    );
  }

  forget(): void {
    if (!this.#closed) this.#forgotten = this.producer;
  }

  rearm(): void {
    if (this.#closed) return;
    // What was taken without the kernel being told would wake at once.
    this.settle();
    this.#listeners.rearm();
  }

  listen(listener: () => void): () => void {
    return this.#closed ? () => {} : this.#listeners.listen(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.settle();
    this.#closed = true;
    this.#listeners.end();
    this.#addon.closeRing(this.#ring);
  }

  /** Whether a signal only now arrives of what was read before somebody forgot it. Who is told that the driver is gone is told. */
  #isOld(): boolean {
    const { producer } = this;
    if (producer !== this.#forgotten || this.consumer !== producer) return false;
    return this.#assertConnected === undefined || !isGone(this.#assertConnected);
  }

  /** Copies what there is from `offset` on; false where there is nothing. */
  #fill(offset: number): boolean {
    this.settle();
    let end = this.#addon.fillRing(this.#ring, offset, this.#stage);
    if (end < 0) {
      this.#stage = new Uint8Array(-end);
      this.#words = new Uint32Array(this.#stage.buffer);
      end = this.#addon.fillRing(this.#ring, offset, this.#stage);
    }
    this.#consumer = Number.POSITIVE_INFINITY;
    this.#start = offset;
    this.#end = Math.max(offset, end);
    return this.#end > offset;
  }
}

/** Small ones by a loop: that beats the call of `slice`. */
function copyOf(bytes: Uint8Array, from: number, length: number): Uint8Array {
  if (length > 64) return bytes.slice(from, from + length);
  const copy = new Uint8Array(length);
  for (let i = 0; i < length; i++) copy[i] = bytes[from + i] ?? 0;
  return copy;
}
