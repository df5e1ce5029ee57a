import { describe, expect, test } from "vitest";
import { Span } from "../../src/elf/span.ts";
import { StringTable } from "../../src/elf/string-table.ts";
import { refusal } from "./refusal.ts";

const span = (text: string): Span => new Span(new TextEncoder().encode(text), ".strtab");
const place = { span: span(""), offset: 8 };

describe("a string table", () => {
  test("given offsets at and inside strings, then each reads up to its NUL", () => {
    const table = new StringTable(span("\0first\0größe\0"));
    expect([0, 1, 3, 7].map((offset) => table.at(offset, place))).toEqual(["", "first", "rst", "größe"]);
  });

  test("given an offset outside, then it is refused where it was read, or no name where that is asked for", () => {
    const table = new StringTable(span("\0a\0"));
    expect(refusal(() => table.at(3, place))).toMatchObject({ section: ".strtab", offset: 8 });
    expect(table.atOrEmpty(99, place)).toBe("");
  });

  test("given a string without end, or one longer than 4096 bytes, then it is refused", () => {
    expect(refusal(() => new StringTable(span("\0abc")).at(1, place)).message).toContain("does not end");
    const long = new StringTable(span(`\0${"x".repeat(4097)}\0`));
    expect(refusal(() => long.at(1, place)).message).toContain("longer than 4096");
  });

  test("given whole strings only, then an offset into one is refused", () => {
    expect(refusal(() => new StringTable(span("\0abc\0"), true).at(2, place)).message).toContain("points into");
  });

  test("given a hundred thousand names that share one long text, then memory stays small", () => {
    const table = new StringTable(span(`\0${"ü".repeat(2000)}\0`));
    expect(() => {
      for (let offset = 1; offset < 4000; offset++) table.at(offset, place);
    }).toThrow("Strings overlap too much");
  });
});
