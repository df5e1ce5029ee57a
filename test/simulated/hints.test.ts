import { expect, it } from "vitest";
import { MapType, type Runtime, simulate, u32 } from "../../src/index.ts";

const array = (kernel: Runtime) => kernel.createMap({ type: MapType.ARRAY, key: u32, value: u32, maxEntries: 2 });
const hash = (kernel: Runtime) => kernel.createMap({ type: MapType.HASH, key: u32, value: u32, maxEntries: 2 });

// The same hints as over a kernel: what is learned here holds there.
it.each<[string, (kernel: Runtime) => unknown, RegExp]>([
  ["a key that is there is made", (kernel) => hash(kernel).set(1, 1).set(1, 1, "create"), /"replace"/],
  ["a key that is not there is replaced", (kernel) => hash(kernel).set(1, 1, "replace"), /"create"/],
  ["an index is beyond the end", (kernel) => array(kernel).set(2, 1), /keys are 0 to 1/],
  [
    "a queue is full",
    (kernel) => kernel.createMap({ type: MapType.QUEUE, value: u32, maxEntries: 1 }).push(1).push(1),
    /Read or delete/,
  ],
  [
    "a ring's size is none",
    (kernel) => kernel.createMap({ type: MapType.RINGBUF, maxEntries: 1000 }),
    /power of two from 4096/,
  ],
  ["records are read where there are none", (kernel) => hash(kernel).consume(() => true), /RINGBUF/],
  ["a path is taken", (kernel) => hash(kernel).pin("BPF:\\x").pin("BPF:\\x"), /unpin/],
  ["nothing is pinned", (kernel) => kernel.unpin("BPF:\\x"), /runtime\.pins\(\)/],
  ["nothing is pinned that could be opened", (kernel) => kernel.openPinnedMap("BPF:\\x"), /runtime\.pins\(\)/],
])("given that %s, then the hint says what to do", (_, work, hint) => {
  using kernel = simulate();
  expect(() => work(kernel)).toThrow(expect.objectContaining({ hint: expect.stringMatching(hint) }));
});

it("given a path in an error, then it is spelled as it was given", () => {
  using kernel = simulate();
  expect(() => kernel.unpin("BPF:\\a\\b")).toThrow('Nothing is pinned to "BPF:\\a\\b"');
});
