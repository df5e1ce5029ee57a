import fc from "fast-check";
import { describe, it } from "vitest";
import { MapType, type SimulatedRuntime, simulate } from "../../../src/index.ts";
import { KeyedModel, keyedKinds, operations } from "./keyed-models.ts";
import { prefixOperations, runPrefixes } from "./prefix-model.ts";
import { queueOperations, runQueue } from "./queue-model.ts";
import { referenceOperations, runReferences } from "./reference-model.ts";
import { ringOperations, runRing } from "./ring-model.ts";
import { CPUS } from "./subject.ts";

// Sequences for all kinds together, and where they begin: `npm run fuzz -- kernel` gives others.
const sequences = Number(process.env["WINBPF_MODEL_SEQUENCES"] ?? 10_000);
const seed = Number(process.env["WINBPF_MODEL_SEED"] ?? 1);

type Check = (runtime: SimulatedRuntime) => fc.IAsyncProperty<unknown>;

const checks: readonly (readonly [name: string, check: Check])[] = [
  ...Object.entries(keyedKinds).map(([name, kind]): [string, Check] => [
    name,
    (runtime) => fc.asyncProperty(operations, (list) => KeyedModel.run(kind, runtime, list)),
  ]),
  ["LPM trie", (runtime) => fc.asyncProperty(prefixOperations, (list) => runPrefixes(runtime, list))],
  ["queue", (runtime) => fc.asyncProperty(queueOperations, (list) => runQueue(runtime, MapType.QUEUE, false, list))],
  ["stack", (runtime) => fc.asyncProperty(queueOperations, (list) => runQueue(runtime, MapType.STACK, true, list))],
  ...(
    [
      ["ring buffer", MapType.RINGBUF],
      ["perf event array", MapType.PERF_EVENT_ARRAY],
    ] as const
  ).map(([name, type]): [string, Check] => [
    name,
    (runtime) => fc.asyncProperty(ringOperations, (list) => runRing(runtime, type, list)),
  ]),
  ...(
    [
      ["prog array", MapType.PROG_ARRAY],
      ["array of maps", MapType.ARRAY_OF_MAPS],
      ["hash of maps", MapType.HASH_OF_MAPS],
    ] as const
  ).map(([name, type]): [string, Check] => [
    name,
    (runtime) => fc.asyncProperty(referenceOperations, (list) => runReferences(runtime, type, list)),
  ]),
];

describe(`maps beside their models, seed ${seed}`, () => {
  it.each(checks)(
    "given any sequence of calls on a map of kind %s, by users and programs, then the model agrees",
    async (_, check) => {
      const runtime = simulate({ verify: false, cpus: CPUS, engine: "interpreter" });
      // A failure prints its seed, its path and the shortest sequence that fails.
      await fc.assert(check(runtime), { numRuns: Math.ceil(sequences / checks.length), seed });
      runtime.close();
    },
  );
});
