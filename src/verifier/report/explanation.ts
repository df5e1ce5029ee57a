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
