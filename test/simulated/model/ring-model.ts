import fc from "fast-check";
import { bytes, MapType, type SimulatedRuntime } from "../../../src/index.ts";
import { agree, CPUS, outcome, Program, perf, ring } from "./subject.ts";

const SIZE = 4096;
const HEADER = 8;
export const ringOperations = fc.array(
  fc.record({
    kind: fc.constantFrom("write", "write", "write", "program write", "program write", "read", "cpu"),
    length: fc.oneof(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 900, max: 4100 })),
    count: fc.nat({ max: 3 }),
  }),
  { maxLength: 30 },
);

type Operations = typeof ringOperations extends fc.Arbitrary<infer T> ? T : never;

/** A ring buffer or perf event array beside lists of lengths: what fits is read again in order, the rest is lost. */
export async function runRing(runtime: SimulatedRuntime, type: number, operations: Operations): Promise<void> {
  const isPerf = type === MapType.PERF_EVENT_ARRAY;
  runtime.cpu = 0;
  const key = bytes(isPerf ? 4 : 0);
  const map = runtime.createMap({ type, key, value: bytes(isPerf ? 4 : 0), maxEntries: SIZE });
  const program = await Program.load(runtime, map, isPerf ? perf : ring);
  const lists = Array.from({ length: isPerf ? CPUS : 1 }, (): number[] => []);
  const used = (list: readonly number[]) => list.reduce((sum, each) => sum + space(each), 0);
  try {
    for (const { kind, length, count } of operations) {
      const list = lists[isPerf ? runtime.cpu : 0];
      if (kind === "cpu") runtime.cpu = count % CPUS;
      else if (kind === "read") {
        let left = count;
        if (left === 0) continue;
        map.consume(({ data, cpu }) => {
          agree("record", data.length, lists[cpu].shift());
          return --left > 0;
        });
      } else {
        const refused = length === 0 || space(length) > SIZE ? -6 : used(list) + space(length) > SIZE ? -12 : 0;
        if (kind === "write") {
          const code = refused === -6 ? "EBPF_INVALID_ARGUMENT" : refused === -12 ? "EBPF_NO_MEMORY" : undefined;
          agree(
            "write",
            outcome(() => runtime.engine.writeRing(map.handle, new Uint8Array(length))),
            code,
          );
        } else {
          agree("program write", program.ask(1, { flags: length, room: length }).result, refused);
        }
        if (refused === 0) list.push(length);
      }
    }
    map.consume(({ data, cpu }) => agree("record at the end", data.length, lists[cpu].shift()));
    agree("records left", lists.flat(), []);
  } finally {
    program.close();
    map.close();
  }
}

/** Bytes that a record takes: its header, and whole units of 8. */
function space(length: number): number {
  return Math.ceil((HEADER + length) / 8) * 8;
}
