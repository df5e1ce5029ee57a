import type { InstructionForm } from "../../../isa/index.ts";
import { FRAME_BYTES } from "../../frame.ts";
import type { LookupTable } from "../../lookup-table.ts";
import { type Graph, type Instance, type Node, positionsOf } from "./graph.ts";
import { liveness } from "./liveness.ts";
import { isPlainInput, operandsOf, type Source } from "./source.ts";

/** The root of numbers that are known. */
export const CONSTANT = 0;
/** The root of r10 in functions whose depth is not known when they are compiled. */
export const FRAME = 1;
const ENTRY = 2;
const FIRST = 16;
/** Slots of a state: r0 to r9, then what stands for the regions as calls may have changed them. */
const SLOTS = 11;
export const EPOCH = 10;
const FARTHEST = 2 ** 31;
const EXACT = 2 ** 53;
const WORD = 2 ** 32;

/** Number of `bpf_map_lookup_elem`. */
const LOOKUP = 1;
/** Bytes of keys that are hashed and compared in place. */
const LONGEST_KEY = 64;
/** Bytes of an array's key that one check spans. */
const LONGEST_ARRAY_KEY = 512;

/** True for keys that one check spans, and for indexes that are one load. */
function canLookUp({ kind, keySize }: LookupTable): boolean {
  return kind === "array" ? keySize <= 2 || (keySize >= 4 && keySize <= LONGEST_ARRAY_KEY) : keySize <= LONGEST_KEY;
}

/**
 * What each register is, symbolically: a root (something computed at one place) plus a constant. Equal roots are equal
 * values, so a check of an address holds for all that has its root, as far as the place of the check dominates.
 */
export class Values {
  /** The state at the instruction that was stepped to. */
  readonly root = new Int32Array(SLOTS);
  readonly offset = new Float64Array(SLOTS);
  readonly #source: Source;
  readonly #graph: Graph;
  /** Address above the first frame; undefined in functions that run at any depth. */
  readonly #stackTop: number | undefined;
  readonly #entryRoots: Int32Array;
  readonly #entryOffsets: Float64Array;
  readonly #exitRoots: Int32Array;
  readonly #exitOffsets: Float64Array;
  readonly #known: Uint8Array;
  readonly #isPhi: Uint8Array;
  /** Registers r6 to r9 at the call, by instance. */
  readonly #saved: { readonly root: Int32Array; readonly offset: Float64Array }[];
  readonly #phi: number;
  readonly #clobbered: number;
  /** Parents of roots that may point into the same region: a union-find forest. */
  readonly #parent: Int32Array;
  /** By root that is nobody's child: true where something other than the stack may be pointed to. */
  readonly #hasOther: Uint8Array;
  readonly #hasStack: Uint8Array;
  readonly #hasLoops: boolean;
  readonly #extents = new Map<number, number>();
  #unites = false;

