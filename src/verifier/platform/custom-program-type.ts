import type { ContextRow, HelperRow } from "../../platform/index.ts";

/** A program type that an extension provides, given as data. */
export interface CustomProgramType {
  readonly name: string;
  readonly context: Pick<ContextRow, "size" | "data" | "end" | "meta"> | undefined;
  readonly isPrivileged?: boolean;
  readonly helpers?: readonly HelperRow[];
}
