// The verifier over PREVAIL's corpus, in one process: load, graph and analysis of every program; beside PREVAIL when
// PREVAIL_DRIVER names what drivers/prevail.cpp becomes, which times the same stages in one process, or PREVAIL names its
// command line. That prints no times: its analysis is the time of a run less that of a run which stops behind the graph.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { parse } from "../lib/index.js";
import { verify } from "../lib/verifier/index.js";

const shared = process.env["WINBPF_SHARED"] ?? resolve(import.meta.dirname, "../../shared");
const corpus = join(shared, "conformance/prevail-corpus");
/** As `winbpf` itself has it (src/cli/main.ts). */
const HEAP = "--heap-growing-percent=50";
/** One thread, as the peer has. */
const OPTIONS = { checkTermination: false, dialect: "latest", threads: 0 };
/** Instructions from which on a program's own ratio counts. */
const LARGE = 500;
/** Milliseconds up to which PREVAIL is asked more than once. */
const SOON = 500;
/** Programs that are measured again, for looking worst. */
const DOUBTED = 10;
/** Laps around the corpus, the first of them cold. */
const LAPS = 4;
/** Share of PREVAIL's time that its analysis must take for the difference of two runs to say anything about it. */
const TELLING = 0.1;

function rows() {
  return JSON.parse(readFileSync(join(corpus, "verdicts.json"), "utf8")).filter(({ stage }) => stage !== "load");
}

/** One way through the corpus, one object at a time in memory, as in the peer's driver; milliseconds. */
async function lap(all) {
  const times = [];
  let wrong = 0;
  let load = 0;
  let file;
  let object;
  for (const row of all) {
    if (row.file !== file) {
      file = row.file;
      const bytes = readFileSync(join(corpus, file));
      const start = performance.now();
      object = parse(bytes, { platform: "linux", path: file });
      load += performance.now() - start;
    }
    const candidates = [...object.programs, ...object.subprograms];
    const program = candidates.find(({ section, name }) => section === row.section && name === row.function);
    const report = await verify(object, program, OPTIONS);
    times.push(report.statistics.milliseconds);
    if (report.verdict !== row.verdict) wrong++;
  }
  return { times, wrong, load };
}

/**
 * Least times of the laps around the whole corpus: what else the machine does only ever adds, and it does not do it to the
 * same program in every lap. The first lap is cold: it counts only if it is the only one.
 */
async function ours(all, laps) {
  const cold = await lap(all);
  let least = cold;
  for (let at = 1; at < laps; at++) {
    const next = await lap(all);
    least =
      at === 1 ? next : { ...next, load: Math.min(least.load, next.load), times: leastOf(least.times, next.times) };
  }
  return { ...least, cold: cold.load + sum(cold.times.map(({ prepare, analyze }) => prepare + analyze)) };
}

/**
 * Measures the passing programs that look worst once more, both sides in turns: of hundreds of programs, the worst is the
 * one that other work on the machine hit, unless it is bad again.
 */
async function again(driver, found, times, theirs) {
  const ratioOf = (at) => times[at].analyze / theirs[at].analyze;
  const worst = found
    .flatMap(({ verdict, insns }, at) => (verdict === "pass" && insns > LARGE ? [at] : []))
    .sort((left, right) => ratioOf(right) - ratioOf(left))
    .slice(0, DOUBTED);
  const rows = worst.map((at) => found[at]);
  for (let turn = 0; turn < LAPS; turn++) {
    const own = await lap(rows);
    const other = drive(driver, rows, 1);
    worst.forEach((at, i) => {
      [times[at]] = leastOf([times[at]], [own.times[i]]);
      [theirs[at]] = leastOf([theirs[at]], [other.times[i]]);
    });
  }
}

/** Row by row and column by column. */
function leastOf(left, right) {
  return left.map((times, at) =>
    Object.fromEntries(Object.entries(times).map(([stage, time]) => [stage, Math.min(time, right[at][stage])])),
  );
}

function run(binary, args) {
  const start = performance.now();
  spawnSync(binary, args, { cwd: corpus, stdio: "ignore" });
  return performance.now() - start;
}

/** PREVAIL's own command line: no times, so they are differences of whole runs. */
function peers(binary, all, rounds) {
  const least = (args) => Math.min(...Array.from({ length: rounds }, () => run(binary, args)));
  const empty = least(["--version"]);
  const times = all.map((row) => {
    const place = [row.file, row.section, row.function, "--include_groups", "packet"];
    const whole = least([...place, "-q"]);
    const graph = least([...place, "--cfg"]);
    return { all: Math.max(whole - empty, 0.01), analyze: Math.max(whole - graph, 0.01) };
  });
  return { times, memory: Math.max(...all.map((row) => peakOf(binary, row))) };
}

/** Bytes. */
function peakOf(binary, { file, section, function: name }) {
  const command = ["-f", "%M", binary, file, section, name, "--include_groups", "packet", "-q"];
  const { stderr } = spawnSync("/usr/bin/time", command, { cwd: corpus, encoding: "utf8" });
  return (Number(stderr?.trim().split("\n").at(-1)) || 0) * 1024;
}

