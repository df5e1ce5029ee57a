/** Bytes that are read at once. */
export const WINDOW = 1 << 20;
/** Room before them for the beginning of a packet that the bytes before ended in: a longest frame, and more. */
export const CARRIED = 1 << 17;

/** Where the bytes of a capture come from. */
export interface CaptureSource {
  /** Bytes that there are. */
  readonly size: number;
  /** Reads bytes from `offset` on, as many as `into` has room for or as there are; how many it read, 0 at the end. */
  read(into: Uint8Array<ArrayBuffer>, offset: number): Promise<number>;
}

/** Fills `buffer` from its byte `used` on; how many it then has. `base` is where its first byte is in the source. */
export async function fill(
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

/** What has been read, or why it could not be. */
type Outcome = { readonly end: number } | { readonly error: unknown };

/** Reads on in a source while what it has read before is worked on. */
export class ReadAhead {
  readonly #source: CaptureSource;
  /** One that is read into, one that is worked on. */
  readonly #buffers: Uint8Array<ArrayBuffer>[] = [];
  #turn = 0;
  #reading: Promise<Outcome> | undefined;

  constructor(source: CaptureSource) {
    this.#source = source;
  }

  /** Begins to read what is at `offset`. What was taken before the last time is gone. */
  start(offset: number): void {
    this.#turn = 1 - this.#turn;
    this.#buffers[this.#turn] ??= new Uint8Array(CARRIED + WINDOW);
    // Nobody may ever take it: an error waits until somebody does.
    this.#reading = fill(this.#source, this.#buffers[this.#turn], CARRIED, offset - CARRIED).then(
      (end) => ({ end }),
      (error: unknown) => ({ error }),
    );
  }

  /** What was read, behind the bytes `before`, of which there are `CARRIED` at most. Throws what reading threw. */
  async take(before: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const outcome = (await this.#reading) ?? { end: CARRIED };
    this.#reading = undefined;
    if ("error" in outcome) throw outcome.error;
    const start = CARRIED - before.length;
    const buffer = this.#buffers[this.#turn];
    buffer.set(before, start);
    return buffer.subarray(start, outcome.end);
  }
}
