import { expect, test } from "vitest";
import { MapType } from "../../src/platform/index.ts";
import { Kernel, SimulatedEngine } from "../../src/simulated/index.ts";
import { loadAssembly } from "./program.ts";

const MAX_ENTRIES = 20;
const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

/** Adds 10 and the number of the CPU to the value of the key that the packet begins with; 99 where there is none. */
const program = `lddw %r1, 0
mov %r2, %r10
add %r2, -4
stw [%r10-4], 1
ldxdw %r6, [%r7+0]
ldxw %r3, [%r6+0]
stxw [%r10-4], %r3
call 1
jne %r0, 0, +2
mov %r0, 99
exit
mov %r6, %r0
call 8
add %r0, 10
ldxdw %r1, [%r6+0]
add %r1, %r0
stxdw [%r6+0], %r1
mov %r0, %r1
exit`.replace("lddw %r1, 0", "mov %r7, %r1\nlddw %r1, 0");

/** What programs on two CPUs answer one after the other, and what the map holds then. */
async function run(type: number, how: "interpreter" | "compiled") {
  const engine = new SimulatedEngine(new Kernel({ engine: how }), "test");
  const map = engine.createMap({ name: "m", type, keySize: 4, valueSize: 8, maxEntries: MAX_ENTRIES });
  const handle = await loadAssembly(engine, program, [{ slot: 1, map }]);
  const isArray = type === MapType.PERCPU_ARRAY;
  const width = isArray || type === MapType.PERCPU_HASH || type === MapType.LRU_PERCPU_HASH ? 16 : 8;
  const put = (key: number) => engine.update(map, u32(key), new Uint8Array(width), 0);
  for (let key = 1; key < 4; key++) put(key);
  const answers: number[] = [];
  const call = async (key: number, cpu: number) => {
    const data = new Uint8Array(20);
    data.set(u32(key));
    answers.push((await engine.testRun(handle, { data, cpu })).returnValue);
  };
  for (const [key, cpu] of [
    [1, 0],
    [1, 1],
    [1, 1],
    [2, 0],
    [19, 0],
    [77, 1],
    [1, 0],
  ]) {
    await call(key, cpu);
  }
  // New keys drive out those that were not used for long.
  for (let key = 100; key < 125 && !isArray; key++) {
    put(key);
    await call(1 + (key % 3), key & 1);
  }
  const held = [1, 2, 3, 19, 100, 110, 124].map((key) => engine.lookup(map, u32(key)));
  return { answers, held };
}

test.each([
  ["per-CPU array", MapType.PERCPU_ARRAY],
  ["per-CPU hash", MapType.PERCPU_HASH],
  ["hash", MapType.HASH],
  ["LRU hash", MapType.LRU_HASH],
  ["per-CPU LRU hash", MapType.LRU_PERCPU_HASH],
])("given a map of type %s, then compiled code finds what the helper does, on every CPU", async (_, type) => {
  const { answers, held } = await run(type, "compiled");
  expect(answers.slice(5, 6)).toEqual([99]);
  const isPerCpu = type !== MapType.HASH && type !== MapType.LRU_HASH;
  // CPU 0 adds 10, CPU 1 adds 11, to values of their own or to one that they share.
  expect(answers.slice(0, 4)).toEqual(isPerCpu ? [10, 11, 22, 10] : [10, 21, 32, 10]);
  expect({ answers, held }).toEqual(await run(type, "interpreter"));
});

/** The value of the key that the packet is, or 9,999. */
const byPacket =
  "ldxdw %r2, [%r1+0]\nlddw %r1, 0\ncall 1\njeq %r0, 0, +2\nldxw %r0, [%r0+0]\nexit\nmov %r0, 9999\nexit";

test.each([1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 23, 31, 40, 63, 64, 65, 100])(
  "given keys of %s bytes, then compiled code finds those that are there and no others",
  async (keySize) => {
    const answers = await Promise.all(
      (["interpreter", "compiled"] as const).map(async (how) => {
        const engine = new SimulatedEngine(new Kernel({ engine: how }), "test");
        const map = engine.createMap({ name: "m", type: MapType.HASH, keySize, valueSize: 4, maxEntries: 64 });
        const handle = await loadAssembly(engine, byPacket, [{ slot: 1, map }]);
        const keys = Array.from({ length: 60 }, (_, at) => {
          const key = Uint8Array.from({ length: keySize }, (_byte, place) => place * 7);
          // They differ in one byte, each place in turn.
          key[at % keySize] ^= at + 1;
          return key;
        });
        for (const [at, key] of keys.entries()) if (at % 3 !== 0) engine.update(map, key, u32(at), 0);
        const found: number[] = [];
        for (const data of keys) found.push((await engine.testRun(handle, { data })).returnValue);
        return found;
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.slice(0, 6)).toEqual([9999, 1, 2, 9999, 4, 5]);
  },
);
