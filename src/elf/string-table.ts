import { MAX_STRING_BYTES } from "./limits.ts";
import type { Span } from "./span.ts";

/** Strings from this length on are remembered: a hostile file may name one of them very often. */
const SHORT = 32;

/** Where an offset was read. */
interface Place {
  readonly span: Span;
  readonly offset: number;
}

/**
 * A table of NUL-terminated strings that are named by offset. Offsets may point into the middle of a string (linkers
 * merge tails), so a hostile table could name the same long text again and again: ASCII strings are therefore slices
 * of one decoded text, and the rest is decoded under a budget.
 */
export class StringTable {
  readonly #span: Span;
  readonly #text: string;
  readonly #long = new Map<number, string>();
  #budget: number;

  readonly #whole: boolean;

  /** With `whole`, an offset into the middle of a string is refused. */
  constructor(span: Span, whole = false) {
    this.#span = span;
    this.#whole = whole;
    const { buffer, byteOffset, byteLength } = span.bytes;
    this.#text = Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
    this.#budget = 1_048_576 + 4 * span.length;
  }

  /** The string that starts at `offset`, as UTF-8; `place` says where the offset was read, for the refusal. */
  at(offset: number, place: Place): string {
    return this.#read(offset, place, false);
  }

  /** As `at`, of text that may be long: cut to 4096 bytes. */
  cut(offset: number, place: Place): string {
    return this.#read(offset, place, true);
  }

  /** As `at`; an offset outside the table counts as no name, as ELFIO reads it, and PREVAIL with it. */
  atOrEmpty(offset: number, place: Place): string {
    return offset < this.#text.length ? this.at(offset, place) : "";
  }

  #read(offset: number, place: Place, cut: boolean): string {
    if (offset === 0 && this.#text.length === 0) return "";
    if (offset >= this.#text.length) place.span.fail(`String offset ${offset} lies outside its table`, place.offset);
    if (this.#whole && offset > 0 && this.#text.charCodeAt(offset - 1) !== 0) {
      place.span.fail(`String offset ${offset} points into a string`, place.offset);
    }
    const known = this.#long.get(offset);
    if (known !== undefined) return known;
    const limit = Math.min(offset + MAX_STRING_BYTES + 1, this.#text.length);
    let end = offset;
    let ascii = true;
    for (; end < limit; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === 0) break;
      if (code > 0x7f) ascii = false;
    }
    const whole = end < limit;
    if (!whole) {
      if (limit === this.#text.length) place.span.fail(`String at ${offset} does not end`, place.offset);
      if (!cut) place.span.fail(`String at ${offset} is longer than ${MAX_STRING_BYTES} bytes`, place.offset);
      end -= 1;
    }
    if (ascii && end - offset < SHORT) return this.#text.slice(offset, end);
    const text = ascii ? this.#text.slice(offset, end) : this.#decode(offset, end);
    if (whole) this.#long.set(offset, text);
    return text;
  }

  #decode(offset: number, end: number): string {
    this.#budget -= end - offset;
    if (this.#budget < 0) this.#span.fail("Strings overlap too much", offset);
    const { buffer, byteOffset, byteLength } = this.#span.bytes;
    return Buffer.from(buffer, byteOffset, byteLength).toString("utf8", offset, end);
  }
}
