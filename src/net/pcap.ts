import { InvalidCaptureError } from "../errors.ts";
import { type CaptureClock, pcapClock } from "./capture-clock.ts";
import type { CaptureCursor, CaptureInterface } from "./capture-cursor.ts";

/** Bytes of the file header and of the header before each packet: draft-ietf-opsawg-pcap, sections 4 and 5. */
export const FILE_HEADER = 24;
export const RECORD_HEADER = 16;

/** No packet that a link layer carries is longer; libpcap's MAXIMUM_SNAPLEN. A longer one means a broken file. */
export const MAXIMUM_PACKET = 262_144;

/** How the file's magic number says that it is written. */
export interface PcapVariant {
  readonly littleEndian: boolean;
  /** Nanoseconds per unit of the fraction of a second: 1000 or 1. */
  readonly fraction: number;
}

/** Walks over a pcap file. */
export class PcapCursor implements CaptureCursor {
  readonly interfaces: readonly CaptureInterface[];
  readonly clock: CaptureClock;
  readonly interface = 0;
  dataOffset = 0;
  capturedLength = 0;
  originalLength = 0;
  timeHigh = 0;
  timeLow = 0;
  truncated = false;
  at = FILE_HEADER;
  needed = 0;
  #view: DataView;
  readonly #littleEndian: boolean;
  readonly #longest: number;
  #base = 0;
  #isLast = true;
  #packets = 0;

  constructor(bytes: Uint8Array, { littleEndian, fraction }: PcapVariant) {
    if (bytes.length < FILE_HEADER) throw new InvalidCaptureError("the file ends inside its header", bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
    this.clock = pcapClock(fraction);
    const major = this.#view.getUint16(4, littleEndian);
    if (major !== 2) throw new InvalidCaptureError(`version ${major} of the format is not read`, 4);
    this.#longest = Math.max(MAXIMUM_PACKET, this.#view.getUint32(16, littleEndian));
    // The upper bits say how long a frame check sequence there is behind each frame (draft, section 4).
    this.interfaces = [{ linkType: this.#view.getUint32(20, littleEndian) & 0xffff }];
  }

  window(bytes: Uint8Array, base: number, isLast: boolean): void {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at -= base - this.#base;
    this.#base = base;
    this.#isLast = isLast;
  }

  next(): boolean {
    const view = this.#view;
    const at = this.at;
    const left = view.byteLength - at;
    if (left < RECORD_HEADER) return this.#end(left > 0, RECORD_HEADER);
    const captured = view.getUint32(at + 8, this.#littleEndian);
    if (captured > this.#longest)
      throw new InvalidCaptureError(`packet ${this.#packets + 1} claims ${captured} bytes`, this.#base + at + 8);
    if (captured > left - RECORD_HEADER) return this.#end(true, RECORD_HEADER + captured);
    this.timeHigh = view.getUint32(at, this.#littleEndian);
    this.timeLow = view.getUint32(at + 4, this.#littleEndian);
    this.capturedLength = captured;
    this.originalLength = view.getUint32(at + 12, this.#littleEndian);
    this.dataOffset = at + RECORD_HEADER;
    this.at = this.dataOffset + captured;
    this.#packets++;
    return true;
  }

  /** At the end of the bytes, inside a packet or between two. */
  #end(isInside: boolean, needed: number): false {
    this.needed = needed;
    if (this.#isLast) this.truncated = isInside;
    return false;
  }
}
