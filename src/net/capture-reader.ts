import { InvalidCaptureError } from "../errors.ts";
import { openCursor } from "./capture.ts";
import type { SplitTime } from "./capture-clock.ts";
import type { CaptureCursor, CaptureInterface } from "./capture-cursor.ts";

/** Bytes that are read at once. */
const WINDOW = 1 << 20;
/** Longest block that is read: it has to be in memory as a whole. */
const LARGEST = 1 << 28;

/** Where the bytes of a capture come from. */
export interface CaptureSource {
  /** Bytes that there are. */
  readonly size: number;
  /** Reads bytes from `offset` on, as many as `into` has room for or as there are; how many it read, 0 at the end. */
  read(into: Uint8Array<ArrayBuffer>, offset: number): Promise<number>;
}

/**
 * Reads a capture a window at a time, whatever its size, without making an object per packet: `load` gets the next
 * window, `next` goes through the packets in it. What `readCapture` says of formats and errors holds here too, except
 * that errors come when their place is reached.
 */
export class CaptureReader implements SplitTime {
  readonly #source: CaptureSource;
  readonly #cursor: CaptureCursor;
  #buffer: Uint8Array<ArrayBuffer>;
  /** Bytes of the file that are in the buffer, and the offset of its first. */
  #used: number;
  #base = 0;
  #isFirst = true;
  #isLast: boolean;
  /** Packets so far. */
  packets = 0;
  /** When the packet that `next` stopped at came, after `readTime`. */
  seconds = 0;
  nanoseconds = 0;

  private constructor(source: CaptureSource, cursor: CaptureCursor, buffer: Uint8Array<ArrayBuffer>, used: number) {
    this.#source = source;
    this.#cursor = cursor;
    this.#buffer = buffer;
    this.#used = used;
    this.#isLast = used >= source.size;
  }

  /** Reads the file's beginning. Throws `EBPF_INVALID_CAPTURE` where that is not one of a capture. */
  static async open(source: CaptureSource): Promise<CaptureReader> {
    const buffer = new Uint8Array(Math.max(1, Math.min(WINDOW, source.size)));
    const used = await fill(source, buffer, 0, 0);
    const bytes = buffer.subarray(0, used);
    const cursor = openCursor(bytes).cursor;
    cursor.window(bytes, 0, used >= source.size);
    return new CaptureReader(source, cursor, buffer, used);
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
    return this.#buffer.subarray(0, this.#used);
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
    if (this.#isFirst) {
      this.#isFirst = false;
      return true;
    }
    if (this.#isLast) return false;
    const { at, needed } = this.#cursor;
    const left = this.#used - at;
    const { size } = this.#source;
    const rest = size - this.#base - at;
    // What is said to be longer than the file is cut short, whatever may be read of it.
    const wanted = needed > rest ? left : Math.min(Math.max(WINDOW, needed), rest);
    if (wanted > LARGEST) throw new InvalidCaptureError(`a block of ${needed} bytes`, this.position);
    const buffer = wanted > this.#buffer.length ? new Uint8Array(wanted) : this.#buffer;
    buffer.set(this.#buffer.subarray(at, this.#used));
    this.#buffer = buffer;
    this.#base += at;
    this.#used = needed > rest ? left : await fill(this.#source, buffer, left, this.#base);
    // A file that has become shorter ends here.
    this.#isLast = needed > rest || this.#used === left || this.#base + this.#used >= size;
    this.#cursor.window(this.window, this.#base, this.#isLast);
    return true;
  }
}

/** Fills `buffer` behind its first `used` bytes; how many it then has. `base` is where its first byte is in the file. */
async function fill(
  source: CaptureSource,
  buffer: Uint8Array<ArrayBuffer>,
  used: number,
  base: number,
): Promise<number> {
  let end = used;
  while (end < buffer.length) {
    const read = await source.read(buffer.subarray(end), base + end);
    if (read === 0) break;
    end += read;
  }
  return end;
}
