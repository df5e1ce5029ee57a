import { row } from "./row.ts";

/** Walking keys and batches, one row each. */
export const mapBatchRows = [row("maps 4", "given batches, then cursors, counts and refusals are as the table says")];
