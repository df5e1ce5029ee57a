import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readCapture } from "../../src/net/index.ts";
import { frame, returning, Workbench } from "./workbench.ts";

const bench = new Workbench();
const root = resolve(import.meta.dirname, "../..");
const main = bench.path("lib/cli/main.js");

/** The package as it is published: compiled, with its headers, somewhere else. */
beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, "scripts/bundle.mjs"), bench.path("lib")], {
    encoding: "utf8",
  });
  expect(built.stderr).toBe("");
  copyFileSync(join(root, "package.json"), bench.path("package.json"));
  mkdirSync(bench.path("bin"));
  if (process.platform !== "win32") symlinkSync(main, bench.path("bin/winbpf"));
}, 300_000);

const winbpf = (...argv: string[]) => spawnSync(process.execPath, [main, ...argv], { encoding: "utf8" });

/** The package's files that Node.js loads for a command, by their path in lib: V8's coverage names each. */
const loadedFor = (...argv: string[]): readonly string[] => {
  const folder = bench.path(`loaded-${argv.join("-").replaceAll(/\W/g, "")}`);
  spawnSync(process.execPath, [main, ...argv], { env: { ...process.env, NODE_V8_COVERAGE: folder } });
  const lib = pathToFileURL(bench.path("lib/")).href;
  return readdirSync(folder).flatMap((name) => {
    const { result }: { result: { url: string }[] } = JSON.parse(readFileSync(join(folder, name), "utf8"));
    return result.filter(({ url }) => url.startsWith(lib)).map(({ url }) => url.slice(lib.length));
  });
};
const foldersOf = (files: readonly string[]) => new Set(files.filter((file) => file.includes("/")).map(dirname));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

const ended = async (child: ChildProcess): Promise<Ended> => {
  let stderr = "";
  child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
  return new Promise((done) => child.on("close", (code) => done({ code, stderr })));
};

const big = () => bench.capture("big.pcap", new Array<Uint8Array>(400_000).fill(frame(60)));
/** r1 = 0; r1 += 1; if r1 < 20000 goto -2; r0 = XDP_PASS; exit: seconds for many packets, but not for one. */
const slow = () =>
  bench.object("slow.o", [
    "xdp",
    "main",
    ["b701000000000000", "0701000001000000", "a501feff204e0000", ...returning(1)],
  ]);

describe("the command as a process", () => {
  test("begins with the line that makes it executable", () => {
    expect(readFileSync(main, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test.skipIf(process.platform === "win32")("works through npm's link to it", () => {
    const version = execFileSync(process.execPath, [bench.path("bin/winbpf"), "--version"], { encoding: "utf8" });
    expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("exits with the code that the command gives", () => {
    expect(winbpf("show", "test/programs/count_ports.o").status).toBe(0);
    expect(winbpf("show", bench.path("missing.o")).status).toBe(2);
    expect(winbpf("nonsense").status).toBe(2);
    const bad = bench.object("bad.o", ["xdp", "main", ["ff00000000000000"]]);
    expect(winbpf("run", bad, "--pcap", bench.capture("one.pcap", [frame(60)])).status).toBe(1);
  });

  test.skipIf(!existsSync("/dev/full"))("says that its output cannot be written, and exits with 2", () => {
    const full = openSync("/dev/full", "w");
    const ended = spawnSync(process.execPath, [main, "--help"], { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
    closeSync(full);
    expect(ended.stderr).toMatch(/^winbpf: the output cannot be written: ENOSPC/);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
    expect(ended.status).toBe(2);
  });

  test("starts in at most twice the time of an empty script", () => {
    const time = (argv: string[]): number => {
      const start = performance.now();
      spawnSync(process.execPath, argv);
      return performance.now() - start;
    };
    // Pairs, and the middle one of their ratios: what else the machine does slows both of a pair.
    const ratios: number[] = [];
    const median = (): number => ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? 0;
    while (ratios.length < 9 || (median() >= 2 && ratios.length < 61)) {
      ratios.push(time([main, "--version"]) / time(["-e", "0"]));
    }
    expect(median()).toBeLessThan(2);
  });

  test.each([["--help"], ["help", "verify"], ["run", "--help"], ["show", "--help"], ["attach", "--help"]])(
    "winbpf %s %s loads nothing but the command line",
    (...argv) => {
      const files = loadedFor(...argv);
      expect(files).toContain("cli/main.js");
      expect([...foldersOf(files)]).toEqual(["cli"]);
    },
  );

  test.each([
    [["show"], ["verifier", "vm", "simulated", "runtime", "native", "net"]],
    [["disassemble"], ["verifier", "vm", "simulated", "runtime", "native", "net"]],
    [["verify"], ["vm", "simulated", "runtime", "native", "net"]],
  ])("winbpf %s loads no engine that it does not use", (argv, unused) => {
    const folders = foldersOf(loadedFor(...argv, "test/programs/count_ports.o"));
    expect(folders).toContain("elf");
    expect(unused.filter((folder) => folders.has(folder))).toEqual([]);
  });

  test("loads few files, however many the sources are", () => {
    const files = loadedFor("run", "test/programs/count_ports.o", "--pcap", "test/captures/mixed.pcap");
    expect(foldersOf(files)).toContain("vm");
    expect(files.length).toBeLessThan(50);
  });

  test("given a reader that stops reading, then ends quietly", async () => {
    const child = spawn(process.execPath, [main, "disassemble", "test/programs/count_ports.o", "--json", "--source"]);
    child.stdout.destroy();
    expect(await ended(child)).toEqual({ code: 0, stderr: "" });
  });
});

describe.skipIf(process.platform === "win32")("on a POSIX system", () => {
  test("SIGINT stops a run, which still prints what it has counted", async () => {
    const out = bench.path("out.pcap");
    const child = spawn(process.execPath, [main, "run", slow(), "--pcap", big(), "--out", out, "--json"]);
    let stdout = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    const result = ended(child);
    // The run listens for the signal by the time it creates its output.
    while (!existsSync(out)) await setTimeout(5);
    child.kill("SIGINT");
    const { code, stderr } = await result;
    expect(code).toBe(130);
    const { packets }: { packets: number } = JSON.parse(stdout);
    expect(packets).toBeLessThan(400_000);
    expect([...readCapture(readFileSync(out))]).toHaveLength(packets);
    expect(stderr).toContain(`interrupted after ${packets} packets`);
  });

  test.skipIf(spawnSync("script", ["--version"]).status !== 0)("a terminal gets a progress bar", () => {
    // A quick machine is through with the first packets before the bar would be drawn: it gets more of them.
    const draw = (limit: number): readonly string[] => {
      const run = `${process.execPath} ${main} run ${slow()} --pcap ${big()} --limit ${limit}`;
      const command = `stty columns 80; ${run} > ${bench.path("stdout")}`;
      const { stdout, status } = spawnSync("script", ["-qec", command, "/dev/null"], { encoding: "utf8" });
      expect(status).toBe(0);
      const drawn = stdout.split("\r\x1b[K");
      return drawn.length > 1 || limit >= 400_000 ? drawn : draw(limit * 4);
    };
    const drawn = draw(20_000);
    expect(drawn[1]).toMatch(/^\[=* *\] +\d+ % {2}[\d,]+ packets/);
    expect(drawn.at(-1)).toBe("");
    expect(readFileSync(bench.path("stdout"), "utf8")).toMatch(/^Program main /);
  });
});