/** What `drivers/prevail.cpp` became: measures itself, all in one process. */
function drive(driver, all, rounds) {
  const input = all.map((row) => `${row.file}\t${row.section}\t${row.function}\n`).join("");
  const { stdout } = spawnSync(driver, [`${rounds}`], { cwd: corpus, input, encoding: "utf8", maxBuffer: 2 ** 26 });
  const lines = stdout.trim().split("\n");
  const memory = Number(lines.pop()) * 1024;
  const times = lines.map((line) => {
    const [load, graph, analyze] = line.split("\t").map((field) => Number(field) / 1000);
    return { all: load + graph + analyze, analyze: Math.max(analyze, 0.001) };
  });
  if (times.length !== all.length) throw new Error(`${driver} answered ${times.length} of ${all.length} programs`);
  return { times, memory };
}

/** All programs once, then those again that are over soon: of the others, which take most of the time, one time is telling. */
function driven(driver, all, rounds) {
  const { times, memory } = drive(driver, all, 1);
  if (rounds === 1) return { times, memory };
  const again = all.flatMap((_, at) => (times[at].all < SOON ? [at] : []));
  const second = drive(
    driver,
    again.map((at) => all[at]),
    rounds - 1,
  );
  again.forEach((at, i) => {
    times[at] = leastOf([times[at]], [second.times[i]])[0];
  });
  return { times, memory };
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function ratios(found, times, theirs, load) {
  const passing = found.flatMap(({ verdict }, at) => (verdict === "pass" ? [at] : []));
  const ratioOf = (at) => times[at].analyze / theirs[at].analyze;
  const isTelling = ({ analyze, all }) => process.env["PREVAIL_DRIVER"] !== undefined || analyze > TELLING * all;
  const large = passing
    .filter((at) => found[at].insns > LARGE && isTelling(theirs[at]))
    .sort((left, right) => ratioOf(right) - ratioOf(left));
  const [worst] = large;
  return {
    passing: sum(passing.map((at) => times[at].analyze)) / sum(passing.map((at) => theirs[at].analyze)),
    worst: worst === undefined ? undefined : ratioOf(worst),
    worstProgram: worst === undefined ? undefined : `${found[worst].file} ${found[worst].function}`,
    total: (load + sum(times.map(({ prepare, analyze }) => prepare + analyze))) / sum(theirs.map(({ all }) => all)),
  };
}

/** `{ ratio?, seconds, peakMemory, … }` and the lines that say it; nothing where the corpus is not there. */
export async function verifyBench({ quick = false } = {}) {
  if (!existsSync(corpus)) return { lines: [`no corpus at ${corpus}: set WINBPF_SHARED`] };
  setFlagsFromString(HEAP);
  const found = rows();
  const { times, wrong, load, cold } = await ours(found, quick ? 1 : LAPS);
  const passing = times.filter((_, at) => found[at].verdict === "pass");
  const seconds = {
    load: load / 1000,
    graph: sum(times.map(({ prepare }) => prepare)) / 1000,
    analysis: sum(times.map(({ analyze }) => analyze)) / 1000,
    passing: sum(passing.map(({ analyze }) => analyze)) / 1000,
    cold: cold / 1000,
  };
  const peakMemory = process.resourceUsage().maxRSS * 1024;
  const lines = [
    `${found.length} programs, ${wrong} verdicts differ from the record`,
    `load ${seconds.load.toFixed(2)} s, graphs ${seconds.graph.toFixed(2)} s, analysis ${seconds.analysis.toFixed(2)} s ` +
      `(passing programs ${seconds.passing.toFixed(2)} s); all of it once, cold: ${seconds.cold.toFixed(2)} s`,
    `peak memory ${(peakMemory / 2 ** 20).toFixed(0)} MiB`,
  ];
  const driver = process.env["PREVAIL_DRIVER"];
  const binary = process.env["PREVAIL"];
  if (driver === undefined && binary === undefined) {
    return { wrong, seconds, peakMemory, lines: [...lines, "set PREVAIL_DRIVER or PREVAIL for ratios"] };
  }
  const rounds = quick ? 1 : LAPS - 1;
  const peer = driver === undefined ? peers(binary, found, rounds) : driven(driver, found, rounds);
  if (driver !== undefined && !quick) await again(driver, found, times, peer.times);
  const ratio = ratios(found, times, peer.times, load);
  return {
    ratio,
    wrong,
    seconds,
    peakMemory,
    peerMemory: peer.memory,
    lines: [
      ...lines,
      `beside PREVAIL: analysis of passing programs ${ratio.passing.toFixed(2)} ×, load + graph + analysis of all ${ratio.total.toFixed(2)} ×`,
      `worst program over ${LARGE} instructions ${ratio.worst?.toFixed(2)} × (${ratio.worstProgram})`,
      `PREVAIL's peak memory ${(peer.memory / 2 ** 20).toFixed(0)} MiB (${driver === undefined ? "its largest process" : "one process"})`,
    ],
  };
}
