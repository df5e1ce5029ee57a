import { row } from "./row.ts";

/** What Windows does with each map type, one row a type. */
export const mapTypeRows = [row("maps 1", "given each type, then user calls answer as the table says")];
