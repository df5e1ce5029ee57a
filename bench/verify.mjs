// The verifier over PREVAIL's corpus, in one process: load, graph and analysis of every program; beside PREVAIL's binary
// when the environment variable PREVAIL names it. PREVAIL prints no times: its analysis is the time of a run less that
// of a run which stops behind the graph.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "../lib/index.js";
import { verify } from "../lib/verifier/index.js";

const shared = process.env["WINBPF_SHARED"] ?? resolve(import.meta.dirname, "../../shared");
const corpus = join(shared, "conformance/prevail-corpus");
const OPTIONS = { checkTermination: false, dialect: "latest" };
/** Instructions from which on a program's own ratio counts. */
const LARGE = 500;
/** Share of PREVAIL's time that its analysis must take for the difference of two runs to say anything about it. */
const TELLING = 0.1;

function programs() {
  const verdicts = JSON.parse(readFileSync(join(corpus, "verdicts.json"), "utf8"));
  const objects = new Map();
  let load = 0;
  const found = verdicts
    .filter(({ stage }) => stage !== "load")
    .map((row) => {
      if (!objects.has(row.file)) {
        const bytes = readFileSync(join(corpus, row.file));
        const start = performance.now();
        objects.set(row.file, parse(bytes, { platform: "linux", path: row.file }));
        load += performance.now() - start;
      }
      const object = objects.get(row.file);
      const all = [...object.programs, ...object.subprograms];
      return {
        row,
        object,
        program: all.find(({ section, name }) => section === row.section && name === row.function),
      };
    });
  return { found, load };
}

/** Milliseconds, least of the rounds: what else the machine does only ever adds. */
async function ours(found, rounds) {
  const times = found.map(() => ({ prepare: Number.POSITIVE_INFINITY, analyze: Number.POSITIVE_INFINITY }));
  let wrong = 0;
  let first = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [at, { row, object, program }] of found.entries()) {
      const report = await verify(object, program, OPTIONS);
      const { prepare, analyze } = report.statistics.milliseconds;
      times[at].prepare = Math.min(times[at].prepare, prepare);
      times[at].analyze = Math.min(times[at].analyze, analyze);
      if (round === 0) first += prepare + analyze;
      if (round === 0 && report.verdict !== row.verdict) wrong++;
    }
  }
  return { times, wrong, first };
}

function run(binary, args) {
  const start = performance.now();
  spawnSync(binary, args, { cwd: corpus, stdio: "ignore" });
  return performance.now() - start;
}

function peers(binary, found, rounds) {
  const least = (args) => Math.min(...Array.from({ length: rounds }, () => run(binary, args)));
  const empty = least(["--version"]);
  return found.map(({ row }) => {
    const place = [row.file, row.section, row.function, "--include_groups", "packet"];
    const all = least([...place, "-q"]);
    const graph = least([...place, "--cfg"]);
    return { all: Math.max(all - empty, 0.01), analyze: Math.max(all - graph, 0.01) };
  });
}

function peakOfPeer(binary, found) {
  const [largest] = [...found].sort((left, right) => right.row.insns - left.row.insns);
  const { file, section, function: name } = largest.row;
  const command = ["-f", "%M", binary, file, section, name, "-q"];
  const { stderr } = spawnSync("/usr/bin/time", command, { cwd: corpus, encoding: "utf8" });
  const kilobytes = Number(stderr?.trim().split("\n").at(-1));
  return Number.isFinite(kilobytes) && kilobytes > 0 ? kilobytes * 1024 : undefined;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function ratios(found, times, theirs, load) {
  const passing = found.flatMap(({ row }, at) => (row.verdict === "pass" ? [at] : []));
  const ratioOf = (at) => times[at].analyze / theirs[at].analyze;
  const isTelling = ({ analyze, all }) => analyze > TELLING * all;
  const large = passing
    .filter((at) => found[at].row.insns > LARGE && isTelling(theirs[at]))
    .sort((left, right) => ratioOf(right) - ratioOf(left));
  const [worst] = large;
  return {
    passing: sum(passing.map((at) => times[at].analyze)) / sum(passing.map((at) => theirs[at].analyze)),
    worst: worst === undefined ? undefined : ratioOf(worst),
    worstProgram: worst === undefined ? undefined : `${found[worst].row.file} ${found[worst].row.function}`,
    total: (load + sum(times.map(({ prepare, analyze }) => prepare + analyze))) / sum(theirs.map(({ all }) => all)),
  };
}

/** `{ ratio?, seconds, peakMemory, … }` and the lines that say it; nothing where the corpus is not there. */
export async function verifyBench({ quick = false } = {}) {
  if (!existsSync(corpus)) return { lines: [`no corpus at ${corpus}: set WINBPF_SHARED`] };
  const { found, load } = programs();
  const { times, wrong, first } = await ours(found, quick ? 1 : 3);
  const passing = times.filter((_, at) => found[at].row.verdict === "pass");
  const seconds = {
    load: load / 1000,
    graph: sum(times.map(({ prepare }) => prepare)) / 1000,
    analysis: sum(times.map(({ analyze }) => analyze)) / 1000,
    passing: sum(passing.map(({ analyze }) => analyze)) / 1000,
    cold: (load + first) / 1000,
  };
  const peakMemory = process.resourceUsage().maxRSS * 1024;
  const lines = [
    `${found.length} programs, ${wrong} verdicts differ from the record`,
    `load ${seconds.load.toFixed(2)} s, graphs ${seconds.graph.toFixed(2)} s, analysis ${seconds.analysis.toFixed(2)} s ` +
      `(passing programs ${seconds.passing.toFixed(2)} s); all of it once, cold: ${seconds.cold.toFixed(2)} s`,
    `peak memory ${(peakMemory / 2 ** 20).toFixed(0)} MiB`,
  ];
  const binary = process.env["PREVAIL"];
  if (binary === undefined) return { wrong, seconds, peakMemory, lines: [...lines, "set PREVAIL for ratios"] };
  const theirs = peers(binary, found, quick ? 1 : 3);
  const ratio = ratios(found, times, theirs, load);
  const peerMemory = peakOfPeer(binary, found);
  return {
    ratio,
    wrong,
    seconds,
    peakMemory,
    peerMemory,
    lines: [
      ...lines,
      `beside PREVAIL: analysis of passing programs ${ratio.passing.toFixed(2)} ×, load + graph + analysis of all ${ratio.total.toFixed(2)} ×`,
      `worst program over ${LARGE} instructions ${ratio.worst?.toFixed(2)} × (${ratio.worstProgram})`,
      ...(peerMemory === undefined
        ? []
        : [`PREVAIL's peak on the largest program ${(peerMemory / 2 ** 20).toFixed(0)} MiB`]),
    ],
  };
}
