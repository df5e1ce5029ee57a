import { each, sorted, type Work } from "../../turns/index.ts";
import type { IrInstruction } from "../ir/index.ts";

/** A node's number: an index into the columns of `Graph`. */
export type Node = number;

/** A frame's number: an index into `Graph.frames`. 0 is the program's own. */
export type Frame = number;

/** Stands in `to` for nodes that are no edge of a jump. */
const NO_TARGET = -1;
/** `from` of the entry and the exit; the exit's is also the target of jumps that leave the program. */
const BEFORE_ALL = -1;
const BEHIND_ALL = 0x7fff_ffff;

/** Parents of one node from which on they are not sorted at once. */
const CROWD = 512;

/** What nodes without neighbours share; nobody writes to it. */
const NONE: Node[] = [];

/** A list with one more. Nearly all have one or two: arrays that grew by themselves would have room for seventeen. */
function extended(list: Node[], node: Node): Node[] {
  const [first] = list;
  if (first === undefined) return [node];
  if (list.length === 1) return [first, node];
  list.push(node);
  return list;
}

/**
 * Control flow, one node an instruction and one each side of a conditional jump. Nodes are numbered densely; what
 * people see of them (`5/12:19`, the slot behind the calls that lead to it) is put together only for printing.
 */
export class Graph {
  static readonly ENTRY: Node = 0;
  static readonly EXIT: Node = 1;

  /** Names of the frames: the label of the call site, `""` for the program's own. */
  readonly frames: string[] = [""];
  /** Calls that a frame is inside of. */
  readonly frameDepths: number[] = [0];
  readonly instructions: IrInstruction[] = [{ kind: "undefined" }, { kind: "undefined" }];
  readonly frameOf: Frame[] = [0, 0];
  /** Slot; for an edge of a jump, the jump's slot. */
  readonly from: number[] = [BEFORE_ALL, BEHIND_ALL];
  /** Slot that an edge of a jump leads to, else -1. */
  readonly to: number[] = [NO_TARGET, NO_TARGET];
  readonly isCounter: boolean[] = [false, false];
  /** In the order of labels, as the order of analysis hangs on it. */
  readonly children: Node[][] = [NONE, NONE];
  readonly parents: Node[][] = [NONE, NONE];

  get size(): number {
    return this.instructions.length;
  }

  addFrame(name: string, depth: number): Frame {
    this.frames.push(name);
    this.frameDepths.push(depth);
    return this.frames.length - 1;
  }

  addNode(instruction: IrInstruction, frame: Frame, from: number, to = NO_TARGET, isCounter = false): Node {
    this.instructions.push(instruction);
    this.frameOf.push(frame);
    this.from.push(from);
    this.to.push(to);
    this.isCounter.push(isCounter);
    this.children.push(NONE);
    this.parents.push(NONE);
    return this.instructions.length - 1;
  }

  instruction(node: Node): IrInstruction {
    const instruction = this.instructions[node];
    if (instruction === undefined) throw new RangeError(`no node ${node}`);
    return instruction;
  }

  childrenOf(node: Node): readonly Node[] {
    return this.children[node] ?? [];
  }

  parentsOf(node: Node): readonly Node[] {
    return this.parents[node] ?? [];
  }

  /** Slot of a node: where its instruction stands in the code. */
  slotOf(node: Node): number {
    return this.from[node] ?? BEHIND_ALL;
  }

  frameDepth(node: Node): number {
    return this.frameDepths[this.frameOf[node] ?? 0] ?? 0;
  }

  frameName(node: Node): string {
    return this.frames[this.frameOf[node] ?? 0] ?? "";
  }

  isEdge(node: Node): boolean {
    return this.to[node] !== NO_TARGET;
  }

  /** Order of labels: frames by their name's text, then slot, then target, then counters last. */
  compare(left: Node, right: Node): number {
    if (this.frameOf[left] !== this.frameOf[right]) {
      const a = this.frameName(left);
      const b = this.frameName(right);
      if (a !== b) return a < b ? -1 : 1;
    }
    const byFrom = (this.from[left] ?? 0) - (this.from[right] ?? 0);
    if (byFrom !== 0) return byFrom;
    const byTo = (this.to[left] ?? 0) - (this.to[right] ?? 0);
    if (byTo !== 0) return byTo;
    return Number(this.isCounter[left]) - Number(this.isCounter[right]);
  }

  addEdge(parent: Node, child: Node): void {
    const children = this.children[parent];
    const parents = this.parents[child];
    if (children === undefined || parents === undefined || children.includes(child)) return;
    const all = extended(children, child);
    if (all.length > 1 && this.compare(all.at(-2) ?? child, child) > 0) all.sort((a, b) => this.compare(a, b));
    this.children[parent] = all;
    this.parents[child] = extended(parents, parent);
  }

  removeEdge(parent: Node, child: Node): void {
    this.children[parent] = this.childrenOf(parent).filter((node) => node !== child);
    this.parents[child] = this.parentsOf(child).filter((node) => node !== parent);
  }

  /** Puts parents in the order of labels, in which their states are joined. */
  *sortParents(): Work<void> {
    const compare = (left: Node, right: Node): number => this.compare(left, right);
    const crowded: Node[] = [];
    yield* each(this.parents, (parents, node) => {
      if (parents.length > CROWD) crowded.push(node);
      else if (parents.length > 1) parents.sort(compare);
    });
    for (const node of crowded) this.parents[node] = yield* sorted(this.parentsOf(node), compare);
  }

  /** Text of a node as reports write it: `12`, `12:19`, `5/12`, `18/46 (counter)`, `entry`, `exit`. */
  label(node: Node): string {
    if (node === Graph.ENTRY) return "entry";
    if (node === Graph.EXIT) return "exit";
    const frame = this.frameName(node);
    const target = this.isEdge(node) ? `:${this.to[node]}` : "";
    return `${frame === "" ? "" : `${frame}/`}${this.from[node]}${target}${this.isCounter[node] ? " (counter)" : ""}`;
  }
}
