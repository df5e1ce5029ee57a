import { InvalidCaptureError } from "../errors.ts";
import { type CaptureClock, noTime } from "./capture-clock.ts";
import type { CaptureCursor, CaptureInterface } from "./capture-cursor.ts";
import { readInterface } from "./pcapng-interface.ts";

/** Block types: draft-ietf-opsawg-pcapng, section 4. All others are skipped, as it asks for. */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Bytes around a block's body: type and length before, length behind. */
const BLOCK_FRAME = 12;

/** Bytes from a block's start to the packet's data. */
const ENHANCED_DATA = 28;
const SIMPLE_DATA = 12;

/** An interface of the section that is being read. */
interface SectionInterface {
  readonly index: number;
  readonly clock: CaptureClock;
  /** Packets are cut after so many bytes; 0 for never. */
  readonly snapLength: number;
}

/** Walks over a pcapng file: several sections, each in a byte order and with interfaces of its own. */
export class PcapngCursor implements CaptureCursor {
  readonly interfaces: CaptureInterface[] = [];
  dataOffset = 0;
  capturedLength = 0;
  originalLength = 0;
  interface = 0;
  timeHigh = 0;
  timeLow = 0;
  clock: CaptureClock = noTime;
  truncated = false;
  at = 0;
  needed = 0;
  #view: DataView;
  /** Offset of the first of the bytes in the file. */
  #base = 0;
  #isLast = true;
  #littleEndian = true;
  #section: SectionInterface[] = [];

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  window(bytes: Uint8Array, base: number, isLast: boolean): void {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at -= base - this.#base;
    this.#base = base;
    this.#isLast = isLast;
  }

  next(): boolean {
    while (this.at < this.#view.byteLength) {
      const start = this.at;
      const length = this.#block(start);
      if (length === undefined) {
        this.truncated = this.#isLast;
        return false;
      }
      this.at = start + length;
      if (this.#read(start, length)) return true;
    }
    // Not what the block wanted that the bytes before these ended in.
    this.needed = BLOCK_FRAME;
    return false;
  }

  /** Length of the whole block at `start`; undefined where the bytes end before the block does. */
  #block(start: number): number | undefined {
    const view = this.#view;
    const left = view.byteLength - start;
    if (left < BLOCK_FRAME) return this.#cutShort(start, BLOCK_FRAME);
    if (view.getUint32(start, true) === SECTION_HEADER) this.#startSection(start);
    const length = view.getUint32(start + 4, this.#littleEndian);
    if (length < BLOCK_FRAME || length % 4 !== 0)
      throw new InvalidCaptureError(
        `a block of ${length} bytes: less than its frame, or not a multiple of 4`,
        this.#base + start + 4,
      );
    if (length > left) return this.#cutShort(start, length);
    const repeated = view.getUint32(start + length - 4, this.#littleEndian);
    if (repeated !== length)
      throw new InvalidCaptureError(
        `a block of ${length} bytes says ${repeated} at its end`,
        this.#base + start + length - 4,
      );
    return length;
  }

  #cutShort(start: number, needed: number): undefined {
    this.needed = needed;
    if (this.#isLast && this.#base + start === 0)
      throw new InvalidCaptureError("the file ends inside its first block", this.#view.byteLength);
  }

  #startSection(start: number): void {
    const view = this.#view;
    this.#littleEndian = view.getUint32(start + 8, true) === BYTE_ORDER_MAGIC;
    if (!this.#littleEndian && view.getUint32(start + 8, false) !== BYTE_ORDER_MAGIC)
      throw new InvalidCaptureError("a section without a byte-order magic", this.#base + start + 8);
    this.#section = [];
  }

  /** Takes in the block at `start`: whether it was a packet. */
  #read(start: number, length: number): boolean {
    const type = this.#view.getUint32(start, this.#littleEndian);
    switch (type) {
      case ENHANCED_PACKET:
        return this.#readPacket(start, length, this.#uint32(start, length, 8));
      case OBSOLETE_PACKET:
        // The same layout, but the interface has 16 bits, and the number of packets lost before the other 16.
        return this.#readPacket(start, length, this.#uint16(start, length, 8));
      case SIMPLE_PACKET:
        return this.#readSimplePacket(start, length);
      case INTERFACE_DESCRIPTION: {
        if (length < BLOCK_FRAME + 8)
          throw new InvalidCaptureError("an interface without a description", this.#base + start);
        const { description, clock, snapLength } = readInterface(
          this.#view,
          { start, length, base: this.#base },
          this.#littleEndian,
        );
        this.#section.push({ index: this.interfaces.length, clock, snapLength });
        this.interfaces.push(description);
        return false;
      }
      case SECTION_HEADER: {
        const major = this.#uint16(start, length, 12);
        if (major !== 1)
          throw new InvalidCaptureError(`version ${major} of the format is not read`, this.#base + start + 12);
        return false;
      }
      default:
        return false;
    }
  }

  #readPacket(start: number, length: number, interfaceIndex: number): boolean {
    const captured = this.#uint32(start, length, 20);
    const original = this.#uint32(start, length, 24);
    if (captured > length - ENHANCED_DATA - 4)
      throw new InvalidCaptureError(
        `a packet claims ${captured} bytes in a block of ${length}`,
        this.#base + start + 20,
      );
    const from = this.#interface(interfaceIndex, start + 8);
    this.interface = from.index;
    this.clock = from.clock;
    this.timeHigh = this.#uint32(start, length, 12);
    this.timeLow = this.#uint32(start, length, 16);
    this.#setData(start + ENHANCED_DATA, captured, original);
    return true;
  }

  #readSimplePacket(start: number, length: number): boolean {
    const original = this.#uint32(start, length, 8);
    const from = this.#interface(0, start);
    const room = length - SIMPLE_DATA - 4;
    const captured = Math.min(original, from.snapLength === 0 ? original : from.snapLength);
    if (captured > room)
      throw new InvalidCaptureError(
        `a packet claims ${captured} bytes in a block of ${length}`,
        this.#base + start + 8,
      );
    this.interface = from.index;
    this.clock = noTime;
    this.#setData(start + SIMPLE_DATA, captured, original);
    return true;
  }

  #setData(offset: number, captured: number, original: number): void {
    this.dataOffset = offset;
    this.capturedLength = captured;
    this.originalLength = original;
  }

  #interface(index: number, offset: number): SectionInterface {
    const found = this.#section[index];
    if (found === undefined)
      throw new InvalidCaptureError(`a packet of interface ${index}, which has no description`, this.#base + offset);
    return found;
  }

  /** A field of the block at `start`, which must lie before the length that ends the block. */
  #uint32(start: number, length: number, offset: number): number {
    if (offset + 4 > length - 4)
      throw new InvalidCaptureError(`a block of ${length} bytes is too short`, this.#base + start);
    return this.#view.getUint32(start + offset, this.#littleEndian);
  }

  #uint16(start: number, length: number, offset: number): number {
    if (offset + 2 > length - 4)
      throw new InvalidCaptureError(`a block of ${length} bytes is too short`, this.#base + start);
    return this.#view.getUint16(start + offset, this.#littleEndian);
  }
}
