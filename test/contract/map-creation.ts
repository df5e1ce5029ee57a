import { row } from "./row.ts";

/** Creation checks, one row each. */
export const mapCreationRows = [
  row("maps 1: creation", "given bad sizes, flags, names and inner maps, then the errors of the table"),
];
