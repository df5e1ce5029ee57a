import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import { generate } from "../../../src/vm/compiler/index.ts";
import { link, Machine, Memory, Regions } from "../../../src/vm/index.ts";
import { type CompiledExports, instantiate } from "../../../src/vm/webassembly.ts";

const program = assemble("mov %r6, 3\ncall 1\nadd %r6, -1\njne %r6, 0, -3\nmov %r0, 7\nexit");

describe("the gates between compiled code and its machine", () => {
  test("given JavaScript functions in their place, then none can be called: a module has no wrappers for such", () => {
    const executable = link(program, { helpers: new Map([[1, () => {}]]) });
    const options = { area: 65_536, stackTop: 131_072, arenaEnd: 1 << 20, narrow: new Set(), asking: new Set() };
    const { bytes } = generate(executable, { mode: "region", ...options });
    const memory = new Memory();
    memory.allocate(1 << 20, "data");
    const answer = () => 0;
    const imports = { memory: memory.wasm, predict: answer, refuel: answer, helper: answer };
    const { run } = instantiate<CompiledExports>(bytes, imports);
    expect(() => run(0, 0, 0, 1000)).toThrow(TypeError);
  });

  test("given two programs of one machine, then each one's helpers are called by it", () => {
    const machine = new Machine({ memory: new Memory(), regions: new Regions(), engine: "compiled" });
    const calls = [0, 0];
    const programs = calls.map((_, at) => {
      const helper = () => {
        calls[at]++;
      };
      return link(program, { helpers: new Map([[1, helper]]) });
    });
    for (const at of [0, 1, 0]) expect(machine.run(programs[at], 0)).toBe(7);
    expect(calls).toEqual([6, 3]);
    expect(programs.map((one) => machine.fallbackOf(one))).toEqual([undefined, undefined]);
  });
});
