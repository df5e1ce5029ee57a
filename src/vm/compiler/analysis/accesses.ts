import { forms } from "../../../isa/index.ts";
import { FRAME_BYTES } from "../../frame.ts";
import type { LookupTable } from "../../lookup-table.ts";
import type { Proven } from "../../proven.ts";
import type { Node } from "./graph.ts";
import type { Source } from "./source.ts";
import { CONSTANT, EPOCH, FRAME, type Values } from "./values.ts";

const KEY_REGISTER = 2;

/** A load, store or atomic operation that nothing proves harmless, with its address as root and constant. */
export interface Access {
  readonly node: Node;
  readonly index: number;
  readonly position: number;
  readonly root: number;
  /** Register and constant that its first byte's address is the sum of. */
  readonly base: number;
  readonly offset: number;
  /** Relative to the root: first byte, and the one after the last. */
  readonly start: number;
  readonly end: number;
  readonly isWrite: boolean;
  /** What stands for the regions at that place: equal numbers mean that none can have changed. */
  readonly epoch: number;
  /** What a proof leaves to check of it; undefined where nothing is proved. */
  readonly proven: Proven | undefined;
}

export interface Collected {
  readonly accesses: readonly Access[];
  /** By position of the call: maps whose lookup is done in place. Reading the key is an access of the call. */
  readonly lookups: ReadonlyMap<number, LookupTable>;
  /** Indexes of instructions that a proof says to be harmless, apart from those that are known to be. */
  readonly believed: ReadonlySet<number>;
}

const MEMORY = 1;
const HELPER = 2;

/** By form: whether instances touch memory, or may look a key up. */
const touches = Uint8Array.from(forms, ({ fields, operation }) => {
  if (fields.offset === "memory") return MEMORY;
  return operation === "helper" ? HELPER : 0;
});

/** Collects the accesses of a function in the order of its blocks; those of the running frames are left out, and what is proved. */
export function collectAccesses(
  source: Source,
  predecessors: readonly (readonly number[])[],
  values: Values,
  stackTop: number | undefined,
): Collected {
  const accesses: Access[] = [];
  const lookups = new Map<number, LookupTable>();
  const believed = new Set<number>();
  const top = stackTop ?? 0;
  const frameRoot = stackTop === undefined ? FRAME : CONSTANT;
  values.unite(predecessors, (node, index) => {
    const touch = touches[source.rows[index]];
    if (touch === 0) return;
    const form = source.forms[index];
    const isMemory = touch === MEMORY;
    const table = values.lookupAt(index);
    if (!isMemory && table === undefined) return;
    const position = node.position + index - node.block.start;
    if (table !== undefined) lookups.set(position, table);
    const { dst, src, offset: field } = source.instructions[index];
    const isWrite = form.fields.dst === "base";
    const base = table !== undefined ? KEY_REGISTER : isWrite ? dst : src;
    const offset = table !== undefined ? 0 : field;
    const root = values.rootOf(base);
    const start = values.offsetOf(base, node.instance) + offset;
    const end = start + (table?.keySize ?? form.width / 8);
    const frames = (node.instance.level + 1) * FRAME_BYTES;
    if (root === frameRoot && start >= top - frames && end <= top) return;
    const proven = isMemory ? source.executable.proven?.get(index) : undefined;
    if (proven === "inside") {
      believed.add(index);
      return;
    }
    const epoch = values.root[EPOCH];
    accesses.push({ node, index, position, root, base, offset, start, end, isWrite, epoch, proven });
  });
  return { accesses, lookups, believed };
}
