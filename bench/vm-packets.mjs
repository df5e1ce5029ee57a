// One packet at a time: a parser by the call, repeated, in batches; and a capture through winbpf run.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, simulate } from "../lib/index.js";
import { CaptureWriter } from "../lib/net/index.js";
import { DESCRIPTOR_BYTES, descriptor, link, Machine, Memory, Regions } from "../lib/vm/index.js";
import { FRAME, frame } from "./frame.mjs";
import { median } from "./vm-programs.mjs";
import { accessesProvedOf } from "./vm-proofs.mjs";

const ROUNDS = 5;
/** Packets of a batch that lie in memory beside each other. */
const BATCH = 128;
/** Invocations of a spell: short enough to be left alone by other processes now and then. */
const COUNT = 2048;
const WARM_MILLISECONDS = 150;
const object = resolve(import.meta.dirname, "programs/packet.o");

function world(code, { proof, ...options }) {
  const memory = new Memory();
  const regions = new Regions();
  const machine = new Machine({ memory, regions, ...options });
  const executable = link(code, { helpers: new Map(), ...(proof === undefined ? {} : { proof }) });
  const context = memory.allocate(32, "data");
  regions.add({ kind: "context", name: "context", start: context, end: context + 32, writable: true });
  const packets = memory.allocate(FRAME * BATCH, "data");
  const region = regions.add({ kind: "packet", name: "packet", start: packets, end: packets + FRAME, writable: true });
  const descriptors = memory.allocate(DESCRIPTOR_BYTES * BATCH, "metadata");
  for (let index = 0; index < BATCH; index++) {
    memory.bytes.set(frame(0), packets + FRAME * index);
    memory.data.setUint32(descriptors + DESCRIPTOR_BYTES * index + descriptor.address, packets + FRAME * index, true);
    memory.data.setUint32(descriptors + DESCRIPTOR_BYTES * index + descriptor.length, FRAME, true);
  }
  const aim = () => {
    regions.move(region, packets, packets + FRAME);
    memory.data.setUint32(context, packets, true);
    memory.data.setUint32(context + 8, packets + FRAME, true);
  };
  const inMemory = { descriptors, region, template: new Uint8Array(32), pointers: { data: 0, end: 8, meta: 16 } };
  const enter = (index) => regions.move(region, packets + FRAME * index, packets + FRAME * (index + 1));
  return {
    machine,
    single: (count) => {
      aim();
      let sum = 0;
      for (let call = 0; call < count; call++) sum += machine.run(executable, context);
      return sum;
    },
    repeat: (count) => {
      aim();
      machine.runSeries(executable, { next: 0, end: count, context, enter: () => {} });
    },
    batch: (count) => {
      for (let left = count; left > 0; left -= BATCH) {
        machine.runSeries(executable, { next: 0, end: BATCH, context, packets: inMemory, enter });
      }
    },
  };
}

/** The best of many short spells, nanoseconds an invocation: a longer one is not left alone by other processes. */
function best(work, count, spells) {
  let least = Number.POSITIVE_INFINITY;
  for (let spell = 0; spell < spells; spell++) {
    const start = process.hrtime.bigint();
    work(count);
    least = Math.min(least, Number(process.hrtime.bigint() - start) / count);
  }
  return least;
}

/** The same for uBPF's JIT: `{ single, sum }`, nanoseconds and what all calls of a spell returned. */
function ubpfInvocation(driver, folder, code, spells) {
  const file = join(folder, "packet.code");
  const data = join(folder, "packet.data");
  writeFileSync(file, code);
  writeFileSync(data, frame(0));
  const args = ["jit", file, data, String(spells), String(COUNT)];
  const lines = execFileSync(driver, args, { encoding: "utf8", stdio: "pipe" }).trim().split("\n");
  const rounds = lines.map((line) => line.split(" ").map(Number));
  return { single: Math.min(...rounds.map(([nanoseconds]) => nanoseconds / COUNT)), sum: rounds[0][1] };
}

/** Runs something until V8, which compiles beside it, has had time to. */
function warmUp(work) {
  for (const end = performance.now() + WARM_MILLISECONDS; performance.now() < end; ) work(COUNT);
}

/** In a process of its own, where V8 has seen no other compiled code at the same calls: `{ single, repeat, batch }`. */
export function invocations(options, spells) {
  const [{ code }] = parse(readFileSync(object)).programs;
  const { single, repeat, batch, machine } = world(code, options);
  const count = options.engine === "interpreter" ? COUNT / 4 : COUNT;
  for (const work of [single, repeat, batch]) warmUp(work);
  return {
    sum: single(COUNT),
    single: best(single, count, spells),
    repeat: best(repeat, count, spells),
    batch: best(batch, count, spells),
    instructions: machine.instructions,
  };
}

function apart(options, spells) {
  const source = `import { invocations } from ${JSON.stringify(import.meta.url)};
    console.log(JSON.stringify(invocations(${JSON.stringify(options)}, ${spells})));`;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8" }));
}

