import type { Work } from "../../turns/index.ts";
import { BudgetExceeded } from "../budget-exceeded.ts";
import { AnalysisAborted } from "../domain/index.ts";
import type { SlotGraph } from "./build.ts";
import { ControlFlowFailure } from "./control-flow-failure.ts";
import { type Frame, Graph, type Node } from "./graph.ts";
import { LabelQueue } from "./label-queue.ts";

export interface InliningOptions {
  readonly maxCallStackFrames: number;
  /** D1: an edge is cloned only if its source is cloned already when its target is. */
  readonly dropsBackEdges: boolean;
  /** Nodes that may be copied: each is to be analysed, and calls of calls multiply them. */
  readonly maxNodes: number;
}

/** Nodes of one inlined body: original to copy. */
type Copies = Map<Node, Node>;

/** More than there are slots, and labels that jumps lead to. */
const TARGETS = 2 ** 26;

interface Site {
  readonly caller: Node;
  readonly callee: Node;
  /** Where the callee returns to. */
  readonly behind: Node;
  readonly frame: Frame;
}

/**
 * Copies a node into a frame; `labels` are those of the copies there. A body that a jump leads into from a function inlined
 * before holds code of several frames: the original has an exception where two of them would get one label.
 */
function copyNode(graph: Graph, original: Node, frame: Frame, labels: Set<number>): Node {
  const instruction = graph.instruction(original);
  const name = graph.frames[frame] ?? "";
  if (graph.frameName(original) === name) throw new ControlFlowFailure(`${name}: illegal recursion`);
  const copy = instruction.kind === "exit" ? { ...instruction, frame: name } : instruction;
  const slot = graph.slotOf(original);
  const to = graph.to[original] ?? -1;
  const made = graph.addNode(copy, frame, slot, to);
  const label = slot * TARGETS + to + 1;
  if (labels.has(label)) throw new AnalysisAborted(`Label ${graph.label(made)} already exists`);
  labels.add(label);
  return made;
}

const NODES_PER_PAUSE = 512;

/** Every copy first, then every edge. */
function* cloneThenConnect(graph: Graph, { caller, callee, behind, frame }: Site): Work<Copies> {
  const copies: Copies = new Map();
  const labels = new Set<number>();
  const work = [callee];
  const seen = new Set(work);
  for (let original = work.pop(); original !== undefined; original = work.pop()) {
    const copy = copyNode(graph, original, frame, labels);
    copies.set(original, copy);
    if (copies.size % NODES_PER_PAUSE === 0) yield;
    if (original === callee) graph.addEdge(caller, copy);
    for (const child of graph.childrenOf(original)) {
      if (child === Graph.EXIT || seen.has(child)) continue;
      seen.add(child);
      work.push(child);
    }
  }
  for (const [original, copy] of copies) {
    for (const child of graph.childrenOf(original)) {
      graph.addEdge(copy, child === Graph.EXIT ? behind : (copies.get(child) ?? behind));
    }
  }
  return copies;
}

/** D1: smallest label first, edges only from what is there already; back edges get lost. */
function* cloneWhileConnecting(graph: Graph, { caller, callee, behind, frame }: Site): Work<Copies> {
  const copies: Copies = new Map();
  const labels = new Set<number>();
  const work = new LabelQueue(graph);
  work.push(callee);
  const seen = new Set([callee]);
  for (let original = work.pop(); original !== undefined; original = work.pop()) {
    const copy = copyNode(graph, original, frame, labels);
    copies.set(original, copy);
    if (copies.size % NODES_PER_PAUSE === 0) yield;
    if (original === callee) graph.addEdge(caller, copy);
    for (const parent of graph.parentsOf(original)) {
      const source = copies.get(parent);
      if (source !== undefined) graph.addEdge(source, copy);
    }
    for (const child of graph.childrenOf(original)) {
      if (child === Graph.EXIT) graph.addEdge(copy, behind);
      else if (!seen.has(child)) {
        seen.add(child);
        work.push(child);
      }
    }
  }
  return copies;
}

/**
 * Puts a copy of the callee behind each call of a function of the same program, so that the analysis knows no calls.
 * Copies live in a frame named after the call site. The cost is that of the call paths, as in the original.
 *
 * @throws ControlFlowFailure when calls nest deeper than the frames, or a function contains its own call site.
 * @throws BudgetExceeded
 * @throws AnalysisAborted where the original ends with an exception.
 */
export function* inlineCalls({ graph, nodes }: SlotGraph, options: InliningOptions): Work<void> {
  const clone = options.dropsBackEdges ? cloneWhileConnecting : cloneThenConnect;
  const callsIn = (candidates: Iterable<Node>): Node[] =>
    [...candidates].filter((node) => graph.instruction(node).kind === "call-local");
  // A stack, the next call site on top: copies of calls are inlined before the calls that follow them.
  const sites = callsIn(nodes.filter((node) => node !== undefined)).reverse();
  let copied = 0;
  for (let caller = sites.pop(); caller !== undefined; caller = sites.pop()) {
    const instruction = graph.instruction(caller);
    if (instruction.kind !== "call-local") continue;
    const depth = graph.frameDepth(caller) + 1;
    if (depth + 1 > options.maxCallStackFrames) {
      throw new ControlFlowFailure("too many call stack frames", graph.slotOf(caller));
    }
    const callee = nodes[instruction.target];
    const behind = graph.childrenOf(caller)[0];
    if (callee === undefined) throw new ControlFlowFailure(`jump to undefined label ${instruction.target}`);
    if (behind === undefined) throw new ControlFlowFailure(`${graph.label(caller)}: call without continuation`);
    const name = graph.label(caller);
    const frame = graph.addFrame(name, depth);
    graph.instructions[caller] = { ...instruction, frame: name };
    const copies = yield* clone(graph, { caller, callee, behind, frame });
    copied += copies.size;
    graph.removeEdge(caller, behind);
    if (copied > options.maxNodes) throw new BudgetExceeded(`${options.maxNodes} steps`);
    for (const inner of callsIn(copies.values()).sort((left, right) => graph.compare(right, left))) sites.push(inner);
    yield;
  }
}
