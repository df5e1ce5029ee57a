import { printable } from "../printable.ts";

/** A text from a file as it may stand in a table: escaped, and cut where it is absurdly long. */
export function cell(text: string, limit = 80): string {
  // Cut first: escaping a megabyte to show eighty characters of it would be wasted work.
  const characters = [...text.slice(0, 2 * limit)];
  const cut = characters.length > limit || text.length > 2 * limit;
  return cut ? `${printable(characters.slice(0, limit).join(""))}…` : printable(text);
}
