export interface Column {
  readonly title: string;
  /** Numbers stand on the right. Default left. */
  readonly align?: "left" | "right";
}

const pad = (text: string, width: number, align: Column["align"]): string =>
  align === "right" ? text.padStart(width) : text.padEnd(width);

/**
 * A text table: two spaces before each column, no trailing blanks, every line ended by a newline. Cells must be
 * printable already. Columns in which every cell is empty are left out.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ index }) => rows.length === 0 || rows.some((row) => (row[index] ?? "") !== ""));
  const widths = shown.map(({ title, index }) =>
    rows.reduce((width, row) => Math.max(width, (row[index] ?? "").length), title.length),
  );
  const line = (texts: readonly string[]): string =>
    `${shown
      .map(({ align }, at) => `  ${pad(texts[at] ?? "", widths[at] ?? 0, align)}`)
      .join("")
      .trimEnd()}\n`;
  const head = line(shown.map(({ title }) => title));
  return head + rows.map((row) => line(shown.map(({ index }) => row[index] ?? ""))).join("");
}
