import type { CaptureReader, SplitTime } from "../net/index.ts";
import type { PacketBatch } from "../simulated/index.ts";

const SECOND = 1e9;

/** Packets of a capture on their way into a batch, each at its time. */
export class Arrivals {
  readonly batch: PacketBatch;
  /** By packet of the batch: bytes that the capture has of it, and bytes that it cut off. */
  readonly captured: Float64Array;
  readonly missing: Float64Array;
  /** What the batch threw at the packet behind its last. */
  refused: unknown;
  readonly #seconds: Float64Array;
  readonly #nanoseconds: Float64Array;
  /** The latest time so far, and what it was when the batch began: the clock does not go back. */
  readonly #latest = { seconds: Number.NEGATIVE_INFINITY, nanoseconds: 0 };
  readonly #begin = { seconds: 0, nanoseconds: 0 };
  readonly #time = { seconds: 0, nanoseconds: 0 };

  constructor(batch: PacketBatch) {
    this.batch = batch;
    this.captured = new Float64Array(batch.capacity);
    this.missing = new Float64Array(batch.capacity);
    this.#seconds = new Float64Array(batch.capacity);
    this.#nanoseconds = new Float64Array(batch.capacity);
  }

  /** When packet `index` came. The same object every time. */
  timeOf(index: number): SplitTime {
    this.#time.seconds = this.#seconds[index];
    this.#time.nanoseconds = this.#nanoseconds[index];
    return this.#time;
  }

  /** Puts the next packets of the reader's window into the batch, `most` at most; false where there are none left. */
  fill(reader: CaptureReader, most: number): boolean {
    const { batch } = this;
    const window = reader.window;
    const isLoaded = batch.load(window);
    this.refused = undefined;
    this.#begin.seconds = this.#latest.seconds;
    this.#begin.nanoseconds = this.#latest.nanoseconds;
    const end = Math.min(most, batch.capacity);
    while (batch.length < end && reader.next()) {
      const { dataOffset, capturedLength } = reader;
      try {
        if (isLoaded) batch.addLoaded(dataOffset, capturedLength);
        else batch.add(window.subarray(dataOffset, dataOffset + capturedLength));
      } catch (error) {
        this.refused = error;
        return true;
      }
      this.#note(reader, batch.length - 1);
      // A window that is larger than the batch has one long block in it: packet by packet.
      if (!isLoaded) break;
    }
    return batch.length > 0;
  }

  #note(reader: CaptureReader, index: number): void {
    reader.readTime();
    const { seconds, nanoseconds } = reader;
    this.captured[index] = reader.capturedLength;
    this.missing[index] = Math.max(0, reader.originalLength - reader.capturedLength);
    this.#seconds[index] = seconds;
    this.#nanoseconds[index] = nanoseconds;
    const latest = this.#latest;
    if (latest.seconds === Number.NEGATIVE_INFINITY) {
      this.#begin.seconds = seconds;
      this.#begin.nanoseconds = nanoseconds;
    }
    if ((seconds - latest.seconds || nanoseconds - latest.nanoseconds) > 0) {
      latest.seconds = seconds;
      latest.nanoseconds = nanoseconds;
    }
    const elapsed = latest.nanoseconds - this.#begin.nanoseconds;
    const borrow = elapsed < 0 ? 1 : 0;
    this.batch.arriveAfter(latest.seconds - this.#begin.seconds - borrow, elapsed + borrow * SECOND);
  }
}
