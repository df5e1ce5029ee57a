// Opens and closes objects, and works on a map: CYCLES and OPERATIONS as arguments. Prints what there was of handles,
// descriptors and memory before and after.
import { readdirSync } from "node:fs";
import { addon, createHash, createRing, load } from "./addon.mjs";

const [cycles = 1000, operations = 100_000] = process.argv.slice(2).map(Number);

async function cycle() {
  const map = createHash(10);
  const channel = addon.openMap(map);
  channel.update(0);
  const copy = addon.duplicate(map);
  addon.info(copy, "map");
  const ringMap = createRing();
  const { ring } = addon.openRing(ringMap);
  const id = addon.listen(ring, () => {});
  addon.unlisten(id);
  addon.closeRing(ring);
  const program = await load();
  addon.bindMap(program, map);
  for (const object of [map, copy, ringMap, program]) addon.close(object);
}

function work(count) {
  const map = createHash(100);
  const channel = addon.openMap(map);
  const view = new DataView(channel.buffer);
  for (let i = 0; i < count; i++) {
    view.setUint32(0, i % 100, true);
    channel.update(0);
    channel.lookup();
    if (i % 3 === 0) channel.remove();
  }
  addon.close(map);
}

async function settled() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    await new Promise((done) => setTimeout(done, 20));
  }
  return {
    ...addon.count(),
    files: readdirSync("/proc/self/fd").length,
    megabytes: process.memoryUsage().rss / 2 ** 20,
  };
}

// The first ones fill caches and start threads.
for (let i = 0; i < 300; i++) await cycle();
work(50_000);
const before = await settled();
for (let i = 0; i < cycles; i++) await cycle();
work(operations);
console.log(JSON.stringify({ before, after: await settled() }));