/** A million packets that lie in memory; and the same from file to file, by the command line. */
function replays(quick) {
  const count = quick ? 50_000 : 1_000_000;
  const writer = new CaptureWriter({ resolution: "microseconds" });
  const runtime = simulate({ engine: "compiled" });
  const batch = runtime.network.batch({ packets: count, bytes: count * FRAME });
  for (let number = 0; number < count; number++) {
    const bytes = frame(number);
    batch.add(bytes);
    writer.write(bytes, 1_700_000_000_000_000_000n + 1000n * BigInt(number));
  }
  const inMemory = async () => {
    const { programs } = await runtime.load(parse(readFileSync(object)));
    await programs.get("packet").attach({ ifIndex: 1 });
    const seconds = Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      batch.receive(1);
      return (performance.now() - start) / 1000;
    });
    return { packets: count, perSecond: count / median(seconds), best: count / Math.min(...seconds) };
  };
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "winbpf-replay-"));
  const endToEnd = () => {
    const pcap = join(folder, "in.pcap");
    writeFileSync(pcap, Buffer.concat(writer.drain()));
    const main = resolve(import.meta.dirname, "../lib/cli/main.js");
    const args = [main, "run", object, "--pcap", pcap, "--out", join(folder, "out.pcap"), "--json"];
    const rounds = Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
      return { whole: (performance.now() - start) / 1000, own: JSON.parse(stdout).seconds };
    });
    return {
      packets: count,
      perSecond: count / median(rounds.map(({ own }) => own)),
      /** The process from its start to its end, verification and compilation included. */
      perSecondOfProcess: count / median(rounds.map(({ whole }) => whole)),
      best: count / Math.min(...rounds.map(({ own }) => own)),
    };
  };
  return (async () => {
    try {
      return { memory: await inMemory(), file: endToEnd() };
    } finally {
      runtime.close();
      rmSync(folder, { recursive: true });
    }
  })();
}

/** `proved`: with the checks of `region`, but for what the verifier proved. */
async function enginesOf() {
  const region = { engine: "compiled", checks: "region" };
  return {
    region,
    proved: { ...region, proof: await accessesProvedOf("packet", true) },
    none: { engine: "compiled", checks: "none" },
    interpreter: { engine: "interpreter" },
  };
}
const ways = ["single", "repeat", "batch"];

/**
 * Nanoseconds an invocation, and ratios to uBPF's JIT: all take turns, five times, and each ratio is the median of those
 * of one turn, for the machine does not run at one speed all the time. Of a turn, the best spell counts.
 */
function invocationTimes(engines, { driver, folder, quick }) {
  const spells = quick ? 50 : 800;
  const [{ code }] = parse(readFileSync(object)).programs;
  const turns = Array.from({ length: ROUNDS }, () => {
    const turn = Object.fromEntries(
      Object.entries(engines).map(([name, options]) => [
        name,
        apart(options, name === "interpreter" ? spells / 10 : spells),
      ]),
    );
    if (driver !== undefined) turn.ubpf = ubpfInvocation(driver, folder, code, spells);
    const sums = new Set(Object.values(turn).map(({ sum }) => sum));
    if (sums.size !== 1) throw new Error(`the parser does not return the same everywhere: ${[...sums].join(", ")}`);
    return turn;
  });
  const row = (name) => {
    const of = (value) => Object.fromEntries(ways.map((way) => [way, median(turns.map((turn) => value(turn, way)))]));
    return {
      ...of((turn, way) => turn[name][way]),
      ...(driver === undefined ? {} : { ratios: of((turn, way) => turn[name][way] / turn.ubpf.single) }),
    };
  };
  return {
    instructions: turns[0].region.instructions,
    ...(driver === undefined ? {} : { ubpf: median(turns.map(({ ubpf }) => ubpf.single)) }),
    ...Object.fromEntries(Object.keys(engines).map((name) => [name, row(name)])),
  };
}

export async function packetTimes({ driver, folder, quick }) {
  const engines = await enginesOf();
  const single = invocationTimes(engines, { driver, folder, quick });
  const replay = await replays(quick);
  const { ubpf } = single;
  const rate = (value) => `${(value / 1e6).toFixed(2)} M/s`;
  const cell = ({ ratios, ...times }, way) =>
    `${times[way].toFixed(1)} ns${ratios === undefined ? "" : ` (${ratios[way].toFixed(2)} ×)`}`;
  const row = (name) =>
    `${name.padEnd(12)} single ${cell(single[name], "single")}, repeated ${cell(single[name], "repeat")}, batch ${cell(single[name], "batch")}`;
  const lines = [
    `one packet through the parser, ${single.instructions} instructions, medians of the best spells of five turns${ubpf === undefined ? "" : `; uBPF's JIT ${ubpf.toFixed(1)} ns`}`,
    ...Object.keys(engines).map(row),
    `${replay.memory.packets.toLocaleString("en-US")} packets in memory, ${single.instructions} instructions each: ${rate(replay.memory.perSecond)} (best ${rate(replay.memory.best)})`,
    `from file to file, winbpf run: ${rate(replay.file.perSecond)} (best ${rate(replay.file.best)}); the whole process ${rate(replay.file.perSecondOfProcess)}`,
  ];
  return { single, replay, lines };
}
