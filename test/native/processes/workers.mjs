// Workers hammer one map, wait for rings and run programs, and are terminated in the middle of it, again and again. At
// the end nothing of theirs is left. ROUNDS, WORKERS and MILLISECONDS as arguments.
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { addon, createHash, createRing, library, load, run } from "./addon.mjs";

/** What there is in the whole process. */
const state = () => ({ ...addon.count(), megabytes: process.memoryUsage().rss / 2 ** 20 });

if (isMainThread) {
  const [rounds = 5, workers = 8, milliseconds = 50] = process.argv.slice(2).map(Number);
  const map = createHash(1000);
  const id = new DataView(addon.info(map, "map").bytes.buffer).getUint32(4, true);
  const before = state();
  let operations = 0;
  for (let round = 0; round < rounds; round++) {
    const threads = Array.from(
      { length: workers },
      (_, index) => new Worker(new URL(import.meta.url), { workerData: { id, index } }),
    );
    for (const thread of threads) thread.on("message", (count) => (operations += count));
    await Promise.all(threads.map((thread) => new Promise((done) => thread.once("message", done))));
    await new Promise((done) => setTimeout(done, milliseconds));
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  const after = state();
  console.log(JSON.stringify({ before, after, operations }));
} else {
  const { parentPort } = await import("node:worker_threads");
  const map = addon.openId(library, "map", workerData.id);
  const channel = addon.openMap(map);
  const view = new DataView(channel.buffer);
  const { ring } = addon.openRing(createRing());
  addon.listen(ring, () => {});
  const program = await load();
  const forever = async () => {
    for (;;) await run(program, 10_000);
  };
  forever();
  let key = workerData.index;
  const hammer = () => {
    for (let count = 0; count < 1000; count++) {
      key = (key * 1_103_515_245 + 12_345) >>> 0;
      view.setUint32(0, key % 1000, true);
      view.setBigUint64(channel.valueOffset, BigInt(key), true);
      const result = [channel.update(0), channel.lookup(), channel.next(1), channel.remove()];
      // Others delete the same keys.
      if (result.some((each) => each !== undefined && each !== -2)) throw new Error(`results ${result}`);
    }
    parentPort.postMessage(4000);
    setImmediate(hammer);
  };
  hammer();
}
