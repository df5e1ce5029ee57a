import { InvalidCaptureError } from "../errors.ts";
import { openCursor } from "./capture.ts";
import type { SplitTime } from "./capture-clock.ts";
import type { CaptureCursor, CaptureInterface } from "./capture-cursor.ts";
import { CARRIED, type CaptureSource, fill, ReadAhead, WINDOW } from "./read-ahead.ts";

/** Longest block that is read: it has to be in memory as a whole. */
const LARGEST = 1 << 28;

/**
 * Reads a capture a window at a time, whatever its size, without making an object per packet: `load` gets the next
 * window, `next` goes through the packets in it while the window behind it is read. What `readCapture` says of formats
 * and errors holds here too, except that errors come when their place is reached.
 */
export class CaptureReader implements SplitTime {
  /** Most bytes of a window in which no single block is longer. */
  static readonly WINDOW = CARRIED + WINDOW;
  readonly #source: CaptureSource;
  readonly #cursor: CaptureCursor;
  readonly #ahead: ReadAhead;
  #window: Uint8Array<ArrayBuffer>;
  /** Offset of the window in the file. */
  #base = 0;
  #isFirst = true;
  #isLast: boolean;
  /** Packets so far. */
  packets = 0;
  /** When the packet that `next` stopped at came, after `readTime`. */
  seconds = 0;
  nanoseconds = 0;

  private constructor(source: CaptureSource, cursor: CaptureCursor, window: Uint8Array<ArrayBuffer>) {
    this.#source = source;
    this.#cursor = cursor;
    this.#ahead = new ReadAhead(source);
    this.#window = window;
    this.#isLast = window.length >= source.size;
  }

  /** Reads the file's beginning. Throws `EBPF_INVALID_CAPTURE` where that is not one of a capture. */
  static async open(source: CaptureSource): Promise<CaptureReader> {
    const buffer = new Uint8Array(Math.min(WINDOW, source.size));
    const window = buffer.subarray(0, await fill(source, buffer, 0, 0));
    const cursor = openCursor(window).cursor;
    cursor.window(window, 0, window.length >= source.size);
    return new CaptureReader(source, cursor, window);
  }

  /** What the packets came in on, as far as has been read. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#cursor.interfaces;
  }

  /** Whether the file ends inside a packet; known when the end has been reached. */
  get truncated(): boolean {
    return this.#cursor.truncated;
  }

  /** Bytes of the file up to the packet that comes next. */
  get position(): number {
    return this.#base + this.#cursor.at;
  }

  /** The bytes that `dataOffset` counts in. */
  get window(): Uint8Array<ArrayBuffer> {
    return this.#window;
  }

  get dataOffset(): number {
    return this.#cursor.dataOffset;
  }

  get capturedLength(): number {
    return this.#cursor.capturedLength;
  }

  get originalLength(): number {
    return this.#cursor.originalLength;
  }

  /** Index into `interfaces`. */
  get interface(): number {
    return this.#cursor.interface;
  }

  /** Goes to the next packet of the window; false at the window's end. Throws `EBPF_INVALID_CAPTURE` where the file is broken. */
  next(): boolean {
    if (!this.#cursor.next()) return false;
    this.packets++;
    return true;
  }

  /** Puts the packet's time into `seconds` and `nanoseconds`. */
  readTime(): void {
    const { clock, timeHigh, timeLow } = this.#cursor;
    clock.split(timeHigh, timeLow, this);
  }

  /** Gets the next window; false at the end of the file. */
  async load(): Promise<boolean> {
    if (this.#isFirst) this.#isFirst = false;
    else if (this.#isLast) return false;
    else await this.#goOn();
    if (!this.#isLast) this.#ahead.start(this.#base + this.#window.length);
    return true;
  }

  async #goOn(): Promise<void> {
    const { at, needed } = this.#cursor;
    const { size } = this.#source;
    const left = this.#window.subarray(at);
    const rest = size - this.#base - at;
    // What is said to be longer than the file is cut short, whatever may be read of it.
    const isCutShort = needed > rest;
    this.#window = isCutShort ? left : await this.#behind(left, needed, rest);
    this.#base += at;
    // A file that has become shorter ends here.
    const isShorter = this.#window.length === left.length;
    this.#isLast = isCutShort || isShorter || this.#base + this.#window.length >= size;
    this.#cursor.window(this.#window, this.#base, this.#isLast);
  }

  /** What is `left` of the window, and what lies behind it: a block of `needed` bytes at least, or the end. */
  async #behind(left: Uint8Array, needed: number, rest: number): Promise<Uint8Array<ArrayBuffer>> {
    const isCarried = left.length <= CARRIED;
    const window = await this.#ahead.take(left.subarray(0, isCarried ? left.length : 0));
    if (isCarried && window.length >= needed) return window;
    const wanted = Math.min(Math.max(WINDOW, needed), rest);
    if (wanted > LARGEST) throw new InvalidCaptureError(`a block of ${needed} bytes`, this.position);
    const buffer = new Uint8Array(wanted);
    buffer.set(left);
    return buffer.subarray(0, await fill(this.#source, buffer, left.length, this.position));
  }
}
