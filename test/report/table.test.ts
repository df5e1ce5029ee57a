import { describe, expect, test } from "vitest";
import { cell } from "../../src/report/cell.ts";
import { table } from "../../src/report/table.ts";

describe("a table", () => {
  test("aligns columns and ends every line without blanks", () => {
    const columns = [{ title: "Name" }, { title: "Size", align: "right" }, { title: "Note" }] as const;
    expect(
      table(columns, [
        ["a", "5", "x"],
        ["longer", "12345", ""],
      ]),
    ).toBe(["  Name     Size  Note", "  a           5  x", "  longer  12345", ""].join("\n"));
  });

  test("leaves out columns in which nothing stands", () => {
    expect(
      table(
        [{ title: "A" }, { title: "B" }],
        [
          ["1", ""],
          ["2", ""],
        ],
      ),
    ).toBe("  A\n  1\n  2\n");
  });
});

describe("a cell", () => {
  test("escapes and cuts", () => {
    expect(cell("\x1b[2J")).toBe("\\x1b[2J");
    expect(cell("x".repeat(81))).toBe(`${"x".repeat(80)}…`);
    expect(cell("x".repeat(80))).toBe("x".repeat(80));
    expect(cell("\u{1f980}".repeat(3), 2)).toBe("\u{1f980}\u{1f980}…");
  });
});
