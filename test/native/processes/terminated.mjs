// Terminates a worker before each of the addon's calls of Node-API that a scenario makes, one worker after the other: see
// test/native/gate/gate.h, which scripts/sanitize.mjs builds in. The number of the first call and a step as arguments.
import { isMainThread, Worker, workerData } from "node:worker_threads";

const ROOM = 0;
const HELD = 1;
const OPEN = 2;

/** The worker that is terminated before call `at`; false once there are no more calls. */
const terminateAt = async (at) => {
  const gate = new Int32Array(new SharedArrayBuffer(12));
  gate[ROOM] = at;
  const worker = new Worker(new URL(import.meta.url), { workerData: gate });
  let error;
  worker.on("error", (thrown) => (error = thrown));
  const ended = new Promise((done) => worker.once("exit", () => done("ended")));
  const turn = () => new Promise((done) => setTimeout(done, 1, "turn"));
  for (;;) {
    if ((await Promise.race([ended, turn()])) === "ended") break;
    if (Atomics.load(gate, HELD) === 0) continue;
    const terminated = worker.terminate();
    Atomics.store(gate, OPEN, 1);
    await terminated;
    break;
  }
  if (error !== undefined) throw error;
  return Atomics.load(gate, HELD) !== 0;
};

if (isMainThread) {
  const { addon } = await import("./addon.mjs");
  const [first = 0, step = 1] = process.argv.slice(2).map(Number);
  let calls = first;
  const before = addon.count();
  while (await terminateAt(calls)) calls += step;
  console.log(JSON.stringify({ before, after: addon.count(), calls }));
} else {
  globalThis.winbpfGate = workerData;
  const { addon, createHash, createRing, library, loadWriter, run } = await import("./addon.mjs");
  const map = createHash();
  addon.info(map, "map");
  addon.kind(map);
  const channel = addon.openMap(map);
  channel.update(0);
  channel.lookup();
  addon.updateBatch(map, new Uint8Array(8), new Uint8Array(16), 2, 0);
  addon.readBatch(map, new ArrayBuffer(400), 4, 1);
  addon.deleteBatch(map, new Uint8Array(8), 2);
  addon.close(addon.openId(library, "map", addon.nextId(library, "map", 0)));
  addon.duplicate(map);
  addon.pin(map, "/nowhere");
  addon.openPin(library, "/nowhere");
  addon.sectionTypes(library, "xdp");
  addon.typeName(library, "map", 1);
  addon.cpus(library);
  addon.loadObject(library, {}, []);
  await addon.loadWholeObject(library, new Uint8Array(8), "", [], [["a", new Uint8Array(8)]], [["a", "b", true, 6]]);
  const ringMap = createRing();
  const { ring } = addon.openRing(ringMap);
  const program = await loadWriter(ringMap);
  addon.info(program, "program");
  const heard = new Promise((done) => addon.listen(ring, done));
  const answer = await run(program, 1);
  if (answer.failed !== undefined) throw new Error(JSON.stringify(answer));
  await heard;
  addon.fillRing(ring, 0, new Uint8Array(64));
  addon.peekRing(ring, 0, new Uint8Array(64));
  addon.consumeRing(ring, 16);
  addon.unlisten(addon.listen(ring, () => {}));
  addon.writeRing(ringMap, new Uint8Array(8), false);
  const failing = {
    type: 6,
    attachType: 0,
    name: "",
    license: "GPL",
    code: new Uint8Array(8),
    flags: 0,
    logBytes: 4096,
  };
  await addon.loadProgram(library, failing, []);
  await addon.createLink(program, 1 << 30, 37);
  await addon.attachHook(program, "raw_tracepoint", "none", 0, 0);
  const perfMap = addon.createMap(library, 4, "", 4, 4, 4, 0, undefined);
  const perf = addon.openPerf(perfMap, 1);
  if (perf.failed !== undefined) throw new Error(JSON.stringify(perf));
  addon.listenPerf(perf, () => {});
  addon.takePerf(perf);
  addon.closePerf(perf);
  addon.renew(library);
  addon.count();
  addon.closeRing(ring);
  process.exit(0);
}
