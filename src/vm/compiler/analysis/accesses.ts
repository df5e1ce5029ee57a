import { FRAME_BYTES } from "../../frame.ts";
import type { Graph, Node } from "./graph.ts";
import type { Source } from "./source.ts";
import { CONSTANT, EPOCH, FRAME, type Values } from "./values.ts";

/** A load, store or atomic operation that nothing proves harmless, with its address as root and constant. */
export interface Access {
  readonly node: Node;
  readonly index: number;
  readonly position: number;
  readonly root: number;
  /** Relative to the root: first byte, and the one after the last. */
  readonly start: number;
  readonly end: number;
  readonly isWrite: boolean;
  /** What stands for the regions at that place: equal numbers mean that none can have changed. */
  readonly epoch: number;
}

/** Collects the accesses of a function in the order of its blocks; those of the running frames are left out. */
export function collectAccesses(source: Source, graph: Graph, values: Values, stackTop: number | undefined): Access[] {
  const accesses: Access[] = [];
  for (const node of graph.nodes) {
    const { instance, block } = node;
    const frames = (instance.level + 1) * FRAME_BYTES;
    const top = stackTop ?? 0;
    values.enter(node);
    for (let index = block.start; index < block.end; index++) {
      const form = source.forms[index];
      if (form.fields.offset === "memory") {
        const { dst, src, offset } = source.instructions[index];
        const isWrite = form.fields.dst === "base";
        const base = isWrite ? dst : src;
        const root = values.rootOf(base);
        const start = values.offsetOf(base, instance) + offset;
        const end = start + form.width / 8;
        const isFrame = root === (stackTop === undefined ? FRAME : CONSTANT) && start >= top - frames && end <= top;
        if (!isFrame) {
          const position = node.position + index - block.start;
          accesses.push({ node, index, position, root, start, end, isWrite, epoch: values.root[EPOCH] });
        }
      }
      values.step(node, index);
    }
  }
  return accesses;
}
