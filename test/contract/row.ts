import type { Kit } from "./kit.ts";
import type { Need, OpenOptions } from "./target.ts";

/** One row of what Windows does: a number of the behaviour inventory, or a table of the map facts and its row. */
export interface Row {
  /** "31", or "maps 2: lookup missing". */
  readonly id: string;
  /** Given, when, then. */
  readonly text: string;
  readonly needs: readonly Need[];
  readonly options: OpenOptions;
  /** Absent while the row waits for what it is about. */
  readonly check: ((kit: Kit) => Promise<void> | void) | undefined;
}

export interface RowOptions extends OpenOptions {
  readonly needs?: readonly Need[];
}

/** A row that is checked by `check` on a fresh runtime. */
export function row(
  id: number | string,
  text: string,
  check?: (kit: Kit) => Promise<void> | void,
  { needs = [], ...options }: RowOptions = {},
): Row {
  return { id: String(id), text, needs, options, check };
}
