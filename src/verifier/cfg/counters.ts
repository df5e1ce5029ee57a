import { Pace, type Work } from "../../turns/index.ts";
import type { Graph, Node } from "./graph.ts";
import type { Component, Loop } from "./wto.ts";

/** A loop whose rounds are counted. */
export interface CountedLoop {
  readonly head: Node;
  /** Label of the head: the counter's name. */
  readonly name: string;
  readonly counter: Node;
}

function insertCounter(graph: Graph, head: Node): CountedLoop {
  const name = graph.label(head);
  const frame = graph.frameOf[head] ?? 0;
  const counter = graph.addNode(
    { kind: "increment-loop-counter", loop: name },
    frame,
    graph.slotOf(head),
    graph.to[head],
    true,
  );
  const children = [...graph.childrenOf(head)];
  for (const child of children) graph.removeEdge(head, child);
  graph.addEdge(head, counter);
  for (const child of children) graph.addEdge(counter, child);
  return { head, name, counter };
}

/**
 * Puts a counter behind each loop head, in the graph and in the order, where it is the first of the loop's body: it
 * dominates all the rest.
 */
export function* insertCounters(
  graph: Graph,
  order: readonly Component[],
): Work<{ readonly order: readonly Component[]; readonly loops: readonly CountedLoop[] }> {
  const pace = new Pace();
  const loops: CountedLoop[] = [];
  interface Level {
    readonly source: readonly Component[];
    readonly result: Component[];
    at: number;
  }
  const counted: Component[] = [];
  const levels: Level[] = [{ source: order, result: counted, at: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const component = level.source[level.at++];
    if (pace.isDue(1)) yield;
    if (component === undefined) levels.pop();
    else if (typeof component === "number") level.result.push(component);
    else {
      const loop = insertCounter(graph, component.head);
      loops.push(loop);
      const body: Component[] = [loop.counter];
      const replacement: Loop = { head: component.head, body };
      level.result.push(replacement);
      levels.push({ source: component.body, result: body, at: 0 });
    }
  }
  return { order: counted, loops };
}
