import fc from "fast-check";
import { bytes, type SimulatedRuntime, u64 } from "../../../src/index.ts";
import { agree, outcome, Program, unkeyed } from "./subject.ts";

const CAPACITY = 3;
export const queueOperations = fc.array(
  fc.record({
    kind: fc.constantFrom("push", "push", "pop", "peek"),
    byProgram: fc.boolean(),
    replace: fc.boolean(),
    value: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
  }),
  { maxLength: 30 },
);

type Operations = typeof queueOperations extends fc.Arbitrary<infer T> ? T : never;

/** A queue or a stack beside a list, of which the first drops out when a full one is pushed to with `replace`. */
export async function runQueue(runtime: SimulatedRuntime, type: number, isStack: boolean, operations: Operations) {
  const map = runtime.createMap({ type, key: bytes(0), value: u64, maxEntries: CAPACITY });
  const program = await Program.load(runtime, map, unkeyed);
  const model: bigint[] = [];
  const next = () => (isStack ? model.at(-1) : model[0]);
  try {
    for (const { kind, byProgram, replace, value } of operations) {
      if (kind === "push") {
        const isRefused = model.length === CAPACITY && !replace;
        if (byProgram) {
          agree("program push", program.ask(1, { flags: replace ? 2 : 0, value }).result, isRefused ? -29 : 0);
        } else {
          agree(
            "push",
            outcome(() => void map.push(value, { replace })),
            isRefused ? "EBPF_NO_SPACE" : undefined,
          );
        }
        if (isRefused) continue;
        if (model.length === CAPACITY) model.shift();
        model.push(value);
        continue;
      }
      if (byProgram) {
        const { result, value: found } = program.ask(kind === "pop" ? 0 : 2, {});
        agree(`program ${kind}`, result === 0 ? found : result, next() ?? -7);
      } else {
        agree(kind, kind === "pop" ? map.pop() : map.peek(), next());
      }
      if (kind !== "pop") continue;
      if (isStack) model.pop();
      else model.shift();
    }
  } finally {
    program.close();
    map.close();
  }
}