  constructor(
    source: Source,
    graph: Graph,
    predecessors: readonly (readonly number[])[],
    stackTop: number | undefined,
  ) {
    const { nodes } = graph;
    this.#source = source;
    this.#graph = graph;
    this.#stackTop = stackTop;
    this.#phi = FIRST + positionsOf(graph) * 2;
    this.#clobbered = this.#phi + nodes.length * SLOTS;
    const roots = this.#clobbered + nodes.length * SLOTS;
    this.#parent = new Int32Array(roots);
    for (let root = 0; root < roots; root++) this.#parent[root] = root;
    this.#hasOther = new Uint8Array(roots);
    this.#hasStack = new Uint8Array(roots);
    this.#hasStack[FRAME] = 1;
    this.#hasOther.fill(1, ENTRY, ENTRY + 10);
    this.#hasOther.fill(1, this.#clobbered);
    this.#entryRoots = new Int32Array(nodes.length * SLOTS);
    this.#entryOffsets = new Float64Array(nodes.length * SLOTS);
    this.#exitRoots = new Int32Array(nodes.length * SLOTS);
    this.#exitOffsets = new Float64Array(nodes.length * SLOTS);
    this.#known = new Uint8Array(nodes.length);
    this.#isPhi = new Uint8Array(nodes.length * SLOTS);
    this.#saved = graph.instances.map(() => ({ root: new Int32Array(4), offset: new Float64Array(4) }));
    this.#hasLoops = predecessors.some((sources, order) => sources.some((source) => source >= order));
    // Else the walk that everybody waits for finds all states in one go.
    if (this.#hasLoops) this.#solve(predecessors);
  }

  /**
   * A last walk, once only, which finds out what may point into the same region. `visit` is told of each instruction
   * when the state is the one before it.
   */
  unite(predecessors: readonly (readonly number[])[], visit: (node: Node, index: number) => void): void {
    this.#unites = true;
    const live = liveness(this.#source, this.#graph);
    for (const node of this.#graph.nodes) {
      if (!this.#hasLoops) this.#meet(node.order, predecessors[node.order], 0);
      this.#unitePhis(node, predecessors[node.order], live[node.order]);
      this.#enter(node);
      for (let index = node.block.start; index < node.block.end; index++) {
        visit(node, index);
        this.#step(node, index);
      }
      this.#leave(node);
      if (!this.#hasLoops) this.#record(node.order);
    }
  }

  /** Goes to the first instruction of a block. */
  #enter({ order }: Node): void {
    const at = order * SLOTS;
    for (let slot = 0; slot < SLOTS; slot++) {
      this.root[slot] = this.#entryRoots[at + slot];
      this.offset[slot] = this.#entryOffsets[at + slot];
    }
  }

  /** Root of register `r`, which may be r10. */
  rootOf(r: number): number {
    if (r !== 10) return this.root[r];
    return this.#stackTop === undefined ? FRAME : CONSTANT;
  }

  offsetOf(r: number, { level }: Instance): number {
    return r === 10 ? (this.#stackTop ?? 0) - level * FRAME_BYTES : this.offset[r];
  }

  /** The number that all roots have which may point into the same region. */
  classOf(root: number): number {
    let at = root;
    while (this.#parent[at] !== at) {
      this.#parent[at] = this.#parent[this.#parent[at]];
      at = this.#parent[at];
    }
    return at;
  }

  /** True for roots that can point nowhere but to the stack. */
  isStack(root: number): boolean {
    const found = this.classOf(root);
    return this.#hasStack[found] === 1 && this.#hasOther[found] === 0;
  }

  /** Goes past the instruction at `index` of `node`. */
  #step(node: Node, index: number): void {
    const { dst, src, imm } = this.#source.instructions[index];
    const form = this.#source.forms[index];
    const position = node.position + index - node.block.start;
    switch (form.kind) {
      case "alu":
        this.#arithmetic(form, node, dst, src, imm, position);
        return;
      case "load":
        this.#define(dst, position, form.width >= 32);
        return;
      case "wide": {
        const [low, high] = operandsOf(this.#source, index);
        const value = high * WORD + (low >>> 0);
        if (Math.abs(value) < EXACT) this.#set(dst, CONSTANT, value);
        else this.#define(dst, position, false);
        return;
      }
      case "swap":
        this.#define(dst, position, false);
        return;
      case "atomic":
        if (!form.fetch) return;
        this.#define(form.operation === "cmpxchg" ? 0 : src, position, form.width === 64);
        return;
      case "call":
        if (this.#lookUp(index, position)) return;
        if (form.operation === "helper" && isPlainInput(this.#source, index)) {
          this.#define(0, position, false);
          return;
        }
        this.#set(EPOCH, FIRST + position * 2 + 1, 0);
        if (form.operation !== "local") this.#define(0, position, true);
        return;
      default:
    }
  }

  /** The table of the map that a call looks a key up in, if compiled code can do it. */
  lookupAt(index: number): LookupTable | undefined {
    const { operation } = this.#source.forms[index];
    if (operation !== "helper" || this.#source.instructions[index].imm !== LOOKUP) return undefined;
    const table = this.root[1] === CONSTANT ? this.#source.executable.lookups.get(this.offset[1]) : undefined;
    return table !== undefined && canLookUp(table) ? table : undefined;
  }

  /** Bytes that may be touched where a root points to, unless it is null; undefined where that is not known. */
  extentOf(root: number): number | undefined {
    return this.#extents.get(root);
  }

  #lookUp(index: number, position: number): boolean {
    const table = this.lookupAt(index);
    if (table === undefined) this.#extents.delete(FIRST + position * 2);
    else this.#extents.set(FIRST + position * 2, table.valueSize);
    if (table !== undefined) this.#define(0, position, true);
    return table !== undefined;
  }

  #arithmetic(form: InstructionForm, node: Node, dst: number, src: number, imm: number, position: number): void {
    const { operation, width } = form;
    const known = form.source === "k";
    const root = known ? CONSTANT : this.rootOf(src);
    const offset = known ? imm : this.offsetOf(src, node.instance);
    if (operation === "mov" && width === 64) {
      this.#set(dst, root, offset);
    } else if (operation === "mov" && root === CONSTANT && offset > -WORD && offset < WORD) {
      this.#set(dst, CONSTANT, offset < 0 ? offset >>> 0 : offset);
    } else if (operation === "add" && width === 64 && this.#isStackPlusIndex(dst, root, offset)) {
      this.#sum(dst, FRAME, root === CONSTANT ? this.root[dst] : root, position);
    } else if (operation === "add" && width === 64 && root === CONSTANT) {
      this.#move(dst, this.root[dst], this.offset[dst] + offset, position);
    } else if (operation === "add" && width === 64 && this.root[dst] === CONSTANT) {
      this.#move(dst, root, this.offset[dst] + offset, position);
    } else if (operation === "sub" && width === 64 && root === CONSTANT) {
      this.#move(dst, this.root[dst], this.offset[dst] - offset, position);
    } else if (operation === "add" && width === 64) {
      this.#sum(dst, this.root[dst], root, position);
    } else {
      this.#define(dst, position, false);
    }
  }

  /** True where one of the two that are added is a known address in the stack, and the other is not known. */
  #isStackPlusIndex(dst: number, root: number, offset: number): boolean {
    if (root === CONSTANT) return this.root[dst] !== CONSTANT && this.#isStackAddress(offset);
    return this.root[dst] === CONSTANT && this.#isStackAddress(this.offset[dst]);
  }

  #isStackAddress(value: number): boolean {
    if (this.#stackTop === undefined) return false;
    return value <= this.#stackTop && value >= this.#stackTop - 8 * FRAME_BYTES;
  }

  #sum(dst: number, left: number, right: number, position: number): void {
    this.#define(dst, position, false);
    if (!this.#unites) return;
    this.#join(this.root[dst], left);
    this.#join(this.root[dst], right);
  }

  #set(slot: number, root: number, offset: number): void {
    this.root[slot] = root;
    this.offset[slot] = offset;
  }

  /** Sets `dst`, unless the constant has become too large to reason about. */
  #move(dst: number, root: number, offset: number, position: number): void {
    if (Math.abs(offset) < (root === CONSTANT ? EXACT : FARTHEST)) this.#set(dst, root, offset);
    else this.#sum(dst, root, root, position);
  }

  #define(slot: number, position: number, mayPoint: boolean): void {
    const root = FIRST + position * 2;
    this.#set(slot, root, 0);
    if (mayPoint && this.#unites) this.#hasOther[this.classOf(root)] = 1;
  }

  #join(left: number, right: number): void {
    // Not joined, or one pointer into the stack that may also be another would make all of them doubtful.
    if (right === FRAME) this.#hasStack[this.classOf(left)] = 1;
    if (left === FRAME || right === FRAME) return;
    const a = this.classOf(left);
    const b = this.classOf(right);
    if (a === b || a === CONSTANT || b === CONSTANT) return;
    this.#parent[b] = a;
    this.#hasOther[a] |= this.#hasOther[b];
    this.#hasStack[a] |= this.#hasStack[b];
  }

  /** What the node's end makes of the state: calls in place save r6 to r9, calls of other functions clobber. */
  #leave(node: Node): void {
    if (node.flow === "return") {
      const { root, offset } = this.#saved[node.instance.id];
      for (let r = 0; r < 4; r++) this.#set(6 + r, root[r], offset[r]);
    }
    if (node.flow === "call") {
      for (let r = 0; r < 6; r++) this.#set(r, this.#clobbered + node.order * SLOTS + r, 0);
    }
    if (node.flow === "inline" && node.taken !== undefined) {
      const saved = this.#saved[node.taken.instance.id];
      for (let r = 0; r < 4; r++) {
        saved.root[r] = this.root[6 + r];
        saved.offset[r] = this.offset[6 + r];
      }
    }
  }

