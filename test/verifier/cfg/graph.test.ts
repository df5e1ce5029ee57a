import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import { finish } from "../../../src/turns/index.ts";
import {
  buildGraph,
  type Component,
  callbackTargets,
  type Graph,
  inlineCalls,
  insertCounters,
  loopHeads,
  weakTopologicalOrder,
} from "../../../src/verifier/cfg/index.ts";
import { verify } from "../../../src/verifier/index.ts";
import { decodeProgram, readSlots } from "../../../src/verifier/ir/index.ts";
import { programOf } from "../assembled.ts";

function graphOf(text: string, dropsBackEdges = false): Graph {
  const slots = finish(readSlots(assemble(text)));
  const decoded = finish(decodeProgram(slots, { builtins: new Set(), storedImmediatesZeroExtended: false }));
  const built = finish(buildGraph(decoded, { mustHaveExit: true }));
  finish(inlineCalls(built, { maxCallStackFrames: 8, dropsBackEdges, maxNodes: 1000 }));
  return built.graph;
}

/** Bourdoncle's notation: loops in parentheses, the head first. */
function notation(graph: Graph, order: readonly Component[]): string {
  return order
    .map((component) =>
      typeof component === "number"
        ? graph.label(component)
        : `(${[graph.label(component.head), notation(graph, component.body)].join(" ").trim()})`,
    )
    .join(" ");
}

const END = "mov %r0, 0\nexit\n";
const LOOP = `mov %r1, 0\nl: add %r1, 1\njlt %r1, 4, l\n${END}`;

describe("given a loop", () => {
  test("its order names the head and holds the body", () => {
    const graph = graphOf(LOOP);
    expect(notation(graph, finish(weakTopologicalOrder(graph)))).toBe("entry 0 (1 2 2:1) 2:3 3 4 exit");
  });

  test("a counter comes behind the head", () => {
    const graph = graphOf(LOOP);
    const { order, loops } = finish(insertCounters(graph, finish(weakTopologicalOrder(graph))));
    expect(notation(graph, order)).toBe("entry 0 (1 1 (counter) 2 2:1) 2:3 3 4 exit");
    expect(loops.map(({ name }) => name)).toEqual(["1"]);
  });
});

describe("given a called function with a loop", () => {
  const text = `call local f\n${END}f: mov %r1, 0\nl: add %r1, 1\njlt %r1, 4, l\n${END}`;

  test("its copy is labelled with the call site", () => {
    const graph = graphOf(text);
    expect(notation(graph, finish(weakTopologicalOrder(graph)))).toBe(
      "entry 0 0/3 (0/4 0/5 0/5:4) 0/5:6 0/6 0/7 1 2 exit",
    );
  });

  test("in the older dialect the copy has lost its back edge", () => {
    const graph = graphOf(text, true);
    expect(loopHeads(finish(weakTopologicalOrder(graph)))).toEqual([]);
  });
});

describe("given functions that call each other", () => {
  const chain = (depth: number): string =>
    `${Array.from({ length: depth }, (_, at) => `f${at}: call local f${at + 1}\n${END}`).join("")}f${depth}: ${END}`;

  test("8 frames are as many as there are", () => {
    expect(graphOf(chain(7)).frames).toContain("0/3/6/9/12/15/18");
    expect(() => graphOf(chain(8))).toThrow("too many call stack frames");
  });

  test("recursion is refused", () => {
    expect(() => graphOf(`call local f\n${END}f: call local f\n${END}`)).toThrow(/frames|recursion/);
  });
});

describe("given a function whose address is taken", () => {
  test("targets are what can reach the program's exit", () => {
    const graph = graphOf(`lddw.function %r1, 2\n${END}mov %r0, 1\nexit\nl: ja l\n`);
    const { all, withExit } = finish(callbackTargets(graph));
    expect([...all]).toEqual([0, 2, 4, 6]);
    expect([...withExit]).toEqual([0, 2, 4]);
  });
});

describe("given more tail calls on one path than the runtime makes", () => {
  const calls = (count: number): string =>
    `mov %r6, %r1\n${"mov %r1, %r6\nlddw.map %r2, 3\nmov %r3, 0\ncall 5\n".repeat(count)}${END}`;

  test("34 are refused, as their chain cannot be run", async () => {
    const { object, program } = programOf(assemble(calls(34)));
    const report = await verify(object, program);
    expect(report.firstError).toContain("tail call chain depth exceeds 33");
  });
});

test("given thousands of loops inside each other, the order is found without recursion", () => {
  const depth = 3000;
  const heads = Array.from({ length: depth }, (_, at) => `l${at}: add %r0, 1\n`).join("");
  const ends = Array.from({ length: depth }, (_, at) => `jeq %r0, ${at}, l${depth - 1 - at}\n`).join("");
  const graph = graphOf(`mov %r0, 0\n${heads}${ends}${END}`);
  const { loops } = finish(insertCounters(graph, finish(weakTopologicalOrder(graph))));
  expect(loops.length).toBe(depth);
});

// Both versions of PREVAIL: "Label 5/8 already exists" (bench/drivers/prevail-judge.cpp).
test("given a function that jumps into another's body and to its caller, then it is refused, as one label would stand for two nodes", async () => {
  const text = `ja s\na: call local g\n${END}s: mov %r1, 1\ncall local h\n${END}g: ${END}h: jeq %r1, 0, a\nja g\n`;
  const { object, program } = programOf(assemble(text));
  for (const dialect of ["windows-1.6", "latest"] as const) {
    const report = await verify(object, program, { dialect });
    expect(report).toMatchObject({ verdict: "fail", stage: "analyze" });
    expect(report.firstError).toContain("Label 5/8 already exists");
    expect(report.findings[0]?.suggestion).toContain("function of its own");
  }
});
