import { row } from "./row.ts";

/** Rules of elements, one row each. */
export const mapElementRows = [
  row("maps 2", "given hash, array and object kinds, then each case answers as the table says"),
];