  #solve(predecessors: readonly (readonly number[])[]): void {
    const { nodes } = this.#graph;
    for (let changed = true, pass = 0; changed; pass++) {
      changed = false;
      for (const node of nodes) {
        const isNew = this.#meet(node.order, predecessors[node.order], pass);
        // What a callee in place returns to depends on more than its own blocks.
        if (!isNew && pass > 0 && node.flow !== "return") continue;
        this.#enter(node);
        for (let index = node.block.start; index < node.block.end; index++) this.#step(node, index);
        this.#leave(node);
        if (this.#record(node.order)) changed = true;
      }
    }
  }

  /** Keeps the state as the exit state of a node; true where that changes it. */
  #record(order: number): boolean {
    const at = order * SLOTS;
    let changed = this.#known[order] === 0;
    this.#known[order] = 1;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#exitRoots[at + slot] !== this.root[slot] || this.#exitOffsets[at + slot] !== this.offset[slot]) {
        changed = true;
      }
      this.#exitRoots[at + slot] = this.root[slot];
      this.#exitOffsets[at + slot] = this.offset[slot];
    }
    return changed;
  }

  /** The same for a node that one other leads to. */
  #follow(order: number, predecessor: number): boolean {
    let changed = false;
    const to = order * SLOTS;
    const from = predecessor * SLOTS;
    for (let slot = 0; slot < SLOTS; slot++) {
      const root = this.#exitRoots[from + slot];
      const offset = this.#exitOffsets[from + slot];
      if (root !== this.#entryRoots[to + slot] || offset !== this.#entryOffsets[to + slot]) changed = true;
      this.#entryRoots[to + slot] = root;
      this.#entryOffsets[to + slot] = offset;
    }
    return changed;
  }

  /** Makes the state that a node is entered with; true where it is another than before. */
  #meet(order: number, predecessors: readonly number[], pass: number): boolean {
    if (order !== 0 && predecessors.length === 1) return this.#follow(order, predecessors[0]);
    let changed = false;
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = order * SLOTS + slot;
      const oldRoot = this.#entryRoots[at];
      const oldOffset = this.#entryOffsets[at];
      let isFirst = true;
      let root = 0;
      let offset = 0;
      if (order === 0) {
        isFirst = false;
        // r0 and r3 to r9 begin as zero in a program, as whatever the caller has in a function.
        root = ENTRY + slot;
        if (slot === EPOCH) root = ENTRY + 12;
      }
      for (const predecessor of predecessors) {
        if (this.#known[predecessor] === 0) continue;
        const from = predecessor * SLOTS + slot;
        const incomingRoot = this.#exitRoots[from];
        const incomingOffset = this.#exitOffsets[from];
        const isSelf = pass > 0 && predecessor >= order && incomingRoot === oldRoot && incomingOffset === oldOffset;
        if (isSelf) continue;
        if (isFirst) {
          isFirst = false;
          root = incomingRoot;
          offset = incomingOffset;
        } else if (root !== incomingRoot || offset !== incomingOffset) {
          this.#isPhi[at] = 1;
        }
      }
      // The bound is far beyond what is ever needed; it makes the end certain.
      if (pass > 20 && (root !== oldRoot || offset !== oldOffset)) this.#isPhi[at] = 1;
      if (this.#isPhi[at] === 1) {
        root = this.#phi + at;
        offset = 0;
      }
      if (root !== oldRoot || offset !== oldOffset) changed = true;
      this.#entryRoots[at] = root;
      this.#entryOffsets[at] = offset;
    }
    return changed;
  }

  /** Puts roots that meet where a node is entered into one class. */
  #unitePhis({ order }: Node, predecessors: readonly number[], live: number): void {
    const at = order * SLOTS;
    for (let slot = 0; slot < EPOCH; slot++) {
      // Registers that are dead would join what has nothing to do with each other.
      if (this.#isPhi[at + slot] === 0 || ((live >> slot) & 1) === 0) continue;
      const root = this.#phi + at + slot;
      for (const predecessor of predecessors) {
        const incoming = this.#exitRoots[predecessor * SLOTS + slot];
        const constant = this.#exitOffsets[predecessor * SLOTS + slot];
        if (incoming !== CONSTANT) this.#join(root, incoming);
        else if (this.#isStackAddress(constant)) this.#join(root, FRAME);
      }
      // Values that come into a function with its entry being a loop.
      if (order === 0) this.#join(root, ENTRY + slot);
    }
  }
}
