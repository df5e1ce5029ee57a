// A capture from file to file: the command line as a process, on packets that lie in a file system in memory.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CaptureWriter } from "../lib/net/index.js";
import { FRAME, frame } from "./frame.mjs";
import { median } from "./vm-programs.mjs";

const ROUNDS = 5;
/** Of the process that starts, loads and verifies, but has hardly a packet to run. */
const FEW = 10;
const START = 1_700_000_000_000_000_000n;
const main = resolve(import.meta.dirname, "../lib/cli/main.js");
const object = resolve(import.meta.dirname, "programs/packet.o");

function pcap(count) {
  const writer = new CaptureWriter({ resolution: "microseconds" });
  for (let number = 0; number < count; number++) writer.write(frame(number), START + 1000n * BigInt(number));
  return Buffer.concat(writer.drain());
}

/** draft-ietf-opsawg-pcapng: a section, an interface with nanoseconds, enhanced packets. */
function pcapng(count) {
  const head = 28 + 28;
  const block = 32 + FRAME;
  const bytes = new Uint8Array(head + count * block);
  const view = new DataView(bytes.buffer);
  const words = (at, ...list) => {
    for (const [index, word] of list.entries()) view.setUint32(at + 4 * index, word, true);
  };
  words(0, 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28);
  words(28, 1, 28, 1, 0, 0x0001_0009, 9, 28);
  for (let number = 0; number < count; number++) {
    const at = head + number * block;
    const time = START + 1000n * BigInt(number);
    words(at, 6, block, 0, Number(time >> 32n), Number(time & 0xffff_ffffn), FRAME, FRAME);
    bytes.set(frame(number), at + 28);
    words(at + block - 4, block);
  }
  return bytes;
}

/** Seconds: of the process, and what it says that the packets took. */
function once(args) {
  const start = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [main, "run", object, ...args], { encoding: "utf8" });
  const whole = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`winbpf run ends with ${status}`);
  const own = args.includes("--json") ? JSON.parse(stdout).seconds : whole;
  return { whole, own };
}

/** Rows of nanoseconds a packet, of the whole process and of its run over the packets; all in turns. */
export async function replayBench({ quick = false } = {}) {
  const count = quick ? 100_000 : 1_000_000;
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "winbpf-replay-"));
  const path = (name) => join(folder, name);
  try {
    writeFileSync(path("few.pcap"), pcap(FEW));
    writeFileSync(path("in.pcap"), pcap(count));
    writeFileSync(path("in.pcapng"), pcapng(count));
    const forms = {
      "pcap, --json": ["--pcap", path("in.pcap"), "--json"],
      "pcap, --json --out": ["--pcap", path("in.pcap"), "--json", "--out", path("out.pcap")],
      "pcap, --out, text": ["--pcap", path("in.pcap"), "--out", path("out.pcap")],
      "pcapng, --json": ["--pcap", path("in.pcapng"), "--json"],
      "pcapng, --json --out": ["--pcap", path("in.pcapng"), "--json", "--out", path("out.pcap")],
    };
    const times = new Map(Object.keys(forms).map((name) => [name, []]));
    const starts = [];
    for (let round = 0; round < ROUNDS; round++) {
      starts.push(once(["--pcap", path("few.pcap"), "--json"]).whole);
      for (const [name, args] of Object.entries(forms)) times.get(name).push(once(args));
    }
    const rate = (seconds) => `${(count / seconds / 1e6).toFixed(2)} million/s`;
    const row = (name, seconds) => ({
      name: `${name} (${rate(seconds)})`,
      nanoseconds: (seconds * 1e9) / count,
      unit: "packet",
    });
    const start = median(starts);
    return [
      { name: `winbpf run on ${FEW} packets`, nanoseconds: start * 1e9, unit: "process" },
      ...[...times].flatMap(([name, rounds]) => [
        { ...row(`${name}: whole process`, median(rounds.map(({ whole }) => whole))) },
        ...(name.includes("--json") ? [row(`${name}: its packets`, median(rounds.map(({ own }) => own)))] : []),
      ]),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
