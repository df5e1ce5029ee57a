// The addon on Linux' kernel, beside a C loop over libbpf in the same run, in turns. CPU time of the process: other work
// on the machine counts less so. Needs root, libbpf's headers and a C compiler.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
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
    return [...(await mapRows(runtime, peer, quick ? 3 : 7)), await ringRow(runtime, quick ? 3 : 10)];
  } finally {
    runtime.close();
    rmSync(folder, { recursive: true });
  }
}

/** What runs the C loop; undefined where it cannot be built. */
function buildPeer(folder) {
  const program = join(folder, "peer");
  const source = join(root, "bench", "native-peer.c");
  const { status } = spawnSync("cc", ["-O2", source, "-o", program, "-lbpf"], { stdio: "ignore" });
  if (status !== 0) return undefined;
  return () => spawnSync(program, { encoding: "utf8" }).stdout.split(" ").map(Number);
}

async function mapRows(runtime, peer, rounds) {
  const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 2 * ENTRIES });
  map.setMany(Array.from({ length: ENTRIES }, (_, key) => [key, BigInt(key)]));
  const get = (count) => {
    const start = cpu();
    for (let i = 0; i < count; i++) map.get(i % ENTRIES);
    return (cpu() - start) / count;
  };
  const batch = (count) => {
    const start = cpu();
    let entries = 0;
    for (let i = 0; i < count; i++) for (const part of map.batches(1000)) entries += part.length;
    return (cpu() - start) / entries;
  };
  get(200_000);
  batch(10);
  const times = Array.from({ length: rounds }, () => [get(500_000), batch(20), ...(peer?.() ?? [])]);
  map.close();
  const column = (at) => median(times.map((row) => row[at]));
  const ratio = (at) => (peer === undefined ? undefined : median(times.map((row) => row[at] / row[at + 2])));
  return [
    { name: "map get, u64 decoded", nanoseconds: column(0), unit: "get", peer: "C over libbpf", ratio: ratio(0) },
    {
      name: "batches of 1,000, decoded",
      nanoseconds: column(1),
      unit: "entry",
      peer: "C over libbpf",
      ratio: ratio(1),
    },
  ];
}

async function ringRow(runtime, rounds) {
  const object = await runtime.load(join(root, "test/native/programs/linux_ring.o"));
  const program = object.programs.get("write_ring");
  const ring = object.maps.get("ring");
  const events = 20_000;
  const times = [];
  // The first rounds are V8's to compile what is measured.
  for (let round = -3; round < rounds; round++) {
    await program.run({ data: new Uint8Array(64), repeat: events });
    const start = cpu();
    let seen = 0;
    for await (const _ of ring.records()) if (++seen === events) break;
    if (round >= 0) times.push((cpu() - start) / events);
  }
  object.close();
  return { name: "ring buffer, 32-byte events into JavaScript", nanoseconds: median(times), unit: "event" };
}
