import { expect } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import {
  BudgetError,
  type CheckMode,
  type EngineName,
  FaultError,
  link,
  Machine,
  Memory,
  Regions,
} from "../../../src/vm/index.ts";

/** Bytes that r1 points to. */
export const BYTES = 256;
const RUNS = 3;
/** Bytes of memory, for there are many. */
const SMALL = 2 ** 22;

function outcomeOf(run: () => number): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof FaultError || error instanceof BudgetError) return [error.message, error.pc, error.registers];
    throw error;
  }
}

/** Runs a program a few times on `bytes`, which it may change; what can be seen of each run. */
function runs(text: string, bytes: Uint8Array, engine: EngineName, checks: CheckMode, budget?: number) {
  const memory = new Memory({ limit: SMALL });
  const regions = new Regions();
  const start = memory.allocate(BYTES, "data");
  regions.add({ kind: "context", name: "context", start, end: start + BYTES, writable: true });
  const machine = new Machine({ memory, regions, engine, checks });
  const executable = link(assemble(text), { helpers: new Map(), name: "twin" });
  const limits = budget === undefined ? undefined : { instructions: budget };
  const seen = Array.from({ length: RUNS }, () => {
    memory.bytes.set(bytes, start);
    const outcome = outcomeOf(() => machine.run(executable, start, 0, limits));
    return {
      outcome,
      r0: [machine.lo[0], machine.hi[0]],
      instructions: machine.instructions,
      memory: memory.bytes.slice(start, start + BYTES),
    };
  });
  expect(machine.fallbackOf(executable)).toBeUndefined();
  return seen;
}

/** Expects of compiled code, in region mode unless `checks` says otherwise, what the interpreter does. */
export function expectTwins(
  text: string,
  bytes: Uint8Array = new Uint8Array(BYTES),
  { checks = "region", budget }: { checks?: CheckMode; budget?: number } = {},
): void {
  const expected = runs(text, bytes, "interpreter", checks, budget);
  expect(runs(text, bytes, "compiled", checks, budget), text).toEqual(expected);
}
