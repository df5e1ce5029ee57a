import { programTypes } from "../platform/index.ts";

/** A verdict as Windows' headers call it, without the prefix: `PASS`; its number where it has no name. */
export function verdictName(type: string, verdict: number): string {
  const row = programTypes.find(({ name }) => name === type)?.verdicts.find(({ value }) => value === verdict);
  return row === undefined ? String(verdict) : row.name.replace(/^[A-Z]+_/, "");
}
