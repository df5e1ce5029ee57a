import type { Source } from "./source.ts";

/** How a block ends. `fall`: the next block begins because something jumps there. */
export type Ending = "fall" | "jump" | "branch" | "call" | "exit" | "end of code";

/** A basic block of a function: instructions `[start, end)`. Blocks are named by the index they start at. */
export interface ShapeBlock {
  readonly start: number;
  readonly end: number;
  readonly ending: Ending;
  /** Start of the block that a jump, or a branch that is taken, goes to; the function that a call calls. */
  readonly taken: number;
  /** Start of the block after this one, where control can reach it. */
  readonly next: number;
}

/** One eBPF function: what can be reached from its first instruction without calling. */
export interface Shape {
  readonly entry: number;
  /** In ascending order. */
  readonly blocks: readonly ShapeBlock[];
  readonly size: number;
}

function endingOf(source: Source, index: number): Ending {
  const form = source.forms[index];
  if (form === undefined) return "end of code";
  if (form.kind === "exit") return "exit";
  if (form.operation === "ja") return "jump";
  if (form.kind === "jump") return "branch";
  return form.operation === "local" ? "call" : "fall";
}

/** Finds the blocks of the function that begins at `entry`. */
export function shapeOf(source: Source, entry: number): Shape {
  const isReached = new Uint8Array(source.forms.length + 1);
  const isLeader = new Uint8Array(source.forms.length + 1);
  const open = [entry];
  isLeader[entry] = 1;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    let at = index;
    while (isReached[at] === 0) {
      isReached[at] = 1;
      const ending = endingOf(source, at);
      if (ending === "jump" || ending === "branch") {
        isLeader[source.targets[at]] = 1;
        open.push(source.targets[at]);
      }
      if (ending === "exit" || ending === "jump" || ending === "end of code") break;
      if (ending !== "fall") isLeader[at + 1] = 1;
      at++;
    }
  }
  return collect(source, entry, isReached, isLeader);
}

function collect(source: Source, entry: number, isReached: Uint8Array, isLeader: Uint8Array): Shape {
  const blocks: ShapeBlock[] = [];
  let size = 0;
  for (let start = 0; start < isReached.length; start++) {
    if (isReached[start] === 0 || isLeader[start] === 0) continue;
    let last = start;
    while (endingOf(source, last) === "fall" && isLeader[last + 1] === 0) last++;
    const ending = endingOf(source, last);
    const end = ending === "end of code" ? last : last + 1;
    size += end - start;
    const goesOn = ending === "fall" || ending === "branch" || ending === "call";
    const taken = ending === "fall" || !(last < source.targets.length) ? -1 : source.targets[last];
    blocks.push({ start, end, ending, taken, next: goesOn ? last + 1 : -1 });
  }
  return { entry, blocks, size };
}
