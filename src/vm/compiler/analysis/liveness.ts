import { forms } from "../../../isa/index.ts";
import type { Graph, Node } from "./graph.ts";
import type { Source } from "./source.ts";

const ARGUMENTS = 0b11_1110;
const SCRATCH = 0b11_1111;
const RESULT = 1;
const SAVED = 0b11_1100_0000;

/** Bits of `usesOf` from here on are registers that are overwritten. */
const WRITES = 16;
const READS = 0xffff;

/** By form: registers that all instances use; whether the destination is read and overwritten, and the source read. */
const fixed = Int32Array.from(forms, ({ kind, operation }) => {
  if (kind === "exit" || operation === "cmpxchg") return RESULT;
  return kind === "call" ? ARGUMENTS | (SCRATCH << WRITES) : 0;
});
const isRead = (use: string) => (use === "read" || use === "read-write" || use === "base" ? 1 : 0);
const readsDestination = Uint8Array.from(forms, ({ fields }) => isRead(fields.dst));
const writesDestination = Uint8Array.from(forms, ({ fields }) => (fields.dst === "write" ? 1 : 0));
const readsSource = Uint8Array.from(forms, ({ fields }) => isRead(fields.src));

/** Registers that one instruction reads, one bit each, and from bit `WRITES` on those that it overwrites. */
function usesOf({ rows, instructions }: Source, index: number): number {
  const row = rows[index];
  const { dst, src } = instructions[index];
  return (
    fixed[row] | (readsDestination[row] << dst) | (readsSource[row] << src) | (writesDestination[row] << (WRITES + dst))
  );
}

/**
 * Registers whose values on entry to each block may be read, as far as conventions hold: calls read r1 to r5 and leave
 * nothing there. Good for guesses alone, for code need not keep to them.
 */
export function liveness(source: Source, { nodes }: Graph): Int32Array {
  const live = new Int32Array(nodes.length);
  const reads = new Int32Array(nodes.length);
  const writes = new Int32Array(nodes.length);
  for (const { order, block, flow } of nodes) {
    for (let index = block.end - 1; index >= block.start; index--) {
      if (flow === "inline" && index === block.end - 1) continue;
      const uses = usesOf(source, index);
      const written = uses >>> WRITES;
      reads[order] = (reads[order] & ~written) | (uses & READS);
      writes[order] |= written;
    }
  }
  const after = ({ taken, next, flow }: Node) => {
    const out = (taken === undefined ? 0 : live[taken.order]) | (next === undefined ? 0 : live[next.order]);
    // What the caller keeps passes by a callee that was put in place.
    return flow === "inline" || flow === "return" ? out | SAVED : out;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let order = nodes.length - 1; order >= 0; order--) {
      const found = reads[order] | (after(nodes[order]) & ~writes[order]);
      if (found === live[order]) continue;
      live[order] = found;
      changed = true;
    }
  }
  return live;
}
