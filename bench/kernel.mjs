// Rates of the simulated kernel: map calls from JavaScript beside a JavaScript Map, and packets through XDP programs.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { MapType, parse, simulate, u32, u64 } from "../lib/index.js";
import { connectionRates } from "./connections.mjs";

const programs = resolve(import.meta.dirname, "../test/programs");

/** Median of five runs, in nanoseconds per operation; `work(count)` does `count` operations. */
function time(count, work) {
  work(Math.ceil(count / 10));
  const runs = Array.from({ length: 5 }, () => {
    const start = process.hrtime.bigint();
    work(count);
    return Number(process.hrtime.bigint() - start) / count;
  });
  return runs.sort((a, b) => a - b)[2];
}

/** Rows `{ name, nanoseconds, peer?, ratio? }`; `quick` makes the runs ten times shorter. */
export async function kernelBench({ quick = false } = {}) {
  const count = quick ? 20_000 : 200_000;
  const plain = new Map();
  for (let i = 0; i < 1024; i++) plain.set(i, BigInt(i));
  let sink = 0n;
  const baseline = time(count * 10, (n) => {
    for (let i = 0; i < n; i++) sink += plain.get(i & 1023);
  });
  const rows = [{ name: "JavaScript Map: get", nanoseconds: baseline }];
  for (const [kind, type] of [
    ["hash", MapType.HASH],
    ["array", MapType.ARRAY],
  ]) {
    const runtime = simulate();
    const map = runtime.createMap({ name: kind, type, key: u32, value: u64, maxEntries: 1024 });
    for (let i = 0; i < 1024; i++) map.set(i, BigInt(i));
    const get = time(count, (n) => {
      for (let i = 0; i < n; i++) sink += map.get(i & 1023);
    });
    const set = time(count, (n) => {
      for (let i = 0; i < n; i++) map.set(i & 1023, 7n);
    });
    rows.push(
      { name: `${kind} map: get, u32 → u64 decoded`, nanoseconds: get, peer: "JavaScript Map", ratio: get / baseline },
      { name: `${kind} map: set`, nanoseconds: set, peer: "JavaScript Map", ratio: set / baseline },
    );
    runtime.close();
  }
  rows.push(...(await packetRates(quick)), ...(await connectionRates({ quick })));
  if (sink === 0n) throw new Error("nothing was read");
  return rows;
}

async function packetRates(quick) {
  const spec = parse(await readFile(resolve(programs, "count_ports.o")));
  const frame = new Uint8Array(64);
  const view = new DataView(frame.buffer);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint8(23, 17);
  view.setUint16(36, 53);
  const runtime = simulate();
  const object = await runtime.load(spec);
  await object.programs.get("count_ports").attach({ ifIndex: 1 });
  const nanoseconds = time(quick ? 20_000 : 200_000, (n) => {
    for (let i = 0; i < n; i++) runtime.network.receive(1, frame);
  });
  runtime.close();
  return [{ name: "count_ports, one 64-byte UDP packet", nanoseconds }];
}
