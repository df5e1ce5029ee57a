/** One ring of a ring buffer (index 0) or perf event array (index: CPU). Offsets are bytes and only grow. */
export interface RingView {
  /** Bytes. */
  readonly size: number;
  /** Offset behind the last record. */
  readonly producer: number;
  /** Offset of the first record that nobody consumed. All readers share it, and who reads a record moves it. */
  consumer: number;
  /**
   * Moves `consumer` as setting it does, but lets the kernel know later, together with others: at the next `settle`, and
   * within the turn of the event loop at the latest.
   */
  advance?(offset: number): void;
  settle?(): void;
  /** Records that found no room since the map was made. */
  readonly lost: number;
  /** The record at `offset`, copied, and the offset of the next one; undefined at the producer's offset. */
  read(offset: number): { readonly data: Uint8Array; readonly next: number } | undefined;
  /** `length` bytes of the ring from `offset` on, copied. */
  bytes(offset: number, length: number): Uint8Array;
  /** Calls `wake` after every record in place of whoever was given before: a ring has one wait handle. */
  setWaiter(wake: (() => void) | undefined): void;
  /** Rings whose waiter is told of one record only: tells it of the next one, too. */
  rearm?(): void;
  /** Rings whose waiter is told late: tells it no more of records that were there, once they have been read. */
  forget?(): void;
  /** Calls `listener` after every record, until the returned function is called. */
  listen(listener: () => void): () => void;
}
