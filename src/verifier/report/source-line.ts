import type { ProgramSpec, SourceLine } from "../../spec/index.ts";

/** The C line that a slot was compiled from; lines ascend by slot. */
export function sourceAt(program: ProgramSpec, slot: number | undefined): SourceLine | undefined {
  if (slot === undefined) return undefined;
  const { lines } = program;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.slot ?? slot) <= slot) low = middle + 1;
    else high = middle;
  }
  return lines[low - 1];
}
