import { MAX_STRING_BYTES } from "./limits.ts";
import type { Span } from "./span.ts";

/**
 * A table of NUL-terminated strings that are named by offset. Offsets may point into the middle of a string (linkers
 * merge tails), so a hostile table could name the same long text again and again: ASCII strings are therefore slices
 * of one decoded text, and the rest is decoded under a budget.
 */
export class StringTable {
  readonly #span: Span;
  readonly #text: string;
  readonly #decoded = new Map<number, string>();
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
  at(offset: number, place: { readonly span: Span; readonly offset: number }): string {
    if (offset === 0 && this.#text.length === 0) return "";
    if (offset >= this.#text.length) place.span.fail(`String offset ${offset} lies outside its table`, place.offset);
    if (this.#whole && offset > 0 && this.#text.charCodeAt(offset - 1) !== 0) {
      place.span.fail(`String offset ${offset} points into a string`, place.offset);
    }
    const limit = Math.min(offset + MAX_STRING_BYTES + 1, this.#text.length);
    let end = offset;
    let ascii = true;
    for (; end < limit; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === 0) break;
      if (code > 0x7f) ascii = false;
    }
    if (end === limit) {
      const reason = limit === this.#text.length ? "does not end" : `is longer than ${MAX_STRING_BYTES} bytes`;
      place.span.fail(`String at ${offset} ${reason}`, place.offset);
    }
    return ascii ? this.#text.slice(offset, end) : this.#decode(offset, end);
  }

  /** As `at`; an offset outside the table counts as no name, as ELFIO reads it, and PREVAIL with it. */
  atOrEmpty(offset: number, place: { readonly span: Span; readonly offset: number }): string {
    return offset < this.#text.length ? this.at(offset, place) : "";
  }

  #decode(offset: number, end: number): string {
    const known = this.#decoded.get(offset);
    if (known !== undefined) return known;
    this.#budget -= end - offset;
    if (this.#budget < 0) this.#span.fail("Strings overlap too much", offset);
    const { buffer, byteOffset, byteLength } = this.#span.bytes;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString("utf8", offset, end);
    this.#decoded.set(offset, text);
    return text;
  }
}
