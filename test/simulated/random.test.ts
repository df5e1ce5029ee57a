import { expect, test } from "vitest";
import { Kernel, SimulatedEngine } from "../../src/simulated/index.ts";
import { loadAssembly } from "./program.ts";

/** Four random numbers, mixed so that their order counts. */
const program = `mov %r6, 0
mov %r7, 4
mul %r6, 31
call 6
add %r6, %r0
add %r7, -1
jne %r7, 0, -5
mov %r0, %r6
exit`;

async function numbers(how: "interpreter" | "compiled", seed: number): Promise<number[]> {
  const engine = new SimulatedEngine(new Kernel({ engine: how, seed }), "test");
  const handle = await loadAssembly(engine, program);
  const all: number[] = [];
  for (let round = 0; round < 5; round++) {
    all.push((await engine.testRun(handle, { data: new Uint8Array(14), repeat: 3 })).returnValue);
    // Others take numbers of the same sequence in between.
    all.push(engine.kernel.random.next());
  }
  return all;
}

test("given a seed, then programs get the same random numbers whether they are compiled or interpreted", async () => {
  for (const seed of [0, 1, -1, 12_345]) {
    const [interpreted, compiled] = [await numbers("interpreter", seed), await numbers("compiled", seed)];
    expect(compiled).toEqual(interpreted);
    expect(new Set(interpreted).size).toBe(interpreted.length);
  }
});

test("given other seeds, then other numbers", async () => {
  expect(await numbers("compiled", 1)).not.toEqual(await numbers("compiled", 2));
});
