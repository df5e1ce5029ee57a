import { expect, test } from "vitest";
import { parse, parsing } from "../../src/elf/index.ts";
import { simulate } from "../../src/index.ts";
import { CODE_FLAGS, code, writeElf } from "./elf-writer.ts";

/** An object of that many programs of two instructions. */
function programs(count: number): Uint8Array {
  const names = Array.from({ length: count }, (_, at) => `program${at}`);
  return writeElf({
    sections: names.map((name) => ({
      name: `xdp/${name}`,
      flags: CODE_FLAGS,
      bytes: code("b700000000000000", "9500000000000000"),
    })),
    symbols: names.map((name) => ({ name, section: `xdp/${name}` })),
  });
}

test("given an object of many programs, then reading it pauses with each of them", () => {
  const work = parsing(programs(300));
  let pauses = 0;
  let step = work.next();
  for (; step.done !== true; step = work.next()) pauses++;
  expect(pauses).toBeGreaterThanOrEqual(300);
  expect(step.value).toEqual(parse(programs(300)));
});

test("given an object's bytes, when they are loaded, then others have their turn before and between programs", async () => {
  const runtime = simulate();
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const object = await runtime.load(programs(50));
  isOver = true;
  expect(object.programs.size).toBe(50);
  expect(turns).toBeGreaterThan(50);
  runtime.close();
});
