import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { openRuntime } from "../../src/index.ts";
import { whyNoLibbpf } from "./usable.ts";
import { VethPair, whyNoVeth } from "./veth.ts";

const why = whyNoLibbpf() ?? whyNoVeth();
const SLOTS = 200_000;
const ATTEMPTS = 20;

/** mov r0, 0; add r0, 1 …; mov r0, 2 (XDP_PASS); exit: the kernel takes about a tenth of a second for it. */
function longProgram(): Uint8Array {
  const code = new Uint8Array(SLOTS * 8);
  for (let slot = 1; slot < SLOTS - 2; slot++) code.set([0x07, 0, 0, 0, 1], slot * 8);
  code.set([0xb7], 0);
  code.set([0xb7, 0, 0, 0, 2], (SLOTS - 2) * 8);
  code.set([0x95], (SLOTS - 1) * 8);
  return code;
}

/** The longest time between two turns of the event loop while `work` lasts, in milliseconds. */
async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let going = true;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  going = false;
  return longest;
}

/** A thread that is busy for so long, in milliseconds, as the kernel is with a program: it takes a processor. */
async function otherThread(duration: number): Promise<void> {
  const worker = new Worker("for (;;);", { eval: true });
  await sleep(duration);
  await worker.terminate();
}

/**
 * By how much `work` holds the loop up: the longest turn meanwhile, less that of as long a time in which another thread is
 * busy, for on a full machine the loop waits for its own turns, too. The best of several attempts.
 */
async function heldUp(work: () => Promise<void>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && best >= 10; attempt++) {
    const start = performance.now();
    const turn = await longestTurn(work);
    const duration = performance.now() - start;
    const others = turn < 10 ? 0 : await longestTurn(() => otherThread(duration));
    best = Math.min(best, turn - others);
  }
  return best;
}

describe.skipIf(why !== undefined)(`the event loop${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  const program = { name: "long", type: "xdp", section: "xdp", code: longProgram(), lines: [], maps: [] } as const;

  it("given a program of 200,000 instructions, when it is loaded, then the loop is never held up for 10 ms", async () => {
    const runtime = openRuntime("libbpf");
    const { engine } = runtime;
    expect(await heldUp(async () => engine.close(await engine.loadProgram(program)))).toBeLessThan(10);
    runtime.close();
  }, 60_000);

  it("given an interface, when a program is attached to it and taken off again, then neither is it", async () => {
    const veth = new VethPair();
    const runtime = openRuntime("libbpf");
    const { engine } = runtime;
    const loaded = await engine.loadProgram(program);
    const index = new Uint8Array(Uint32Array.of(veth.ifIndex).buffer);
    expect(await heldUp(async () => engine.close(await engine.attach(loaded, 1, index)))).toBeLessThan(10);
    engine.close(loaded);
    runtime.close();
    veth.close();
  }, 60_000);
});
