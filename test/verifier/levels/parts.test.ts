import { describe, expect, test } from "vitest";
import { finish } from "../../../src/turns/index.ts";
import { Graph } from "../../../src/verifier/cfg/index.ts";
import { printInstruction, registerOperand } from "../../../src/verifier/ir/index.ts";
import { basicBlocks, singleBlocks } from "../../../src/verifier/levels/basic-blocks.ts";
import { dependenciesOf } from "../../../src/verifier/levels/dependencies.ts";
import { Pages } from "../../../src/verifier/levels/pages.ts";
import { Relevance } from "../../../src/verifier/levels/relevance.ts";
import { placeText, SourceLines } from "../../../src/verifier/levels/source-lines.ts";
import { programOf } from "../assembled.ts";

describe("relevance", () => {
  const relevance = new Relevance([1], [-8]);

  test.each([
    ["r1.svalue=[0, 5]", true],
    ["r10.stack_offset=4096", false],
    ["r2.svalue-r1.svalue<=3", true],
    ["s[4088...4095].svalue=0", true],
    ["s[4080...4087].svalue=0", false],
    ["s[4088].uvalue=1", true],
    ["s[4089].uvalue=1", false],
    // The packet's size is said everywhere, and so is what names no place.
    ["packet_size-r3.packet_offset<=-1", true],
    ["meta_offset=0", true],
    ["pc[4]=[0, 3]", true],
    ["r3.packet_offset=packet_size", false],
  ])("of r1 and the frame's top 8 bytes: %s is shown: %s", (fact, isShown) => {
    expect(relevance.concerns(fact, 4096)).toBe(isShown);
  });
});

describe("blocks", () => {
  /** A diamond, and a node that nothing leads to: 0 → 1 | 2 → 3 → exit, 4 → 3. */
  function diamond(): Graph {
    const graph = new Graph();
    const [a, b, c, d, dead] = Array.from({ length: 5 }, (_, slot) => graph.addNode({ kind: "undefined" }, 0, slot));
    for (const [from = 0, to = 0] of [
      [Graph.ENTRY, a],
      [a, b],
      [a, c],
      [b, d],
      [c, d],
      [dead, d],
      [d, Graph.EXIT],
    ])
      graph.addEdge(from, to);
    return graph;
  }

  const labels = (graph: Graph, blocks: readonly (readonly number[])[]): string[] =>
    blocks.map((block) => block.map((node) => graph.label(node)).join(" "));

  test("begin where ways part or meet, also for code that nothing leads to; the exit is none", () => {
    const graph = diamond();
    expect(labels(graph, basicBlocks(graph))).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("hold what follows without a choice", () => {
    const graph = new Graph();
    const [a = 0, b = 0] = [0, 1].map((slot) => graph.addNode({ kind: "undefined" }, 0, slot));
    graph.addEdge(Graph.ENTRY, a);
    graph.addEdge(a, b);
    graph.addEdge(b, Graph.EXIT);
    expect(labels(graph, basicBlocks(graph))).toEqual(["0 1"]);
    expect(labels(graph, singleBlocks(graph))).toEqual(["0", "1"]);
  });
});

describe("dependencies", () => {
  const access = { width: 8, base: 10, offset: -8 };

  test("a store to the frame writes there; a load reads there", () => {
    const store = { kind: "memory", access, operand: registerOperand(1), isLoad: false, isSigned: false } as const;
    expect(dependenciesOf(store, undefined, 4096)).toMatchObject({ reads: [10, 1], writes: [], writesStack: [-8] });
    expect(dependenciesOf({ ...store, isLoad: true }, undefined, 4096)).toMatchObject({
      reads: [10],
      writes: [1],
      readsStack: [-8],
    });
  });

  test("an access through a register of which nothing is known is not one of the stack", () => {
    const load = { kind: "memory", access: { ...access, base: 2 }, operand: registerOperand(1) } as const;
    expect(dependenciesOf({ ...load, isLoad: true, isSigned: false }, undefined, 4096).readsStack).toEqual([]);
  });

  test("calls read the arguments and clobber them", () => {
    const call = { kind: "call", callee: "helper", id: 1, module: 0 } as const;
    expect(dependenciesOf(call, undefined, 4096)).toMatchObject({ reads: [1, 2, 3, 4, 5], writes: [0] });
    expect(dependenciesOf(call, undefined, 4096).clobbers).toEqual([1, 2, 3, 4, 5]);
  });

  test("a function's end gives the caller's registers back, the program's end does not", () => {
    expect(dependenciesOf({ kind: "exit", frame: "5" }, undefined, 4096).writes).toEqual([6, 7, 8, 9, 10]);
    expect(dependenciesOf({ kind: "exit", frame: "" }, undefined, 4096).writes).toEqual([]);
  });
});

test.each([
  ["helper", "r0 = call:7"],
  ["kernel-function", "r0 = call_kfunc:7"],
  ["builtin", "r0 = call_builtin:7"],
] as const)("a call of a %s by its number is printed as %s", (callee, text) => {
  expect(printInstruction({ kind: "call", callee, id: 7, module: 0 })).toBe(text);
});

describe("source lines", () => {
  const { program } = programOf(new Uint8Array(5 * 8));
  const first = { slot: 1, file: "a.c", line: 3, column: 1, text: "x = 1;" };
  const lines = new SourceLines({ ...program, lines: [first], unplaced: [{ slot: 3, file: "a.c" }] });

  test("hold until the next; a slot without a line is one of line 0, and does not end it", () => {
    expect([0, 1, 2, 3, 4, 5].map((slot) => lines.at(slot)?.line)).toEqual([undefined, 3, 3, 0, 3, undefined]);
  });

  test("are printed as in Windows' reports", () => {
    expect(placeText({ file: "a.c", line: 3, text: "x = 1;" })).toBe("\n; a.c:3\n; x = 1;\n\n");
  });
});

describe("pages", () => {
  test("given more than fits, then an error with its code", () => {
    const pages = new Pages(10);
    finish(pages.write("0123456789"));
    expect(pages.text).toBe("0123456789");
    expect(() => finish(pages.write("x"))).toThrow(expect.objectContaining({ code: "EBPF_BUDGET_EXCEEDED" }));
  });

  test("writing much pauses, so that others get their turn", () => {
    const pages = new Pages();
    const writing = [...pages.write("x".repeat(100_000))];
    expect(writing).toEqual([0]);
  });
});
