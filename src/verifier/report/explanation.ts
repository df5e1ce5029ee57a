import type { Category } from "./report.ts";

/** What is wrong in words, and what to do. */
export interface Explanation {
  readonly category: Category;
  readonly reason: string;
  readonly suggestion: string | undefined;
}

export const explain = (category: Category, reason: string, suggestion?: string): Explanation => ({
  category,
  reason,
  suggestion,
});

/** What to do where PREVAIL does not find a function by its address. */
export const CALL_DIRECTLY =
  "call the function itself, in a loop: the verifier does not find functions by addresses in object files";
