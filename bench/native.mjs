// The addon on Linux' kernel, beside a C loop over libbpf in the same run, in turns, and beside npm's package `bpf` where
// WINBPF_BENCH_BPF names a folder that it is installed in. CPU time of the process: other work on the machine counts less
// so. Needs root, libbpf's headers and a C compiler.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { MapType, openRuntime, u32, u64 } from "../lib/index.js";

const root = resolve(import.meta.dirname, "..");
const ENTRIES = 10_000;

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
  const folder = mkdtempSync(join(tmpdir(), "winbpf-bench-"));
  try {
    const peer = buildPeer(folder);
    return [
      ...mapRows(runtime, peer, npmPeer(), quick ? 3 : 15),
      ...(await ringRows(runtime, quick ? 3 : 15)),
      loadRow(quick ? 3 : 9),
    ];
  } finally {
    runtime.close();
    rmSync(folder, { recursive: true });
  }
}

/** What runs the C loop; undefined where it cannot be built. */
function buildPeer(folder) {
  const program = join(folder, "peer");
  const source = join(root, "bench/drivers/libbpf-batch.c");
  const { status } = spawnSync("cc", ["-O2", source, "-o", program, "-lbpf"], { stdio: "ignore" });
  if (status !== 0) return undefined;
  return () => spawnSync(program, { encoding: "utf8" }).stdout.split(" ").map(Number);
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

function mapRows(runtime, peer, npm, rounds) {
  const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 2 * ENTRIES });
  map.setMany(Array.from({ length: ENTRIES }, (_, key) => [key, BigInt(key)]));
  const timed = (count, work) => {
    const start = cpu();
    work(count);
    return (cpu() - start) / count;
  };
  const get = (count) => {
    for (let i = 0; i < count; i++) map.get(i % ENTRIES);
  };
  const columns = (count) => {
    let last;
    for (let done = 0; done < count; ) {
      for (const batch of map.columns(1000)) {
        for (let i = 0; i < batch.length; i++) last = batch.value(i);
        done += batch.length;
      }
    }
    return last;
  };
  const batches = (count) => {
    for (let done = 0; done < count; ) for (const batch of map.batches(1000)) done += batch.length;
  };
  const ours = [get, columns, batches];
  for (const work of [...ours, ...(npm === undefined ? [] : [npm])]) work(300_000);
  const times = Array.from({ length: rounds }, () => ({
    ours: ours.map((work) => timed(200_000, work)),
    npm: npm === undefined ? undefined : timed(200_000, npm),
    c: peer?.(),
  }));
  map.close();
  const row = (name, unit, time, reference) => ({
    name,
    nanoseconds: median(times.map(time)),
    unit,
    peer: "C over libbpf",
    ratio: peer === undefined ? undefined : median(times.map((round) => time(round) / round.c[reference])),
  });
  return [
    row("map get, u64 decoded", "get", (round) => round.ours[0], 0),
    ...(npm === undefined ? [] : [row("  npm's bpf, a Buffer, nothing decoded", "get", (round) => round.npm, 0)]),
    row("batches of 1,000, by columns, every value decoded", "entry", (round) => round.ours[1], 1),
    row("batches of 1,000, as arrays of entries", "entry", (round) => round.ours[2], 1),
  ];
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
