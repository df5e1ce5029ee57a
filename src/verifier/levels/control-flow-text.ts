import type { Graph, Node } from "../cfg/index.ts";
import { conditionText } from "../ir/index.ts";
import type { Slice } from "./slice.ts";

/** Conditions here have no sign for those of 32 bits. */
function nodeText(graph: Graph, node: Node): string {
  const instruction = graph.instruction(node);
  if (instruction.kind !== "assume" && instruction.kind !== "jump") return graph.label(node);
  const { condition, kind } = instruction;
  if (condition === undefined) return graph.label(node);
  const word = kind === "assume" ? "assume" : "if";
  return `${graph.label(node)} (${word} ${conditionText({ ...condition, is64: true })})`;
}

/** The nodes of a slice on one line; those that meet stand together before the node where they do. */
export function controlFlowText(graph: Graph, slice: Slice): string {
  const meeting = new Map<Node, readonly Node[]>();
  for (const node of slice.keys()) {
    const parents = graph.parentsOf(node).filter((parent) => slice.has(parent));
    if (parents.length >= 2) meeting.set(node, parents);
  }
  const members = new Set([...meeting.values()].flat().filter((node) => !meeting.has(node)));
  const text = (node: Node): string => nodeText(graph, node);
  return [...slice.keys()]
    .filter((node) => !members.has(node))
    .map((node) => {
      const parents = meeting.get(node);
      return parents === undefined ? text(node) : `{${parents.map(text).join(" | ")}} -> ${text(node)}`;
    })
    .join(", ");
}
