import fc from "fast-check";
import { bytes, MapType, type SimulatedRuntime, u64 } from "../../../src/index.ts";
import { agree, keyed, outcome, Program } from "./subject.ts";

/** Addresses of one byte that matters, behind a prefix of 24 bits that is always the same. */
const length = fc.integer({ min: 22, max: 33 });
const prefix = fc.record({ length, last: fc.nat({ max: 255 }) });
export const prefixOperations = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom("set", "program set"), prefix, value: fc.bigInt({ min: 1n, max: 99n }) }),
    fc.record({
      kind: fc.constantFrom("get", "program get", "delete", "program delete", "count"),
      prefix,
      value: fc.constant(0n),
    }),
  ),
  { maxLength: 30 },
);

type Operations = typeof prefixOperations extends fc.Arbitrary<infer T> ? T : never;
const LONGEST = 32;

const bytesOf = ({ length: bits, last }: { length: number; last: number }) =>
  Uint8Array.of(bits, 0, 0, 0, 10, 1, 2, last);

/** The bits of an address that a prefix of so many keeps, as text. */
function bits(count: number, last: number): string {
  const all = [10, 1, 2, last].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return all.slice(0, count);
}

/** An LPM trie beside a list of prefixes as bits: the longest that the key begins with, and is no longer than it. */
export async function runPrefixes(runtime: SimulatedRuntime, operations: Operations): Promise<void> {
  const map = runtime.createMap({ type: MapType.LPM_TRIE, key: bytes(8), value: u64, maxEntries: 64 });
  const program = await Program.load(runtime, map, keyed);
  const model = new Map<string, bigint>();
  const longest = (key: string) => {
    for (let count = key.length; count >= 0; count--) {
      const value = model.get(key.slice(0, count));
      if (value !== undefined) return value;
    }
    return undefined;
  };
  try {
    for (const { kind, prefix: wanted, value } of operations) {
      const key = bytesOf(wanted);
      const text = bits(wanted.length, wanted.last);
      const isTooLong = wanted.length > LONGEST;
      if (kind === "set") {
        const answer = outcome(() => void map.set(key, value));
        agree("set", answer, isTooLong ? "EBPF_INVALID_ARGUMENT" : undefined);
        if (!isTooLong) model.set(text, value);
      } else if (kind === "program set") {
        agree("program set", program.ask(1, { key, value }).result, isTooLong ? -6 : 0);
        if (!isTooLong) model.set(text, value);
      } else if (kind === "get") {
        agree(
          "get",
          outcome(() => map.get(key)),
          isTooLong ? "EBPF_INVALID_ARGUMENT" : longest(text),
        );
      } else if (kind === "program get") {
        const { result, value: found } = program.ask(0, { key });
        agree("program get", result === 0 ? undefined : found, isTooLong ? undefined : longest(text));
      } else if (kind === "delete") {
        agree(
          "delete",
          outcome(() => map.delete(key)),
          isTooLong ? "EBPF_INVALID_ARGUMENT" : model.delete(text),
        );
      } else if (kind === "program delete") {
        agree("program delete", program.ask(2, { key }).result, isTooLong ? -6 : model.delete(text) ? 0 : -19);
      } else {
        agree("count", map.count(), model.size);
      }
    }
  } finally {
    program.close();
    map.close();
  }
}
