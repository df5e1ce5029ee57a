import { InvalidObjectError } from "../errors.ts";

/** Bytes of a section (or of the whole file) whose every read is checked; little-endian. */
export class Span {
  readonly bytes: Uint8Array;
  /** Section name for messages; undefined where the span is the file itself. */
  readonly section: string | undefined;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, section: string | undefined) {
    // Never a Buffer: its slice() shares memory where Uint8Array's copies.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.section = section;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Refuses the object, naming the place: `offset` in bytes from the start of the span. */
  fail(message: string, offset: number): never {
    throw new InvalidObjectError(message, this.section === undefined ? { offset } : { section: this.section, offset });
  }

  u8(offset: number): number {
    this.#need(offset, 1);
    return this.#view.getUint8(offset);
  }

  u16(offset: number): number {
    this.#need(offset, 2);
    return this.#view.getUint16(offset, true);
  }

  u32(offset: number): number {
    this.#need(offset, 4);
    return this.#view.getUint32(offset, true);
  }

  i32(offset: number): number {
    this.#need(offset, 4);
    return this.#view.getInt32(offset, true);
  }

  /** An unsigned 64-bit field as a number: exact up to 2^53, and above every size that exists beyond that. */
  u64(offset: number): number {
    this.#need(offset, 8);
    return this.#view.getUint32(offset + 4, true) * 0x1_0000_0000 + this.#view.getUint32(offset, true);
  }

  /** The signed counterpart of `u64`. */
  i64(offset: number): number {
    this.#need(offset, 8);
    return this.#view.getInt32(offset + 4, true) * 0x1_0000_0000 + this.#view.getUint32(offset, true);
  }

  /** A view (no copy) of `length` bytes; `what` names it in the refusal if they are not there. */
  view(offset: number, length: number, what: string): Uint8Array {
    if (offset > this.length || length > this.length - offset) this.fail(`${what} lies outside`, offset);
    return this.bytes.subarray(offset, offset + length);
  }

  #need(offset: number, size: number): void {
    if (offset < 0 || offset + size > this.length) this.fail(`${size} bytes wanted where the data ends`, offset);
  }
}

/** A name from the file as it may stand in a message: quoted, control characters escaped, cut to 80 characters. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}
