import { execFile, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { loadAddon } from "../../src/native/index.ts";
import { whyNoLibbpf } from "./usable.ts";

const why = whyNoLibbpf();
const loaded = loadAddon();
/** Under scripts/sanitize.mjs, where memory and time say nothing. */
const sanitized = process.env["WINBPF_SANITIZED"] !== undefined;
/** util-linux', which most systems have. */
const limits = spawnSync("prlimit", ["--version"]).status === 0;

/**
 * Runs one of the processes beside; its standard output. A crash rejects. glibc fills what it gives out and takes back: memory
 * that is read before it is written, or after it is freed, then says nothing that would be good by chance.
 */
const run = async (name: string, ...args: readonly (string | number)[]): Promise<string> => {
  const file = resolve(import.meta.dirname, "processes", `${name}.mjs`);
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", file, ...args.map(String)], {
    env: { ...process.env, MALLOC_PERTURB_: "65" },
  });
  return stdout;
};

describe.skipIf(why !== undefined)(`the addon's life${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  it("given process.exit while a ring is read and a program runs, then it ends at once, without a crash", async () => {
    expect(await run("exit-while-reading")).toBe("exiting object\n");
  });

  it("given workers that are terminated in the middle of calls, then nothing of theirs is left", async () => {
    const { before, after, operations } = JSON.parse(await run("workers", 4, 8, 50));
    expect({ ...after, megabytes: 0 }).toEqual({ ...before, megabytes: 0 });
    expect(operations).toBeGreaterThan(100_000);
  });

  it("given a worker that ends while a call reads its options, then the call begins nothing, and others go on", async () => {
    expect(JSON.parse(await run("ended-in-getter"))).toEqual({ code: 7, thrown: "mine", jobs: 0 });
  });

  // The addon that scripts/sanitize.mjs builds can be held at each call.
  it.skipIf(!sanitized)(
    "given workers that are terminated before any call of Node-API, then nothing of theirs is left",
    async () => {
      const { before, after, calls } = JSON.parse(await run("terminated"));
      expect(after).toEqual(before);
      expect(calls).toBeGreaterThan(200);
    },
    600_000,
  );

  it("given threads that are left behind, then each is joined when it has ended", async () => {
    const { before, after } = JSON.parse(await run("renewals", 200));
    // 200 stacks are 1,600 MB of addresses; glibc keeps 40 MB of them for the next threads.
    expect(after - before).toBeLessThan(800);
  });

  // AddressSanitizer has all addresses already.
  it.skipIf(sanitized || !limits)(
    "given a system that gives no threads, then what needs one fails, holds nothing, and works when there are some",
    async () => {
      const failure = { failed: "thread", errno: 12 };
      expect(JSON.parse(await run("no-threads"))).toEqual({
        refused: { load: failure, listen: 0, renew: failure },
        heard: true,
        returnValue: 2,
        renewed: true,
        jobs: 0,
      });
    },
  );

  it("given a listener that throws, then it is uncaught like any callback's error, and others hear of their rings", async () => {
    expect(JSON.parse(await run("throwing-listener"))).toEqual(["ring 0", "ring 1", "ring 2", "uncaught mine"]);
  });

  it("given a thousand cycles of opening and closing, then no handle, descriptor or memory is left over", async () => {
    const { before, after } = JSON.parse(await run("cycles", 1000, 200_000));
    expect(after).toMatchObject({ descriptors: before.descriptors, rings: before.rings, jobs: 0, files: before.files });
    expect(after.handles - before.handles).toBeLessThan(50);
    // AddressSanitizer keeps what was freed for a while.
    if (!sanitized) expect(after.megabytes - before.megabytes).toBeLessThan(24);
  });
});

describe.skipIf(loaded.addon === undefined || sanitized)("loading the addon", () => {
  it("given a fresh process, then the addon is loaded within 5 ms", async () => {
    const script = `const { createRequire } = require("node:module");
      const start = performance.now(); require(process.argv[1]); console.log(performance.now() - start);`;
    const times: number[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      const path = loaded.addon === undefined ? "" : loaded.path;
      const { stdout } = await promisify(execFile)(process.execPath, ["-e", script, path]);
      times.push(Number(stdout));
      if (Number(stdout) <= 5) break;
    }
    expect(Math.min(...times)).toBeLessThanOrEqual(5);
  });
});
