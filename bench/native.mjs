// The addon on Linux' kernel, beside a C loop over libbpf on the same map, in turns, and beside npm's package `bpf` where
// WINBPF_BENCH_BPF names a folder that it is installed in. CPU time of the process: other work on the machine counts less
// so. Needs root, libbpf's headers and a C compiler.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { MapType, openRuntime, u32, u64 } from "../lib/index.js";

const root = resolve(import.meta.dirname, "..");
const ENTRIES = 10_000;
/** Of one turn: gets, or entries of batches. */
const CALLS = 50_000;

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

export async function nativeBench({ quick }) {
  let runtime;
  try {
    runtime = openRuntime("libbpf");
  } catch (error) {
    return { lines: [`skipped: ${error.message}`] };
  }
  try {
    return [
      ...(await mapRows(runtime, npmPeer(), quick ? 15 : 75)),
      ...(await ringRows(runtime, quick ? 3 : 15)),
      loadRow(quick ? 3 : 9),
    ];
  } finally {
    runtime.close();
  }
}

/** The C loop on the map of this id; undefined where it cannot be built. */
function startPeer(id) {
  const folder = mkdtempSync(join(tmpdir(), "winbpf-bench-"));
  const program = join(folder, "peer");
  const source = join(root, "bench/drivers/libbpf-batch.c");
  const { status } = spawnSync("cc", ["-O2", source, "-o", program, "-lbpf"], { stdio: "ignore" });
  if (status !== 0) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const child = spawn(program, [String(id)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    /** Nanoseconds of a "lookup" or of a batch's "entry". */
    turn: async (what) => {
      child.stdin.write(what[0]);
      const { value } = await lines.next();
      if (value === undefined) throw new Error("The C loop over libbpf has ended");
      return Number(value);
    },
    stop: () => {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** npm's `bpf`, with a map like ours; undefined where it is not installed or does not load. */
function npmPeer() {
  const folder = process.env.WINBPF_BENCH_BPF;
  if (folder === undefined) return undefined;
  try {
    const bpf = createRequire(join(resolve(folder), "package.json"))("bpf");
    const options = { type: bpf.MapType.HASH, keySize: 4, valueSize: 8, maxEntries: 2 * ENTRIES };
    const map = new bpf.RawMap(bpf.createMap(options));
    const key = Buffer.alloc(4);
    for (let i = 0; i < ENTRIES; i++) {
      key.writeUInt32LE(i);
      map.set(key, Buffer.alloc(8, i));
    }
    return (count) => {
      for (let i = 0; i < count; i++) {
        key.writeUInt32LE(i % ENTRIES);
        map.get(key);
      }
    };
  } catch (error) {
    console.error(`bench: npm's bpf does not load: ${error.message}`);
    return undefined;
  }
}

async function mapRows(runtime, npm, rounds) {
  const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 2 * ENTRIES });
  map.setMany(Array.from({ length: ENTRIES }, (_, key) => [key, BigInt(key)]));
  // Each gives its last value back, so that V8 has to make them.
  const get = (count) => {
    let last;
    for (let i = 0; i < count; i++) last = map.get(i % ENTRIES);
    return last;
  };
  const walk = (count) => {
    let last;
    for (let done = 0; done < count; ) {
      for (const batch of map.batches(1000)) {
        for (const [key, value] of batch) last = key === 0 ? last : value;
        done += batch.length;
      }
    }
    return last;
  };
  const arrays = (count) => {
    let last;
    for (let done = 0; done < count; ) {
      for (const batch of map.batches(1000)) {
        last = batch.toArray();
        done += batch.length;
      }
    }
    return last;
  };
  const subjects = [
    { name: "map get, u64 decoded", work: get, unit: "get", peer: "lookup" },
    { name: "  npm's bpf, a Buffer, nothing decoded", work: npm, unit: "get", peer: "lookup" },
    { name: "batches of 1,000, every key and value decoded", work: walk, unit: "entry", peer: "entry" },
    { name: "  the same, kept as an array of entries", work: arrays, unit: "entry", peer: "entry" },
  ].filter(({ work }) => work !== undefined);
  for (const { work } of subjects) work(300_000);
  const peer = startPeer(map.info.id);
  const times = subjects.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const start = cpu();
      subject.work(CALLS);
      times[index].push({ ours: (cpu() - start) / CALLS, c: await peer?.turn(subject.peer) });
    }
  }
  peer?.stop();
  map.close();
  return subjects.map(({ name, unit }, index) => ({
    name,
    nanoseconds: median(times[index].map(({ ours }) => ours)),
    unit,
    peer: "C over libbpf",
    ratio: peer === undefined ? undefined : median(times[index].map(({ ours, c }) => ours / c)),
  }));
}

async function ringRows(runtime, rounds) {
  const object = await runtime.load(join(root, "test/native/programs/linux_ring.o"));
  const program = object.programs.get("write_ring");
  const ring = object.maps.get("ring");
  const events = 20_000;
  const iterate = async () => {
    let seen = 0;
    for await (const _ of ring.records()) if (++seen === events) break;
  };
  const consume = () => {
    let seen = 0;
    while (seen < events) seen += ring.consume(() => {});
  };
  const rows = [];
  for (const [name, read] of [
    ["for await", iterate],
    ["consume", consume],
  ]) {
    const times = [];
    // The first rounds are V8's to compile what is measured.
    for (let round = -3; round < rounds; round++) {
      await program.run({ data: new Uint8Array(64), repeat: events });
      const start = cpu();
      await read();
      if (round >= 0) times.push((cpu() - start) / events);
    }
    rows.push({ name: `32-byte events of a ring into JavaScript, ${name}`, nanoseconds: median(times), unit: "event" });
  }
  object.close();
  return rows;
}

/** In processes of their own: Node.js loads an addon once. */
function loadRow(rounds) {
  const addon = createRequire(import.meta.url)("node-gyp-build").path(root);
  const script = `const start = process.hrtime.bigint(); require(${JSON.stringify(addon)});
    console.log(Number(process.hrtime.bigint() - start));`;
  const times = Array.from({ length: rounds }, () =>
    Number(spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout),
  );
  return { name: "loading the addon", nanoseconds: median(times), unit: "process" };
}
