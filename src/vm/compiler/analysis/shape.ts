import { forms } from "../../../isa/index.ts";
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
  /** Index of the first block. */
  readonly first: number;
  /** Number of the block that starts at an index, counted from the first block's. */
  readonly numbers: Int32Array;
}

/** By form: how a block ends that an instance is the last of. */
const endings: readonly Ending[] = forms.map(({ kind, operation }) => {
  if (kind === "exit") return "exit";
  if (operation === "ja") return "jump";
  if (kind === "jump") return "branch";
  return operation === "local" ? "call" : "fall";
});

function endingOf({ rows }: Source, index: number): Ending {
  return index < rows.length ? endings[rows[index]] : "end of code";
}

/** Finds the blocks of the function that begins at `entry`. */
export function shapeOf(source: Source, entry: number): Shape {
  const count = source.rows.length;
  const isReached = new Uint8Array(count + 1);
  const isLeader = new Uint8Array(count + 1);
  const open = [entry];
  let first = entry;
  let end = entry;
  isLeader[entry] = 1;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    first = Math.min(first, index);
    let at = index;
    while (isReached[at] === 0) {
      isReached[at] = 1;
      const ending = endingOf(source, at);
      if (ending === "fall") {
        at++;
        continue;
      }
      if (ending === "jump" || ending === "branch") {
        isLeader[source.targets[at]] = 1;
        open.push(source.targets[at]);
      }
      if (ending === "exit" || ending === "jump" || ending === "end of code") break;
      isLeader[at + 1] = 1;
      at++;
    }
    end = Math.max(end, at + 1);
  }
  return collect(source, { entry, first, end, isReached, isLeader });
}

interface Reach {
  readonly entry: number;
  /** Indexes between which all is that can be reached. */
  readonly first: number;
  readonly end: number;
  readonly isReached: Uint8Array;
  readonly isLeader: Uint8Array;
}

function collect(source: Source, { entry, first, end: last, isReached, isLeader }: Reach): Shape {
  const blocks: ShapeBlock[] = [];
  const numbers = new Int32Array(last - first);
  let size = 0;
  for (let start = first; start < last; start++) {
    if (isReached[start] === 0 || isLeader[start] === 0) continue;
    let at = start;
    let ending = endingOf(source, at);
    while (ending === "fall" && isLeader[at + 1] === 0) ending = endingOf(source, ++at);
    const end = ending === "end of code" ? at : at + 1;
    size += end - start;
    const goesOn = ending === "fall" || ending === "branch" || ending === "call";
    const taken = ending === "fall" || !(at < source.targets.length) ? -1 : source.targets[at];
    numbers[start - first] = blocks.length;
    blocks.push({ start, end, ending, taken, next: goesOn ? at + 1 : -1 });
    // Nothing before the end of the block is the start of another.
    start = Math.max(start, end - 1);
  }
  return { entry, blocks, size, first, numbers };
}
