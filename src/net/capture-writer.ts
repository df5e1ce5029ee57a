import { EbpfError } from "../errors.ts";
import type { SplitTime } from "./capture-clock.ts";
import { FILE_HEADER, MAXIMUM_PACKET, RECORD_HEADER } from "./pcap.ts";

const CHUNK = 1 << 20;
const BILLION = 1_000_000_000n;
/** Seconds that 32 bits do not hold. */
const LATEST = 0x1_0000_0000;

const resolutions = {
  microseconds: { magic: 0xa1b2c3d4, nanoseconds: 1000 },
  nanoseconds: { magic: 0xa1b23c4d, nanoseconds: 1 },
} as const;

export interface CaptureWriterOptions {
  /** What time stamps are kept in; a finer one is cut. Nanoseconds unless given. */
  readonly resolution?: keyof typeof resolutions;
  /** Number of the link layer in the registry at tcpdump.org/linktypes.html; Ethernet (1) unless given. */
  readonly linkType?: number;
}

/**
 * Writes a pcap file, little-endian, in pieces: packets are copied in, and `drain` hands out what has been written.
 *
 * @example
 * const writer = new CaptureWriter();
 * for (const { data, timestamp } of capture) writer.write(data, timestamp);
 * await writeFile("out.pcap", writer.drain());
 */
export class CaptureWriter {
  readonly #nanosecondsPerUnit: number;
  #full: Uint8Array[] = [];
  #chunk = new Uint8Array(CHUNK);
  #view = new DataView(this.#chunk.buffer);
  /** Chunks that came back. */
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  #used = 0;
  #packets = 0;

  constructor({ resolution = "nanoseconds", linkType = 1 }: CaptureWriterOptions = {}) {
    const { magic, nanoseconds } = resolutions[resolution];
    this.#nanosecondsPerUnit = nanoseconds;
    const view = this.#view;
    view.setUint32(0, magic, true);
    view.setUint16(4, 2, true); // version 2.4, the one there is
    view.setUint16(6, 4, true);
    view.setUint32(16, MAXIMUM_PACKET, true);
    view.setUint32(20, linkType, true);
    this.#used = FILE_HEADER;
  }

  /** Number of packets written. */
  get packets(): number {
    return this.#packets;
  }

  /**
   * Adds a packet. `timestamp` is nanoseconds since 1970-01-01 UTC; `originalLength` its bytes on the wire, where `data`
   * is only its beginning.
   *
   * @throws EbpfError `EBPF_INVALID_ARGUMENT` for more than 262,144 bytes, or a time before 1970 or after 2106.
   */
  write(data: Uint8Array, timestamp: bigint, originalLength: number = data.length): void {
    const nanoseconds = BigInt.asUintN(64, timestamp) % BILLION;
    const seconds = timestamp < 0n ? -1 : Number(timestamp / BILLION);
    if (seconds < 0 || seconds >= LATEST) throw refusal(timestamp);
    this.writeAt(data, { seconds, nanoseconds: Number(nanoseconds) }, originalLength);
  }

  /** `write`, for a time in whole seconds and nanoseconds below one. */
  writeAt(data: Uint8Array, time: SplitTime, originalLength: number = data.length): void {
    const at = this.reserve(data.length, time, originalLength);
    this.#chunk.set(data, at);
  }

  /**
   * Adds a packet of `length` bytes that the caller puts into `view` himself, at the offset that is returned, before the
   * next call: what lies in some memory needs no object of its own on its way. Throws what `write` throws.
   */
  reserve(length: number, { seconds, nanoseconds }: SplitTime, originalLength: number): number {
    if (length > MAXIMUM_PACKET)
      throw new EbpfError(
        "EBPF_INVALID_ARGUMENT",
        `a packet of ${length} bytes; a capture holds up to ${MAXIMUM_PACKET}`,
      );
    if (seconds < 0 || seconds >= LATEST) throw refusal(BigInt(seconds) * BILLION + BigInt(nanoseconds));
    if (this.#used + RECORD_HEADER + length > CHUNK) this.#newChunk();
    const view = this.#view;
    const at = this.#used;
    view.setUint32(at, seconds, true);
    view.setUint32(at + 4, Math.floor(nanoseconds / this.#nanosecondsPerUnit), true);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, originalLength, true);
    this.#used = at + RECORD_HEADER + length;
    this.#packets++;
    return at + RECORD_HEADER;
  }

  /** Where the packet that was reserved last goes. */
  get view(): DataView<ArrayBuffer> {
    return this.#view;
  }

  /** What has been written since the last call, in pieces of up to a mebibyte; the first one begins with the header. */
  drain(): Uint8Array[] {
    if (this.#used > 0) this.#newChunk();
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Takes pieces back that `drain` handed out, to write over them: the caller is done with them. */
  reuse(pieces: readonly Uint8Array[]): void {
    for (const { buffer } of pieces) {
      if (buffer instanceof ArrayBuffer && buffer.byteLength === CHUNK) this.#spare.push(new Uint8Array(buffer));
    }
  }

  #newChunk(): void {
    this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = this.#spare.pop() ?? new Uint8Array(CHUNK);
    this.#view = new DataView(this.#chunk.buffer);
    this.#used = 0;
  }
}

function refusal(timestamp: bigint): EbpfError {
  return new EbpfError("EBPF_INVALID_ARGUMENT", `time ${timestamp} ns: the format has 32 bits for seconds since 1970`);
}
