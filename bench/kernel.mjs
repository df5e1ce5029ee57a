// Rates of the simulated kernel: map calls from JavaScript beside a JavaScript Map and beside C over libbpf, records of a
// ring buffer, connections, and packets through XDP programs.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bytes, MapType, parse, simulate, u32, u64 } from "../lib/index.js";
import { assemble } from "../lib/isa/index.js";
import { connectionRates } from "./connections.mjs";

const programs = resolve(import.meta.dirname, "../test/programs");
const RUNS = 5;
const ENTRIES = 1024;

/** Median of five runs, in nanoseconds per operation; `work(count)` does `count` operations. */
function time(count, work) {
  work(Math.ceil(count / 10));
  return median(Array.from({ length: RUNS }, () => once(count, work)));
}

function once(count, work) {
  const start = process.hrtime.bigint();
  work(count);
  return Number(process.hrtime.bigint() - start) / count;
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}

/**
 * drivers/libbpf-map.c, compiled into a folder that is taken away at the end; undefined, with a line that says why, where
 * it cannot be compiled or the kernel does not let it make maps.
 */
function libbpfDriver() {
  const folder = mkdtempSync(join(tmpdir(), "winbpf-bench-"));
  const path = join(folder, "libbpf-map");
  const source = resolve(import.meta.dirname, "drivers/libbpf-map.c");
  const built = spawnSync("cc", ["-O2", "-o", path, source, "-lbpf"], { encoding: "utf8" });
  const works = built.status === 0 && spawnSync(path, ["1"]).status === 0;
  if (!works) console.error("kernel: no C beside it: that needs cc, libbpf-dev and root on Linux");
  return {
    /** Nanoseconds by name, `"hash get"`. */
    run: works
      ? (count) => {
          const lines = execFileSync(path, [String(count)], { encoding: "utf8" })
            .trim()
            .split("\n");
          return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
        }
      : undefined,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Rows `{ name, nanoseconds, peer?, peerNanoseconds?, ratio? }`; `quick` makes the runs ten times shorter. */
export async function kernelBench({ quick = false } = {}) {
  return [
    ...mapRates(quick),
    ...(await ringRates(quick)),
    ...(await connectionRates({ quick })),
    ...(await packetRates(quick)),
  ];
}

/** Map calls in turns with a JavaScript `Map` and with C: a busy machine slows all of a turn. */
function mapRates(quick) {
  const count = quick ? 20_000 : 200_000;
  const plain = new Map();
  for (let i = 0; i < ENTRIES; i++) plain.set(i, BigInt(i));
  let sink = 0n;
  const works = {
    "JavaScript Map get": (n) => {
      for (let i = 0; i < n; i++) sink += plain.get(i % ENTRIES);
    },
  };
  const runtime = simulate();
  for (const kind of ["hash", "array"]) {
    const type = kind === "hash" ? MapType.HASH : MapType.ARRAY;
    const map = runtime.createMap({ name: kind, type, key: u32, value: u64, maxEntries: ENTRIES });
    for (let i = 0; i < ENTRIES; i++) map.set(i, BigInt(i));
    works[`${kind} get`] = (n) => {
      for (let i = 0; i < n; i++) sink += map.get(i % ENTRIES);
    };
    works[`${kind} set`] = (n) => {
      for (let i = 0; i < n; i++) map.set(i % ENTRIES, 7n);
    };
  }
  const driver = libbpfDriver();
  const times = new Map();
  const note = (name, nanoseconds) => times.set(name, [...(times.get(name) ?? []), nanoseconds]);
  for (const work of Object.values(works)) work(count);
  for (let run = 0; run < RUNS; run++) {
    for (const [name, work] of Object.entries(works)) note(name, once(count, work));
    for (const [name, nanoseconds] of driver.run?.(count) ?? []) note(`C ${name}`, nanoseconds);
  }
  driver.remove();
  runtime.close();
  if (sink === 0n) throw new Error("nothing was read");
  const of = (name) => median(times.get(name));
  const ratio = (name, peer) => median(times.get(name).map((each, run) => each / times.get(peer)[run]));
  const rows = [{ name: "JavaScript Map: get", nanoseconds: of("JavaScript Map get") }];
  for (const name of Object.keys(works).slice(1)) {
    const peer = times.has(`C ${name}`) ? `C ${name}` : "JavaScript Map get";
    const title = `${name.replace(" ", " map: ")}, u32 → u64${name.endsWith("get") ? " decoded" : ""}`;
    const peerName = peer.startsWith("C ") ? "C over libbpf" : "JavaScript Map";
    rows.push({
      name: title,
      nanoseconds: of(name),
      peer: peerName,
      peerNanoseconds: of(peer),
      ratio: ratio(name, peer),
    });
  }
  return rows;
}

const RECORD = `lddw %r1, 0
mov %r6, 7
stxdw [%r10-32], %r6
stxdw [%r10-24], %r6
stxdw [%r10-16], %r6
stxdw [%r10-8], %r6
mov %r2, %r10
add %r2, -32
mov %r3, 32
mov %r4, 0
call 11
mov %r0, 1
exit`;

/** Records of 32 bytes from the program that writes them to the script that reads them. */
async function ringRates(quick) {
  const runtime = simulate();
  const { engine } = runtime;
  const events = runtime.createMap({ type: MapType.RINGBUF, key: bytes(0), value: bytes(0), maxEntries: 1 << 20 });
  const code = assemble(RECORD);
  code[1] |= 0x10;
  const maps = [{ slot: 0, map: events.handle }];
  const program = await engine.loadProgram({ name: "write", type: "xdp", section: "xdp", code, lines: [], maps });
  const each = 20_000;
  const times = quick ? 1 : 10;
  const write = () => engine.testRun(program, { data: new Uint8Array(64), repeat: each });
  let seen = 0;
  const forms = {
    "a callback": async () => {
      await write();
      events.consume(() => {
        seen++;
      });
    },
    "an async iterator": async () => {
      await write();
      const stop = new AbortController();
      let left = each;
      for await (const _ of events.records({ signal: stop.signal })) {
        seen++;
        if (--left === 0) break;
      }
    },
  };
  const rows = [];
  for (const [name, form] of Object.entries(forms)) {
    await form();
    const runs = [];
    for (let run = 0; run < RUNS; run++) {
      const start = process.hrtime.bigint();
      for (let time = 0; time < times; time++) await form();
      runs.push(Number(process.hrtime.bigint() - start) / (times * each));
    }
    const nanoseconds = median(runs);
    const rate = `${(1e3 / nanoseconds).toFixed(2)} million/s`;
    rows.push({ name: `ring buffer, 32-byte records, by ${name} (${rate})`, nanoseconds, unit: "event" });
  }
  if (seen !== 2 * each * (1 + RUNS * times)) throw new Error(`${seen} records came`);
  runtime.close();
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
