// Random programs before our verifier and before PREVAIL itself: verdict, place and text of the first error must agree.
// The environment names the judges, which are built from bench/drivers/prevail-judge.cpp (docs/verifier.md): PREVAIL for
// `latest`, PREVAIL_PIN for `windows-1.6`.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createViteServer } from "vitest/node";
import { generalHelpers, mapTypes, specificHelpers } from "../lib/platform/index.js";
import { analyse, earlyText, errorText, finish, levelLog } from "../lib/verifier/index.js";

const JUDGES = { latest: "PREVAIL", "windows-1.6": "PREVAIL_PIN" };
/** Seconds that a judge may take for one program. */
const PATIENCE = 3;
/** Steps that we may take; those that take more are told apart. */
const BUDGET = { steps: 20_000 };
const BATCH = 100;
/** Of random programs, one in so many is one for Linux. */
const LINUX = 4;
/** One in so many is judged without asking that loops end. */
const ENDLESS = 4;
const INT_MAX = 0x7fff_ffff;
const FIELDS = ["verdict", "errorAt", "firstError", "errorCount", "exitValue", "maxLoopCount"];
/** What Windows' API reports at these levels; compared where the judge was asked for it. */
const LEVELS = ["informational", "verbose"];

/** The generator is TypeScript, which Node 20 does not read. */
async function generator() {
  const server = await createViteServer({
    server: { middlewareMode: true, ws: false, watch: null },
    appType: "custom",
    logLevel: "error",
  });
  const load = async (name) => await server.ssrLoadModule(`/test/verifier/random/${name}.ts`);
  const { randomProgram } = await load("random-program");
  const { objectSpec } = await load("object-spec");
  return { randomProgram, objectSpec, close: () => server.close() };
}

/** What a judge has to know before programs for a platform come. */
function tables(platform, maps) {
  const lines = [`platform ${platform}`];
  if (platform === "windows") {
    const rows = [
      ...generalHelpers.map((row) => ["-", row]),
      ...Object.entries(specificHelpers).flatMap(([type, all]) => all.map((row) => [type, row])),
    ];
    for (const [type, row] of rows) {
      lines.push(
        `helper ${type} ${row.id} ${row.name} ${row.returns} ${Number(row.reallocatesPacket)} ${row.arguments.join(" ")}`,
      );
    }
    for (const row of mapTypes) lines.push(`maptype ${row.number} ${Number(row.isArray)} ${row.valueKind}`);
  }
  for (const map of maps) {
    lines.push(
      `map ${map.descriptor} ${map.type} ${map.keySize} ${map.valueSize} ${map.maxEntries} ${map.inner?.descriptor ?? -1}`,
    );
  }
  return lines;
}

/** A judge's process; started anew when it dies. */
class Judge {
  #binary;
  #mode;
  #process;
  #waiting = new Map();
  #platform;
  deaths = 0;

  constructor(binary, mode) {
    this.#binary = binary;
    this.#mode = mode;
    this.#start();
  }

  #start() {
    this.#platform = undefined;
    const child = spawn(this.#binary, [String(PATIENCE), this.#mode], { stdio: ["pipe", "pipe", "ignore"] });
    this.#process = child;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer = JSON.parse(line);
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    child.stdin.on("error", () => undefined);
    child.on("close", () => {
      if (this.#process !== child || this.#waiting.size === 0) return;
      this.deaths++;
      for (const [id, resolve] of this.#waiting)
        resolve({ id, verdict: "died", stage: "process", firstError: "the judge is gone" });
      this.#waiting.clear();
      this.#start();
    });
  }

  ask({ id, object, shape, code, terminates }) {
    const lines = [];
    if (this.#platform !== shape.platform) lines.push(...tables(shape.platform, object.maps));
    this.#platform = shape.platform;
    const { section, type, contextSize, data, end, meta } = shape;
    const hex = Buffer.from(code).toString("hex");
    lines.push(`program ${id} ${section} ${type} ${contextSize} ${data} ${end} ${meta} ${Number(terminates)} ${hex}`);
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#process.stdin.write(`${lines.join("\n")}\n`);
    return answer;
  }

  close() {
    this.#waiting.clear();
    this.#process.stdin.end();
  }
}

/** Our own verdict, in the judge's terms. */
async function ours({ object, terminates }, dialect, invariants) {
  const [program] = object.programs;
  const options = { budget: BUDGET, checkTermination: terminates, invariants };
  try {
    const { refusal, run } = await analyse(object, program, options, dialect);
    if (refusal !== undefined) return { verdict: "fail", stage: refusal.stage, firstError: earlyText(refusal) };
    const [first] = run.errors;
    const bound = run.passed && terminates ? (finish(run.iteration.loopBound()) ?? INT_MAX) : null;
    return {
      verdict: run.passed ? "pass" : "fail",
      stage: run.passed ? null : "analyze",
      errorAt: first === undefined ? null : run.program.graph.label(first.node),
      firstError: first === undefined ? null : errorText(first, run),
      errorCount: run.errors.length,
      exitValue: run.iteration.exitState?.r0().toString() ?? "_|_",
      maxLoopCount: bound === null ? null : Number(bound > INT_MAX ? INT_MAX : bound),
      ...(invariants ? reports(run, program) : {}),
    };
  } catch (error) {
    return { verdict: "crash", stage: "crash", firstError: String(error.stack).slice(0, 500) };
  }
}

/** What Windows' API would report. */
function reports(run, program) {
  const success = run.passed ? "Verification succeeded" : "";
  return Object.fromEntries(LEVELS.map((level) => [level, finish(levelLog(run, program, level)) + success]));
}

/** Reports are long: of those that differ, only a few lines where they begin to. */
function excerpts(mine, theirs) {
  const parts = [{ ...mine }, { ...theirs }];
  for (const level of LEVELS) {
    const lines = parts.map((part) => (part[level] ?? "").split("\n"));
    const at = lines[0].findIndex((line, index) => line !== lines[1][index]);
    for (const [index, part] of parts.entries())
      part[level] = at < 0 ? undefined : lines[index].slice(Math.max(0, at - 2), at + 3);
  }
  return parts;
}

/** Which fields differ; of refusals before the analysis the stage and the words, as far as both have them. */
function differences(mine, theirs) {
  if (mine.verdict !== theirs.verdict) return ["verdict"];
  if (/^helper (prototype not found|ID is negative)/.test(theirs.firstError))
    return sameWords(mine, theirs) ? [] : ["firstError"];
  // Any other exception of the original ends in a refusal, whatever it says.
  if (theirs.stage === "exception") return mine.stage === "analyze" && mine.errorAt !== undefined ? ["stage"] : [];
  if ((mine.stage ?? null) !== (theirs.stage ?? null)) return ["stage"];
  if (mine.stage === "cfg" || mine.stage === "decode") return sameWords(mine, theirs) ? [] : ["firstError"];
  const fields = theirs.verbose === undefined ? FIELDS : [...FIELDS, ...LEVELS];
  return fields.filter((field) => (mine[field] ?? null) !== (theirs[field] ?? null));
}

const bare = (text) =>
  text
    .replace(/^(error: |unmarshaling error at \d+: )/, "")
    .replace(/^\d+: /, "")
    .trim();
const sameWords = (mine, theirs) => bare(mine.firstError) === bare(theirs.firstError);

/** The kind of an error: its words without names and numbers. */
function kindOf({ firstError, stage }) {
  return `${stage} ${bare(firstError ?? "")
    .replace(/\(.*/, "")
    .replace(/-?\d+/g, "N")
    .trim()}`;
}

function report(dialect, tally, judge, seconds) {
  const share = ((100 * tally.pass) / Math.max(1, tally.judged)).toFixed(1);
  const line = {
    dialect,
    ...tally,
    accepted: `${share} %`,
    judgeProcessDeaths: judge.deaths,
    kinds: tally.kinds.size,
    seconds: Math.round(seconds),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Exit code 0 when all verdicts agree. `only` repeats one seed and prints both answers. */
export async function main({ programs, count, seed, only, dialect: asked }, withTexts = false) {
  const dialects = asked === undefined ? Object.keys(JUDGES) : [asked];
  const { randomProgram, objectSpec, close } = await generator();
  const start = performance.now();
  let differs = 0;
  for (const dialect of dialects) {
    const binary = process.env[JUDGES[dialect]];
    if (binary === undefined) {
      process.stderr.write(`${JUDGES[dialect]} does not name a judge for ${dialect}: see docs/verifier.md\n`);
      differs++;
      continue;
    }
    const judge = new Judge(binary, withTexts ? "texts" : "verdicts");
    const tally = {
      judged: 0,
      pass: 0,
      fail: 0,
      equal: 0,
      different: 0,
      died: 0,
      overBudget: 0,
      stages: {},
      kinds: new Map(),
    };
    const first = only ?? seed;
    const end = only === undefined ? seed + (programs ?? count) : only + 1;
    for (let from = first; from < end; from += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, end - from) }, (_, at) => {
        const id = from + at;
        const { shape, code } = randomProgram(id, id % LINUX === 0 ? "linux" : "windows");
        return { id, shape, code, object: objectSpec({ shape, code }), terminates: id % ENDLESS !== 1 };
      });
      const answers = batch.map((each) => judge.ask(each));
      for (const [at, each] of batch.entries()) {
        const mine = await ours(each, dialect, withTexts);
        const theirs = await answers[at];
        tally.judged++;
        if (only !== undefined) {
          process.stdout.write(
            `${JSON.stringify({ shape: { ...each.shape, callees: undefined }, mine, theirs }, null, 1)}\n`,
          );
          writeFileSync(`random-${each.id}.bin`, each.code);
        }
        if (theirs.verdict === "died") {
          tally.died++;
          if (mine.stage !== "budget")
            process.stdout.write(
              `${each.id} ${dialect} judge died (${theirs.firstError}); ours ${mine.verdict} ${mine.stage}\n`,
            );
          continue;
        }
        tally[theirs.verdict]++;
        tally.stages[theirs.stage] = (tally.stages[theirs.stage] ?? 0) + 1;
        if (theirs.verdict === "fail") tally.kinds.set(kindOf(theirs), (tally.kinds.get(kindOf(theirs)) ?? 0) + 1);
        if (mine.stage === "budget") {
          tally.overBudget++;
          process.stdout.write(`${each.id} ${dialect} over budget; theirs ${theirs.verdict}\n`);
          continue;
        }
        const wrong = differences(mine, theirs);
        if (wrong.length === 0) tally.equal++;
        else {
          tally.different++;
          const [own, judged] = excerpts(mine, theirs);
          process.stdout.write(
            `${each.id} ${dialect} differs in ${wrong.join(", ")}\n  ours   ${JSON.stringify(own)}\n  theirs ${JSON.stringify(judged)}\n`,
          );
        }
      }
      if ((from - first) % (50 * BATCH) === 0) report(dialect, tally, judge, (performance.now() - start) / 1000);
    }
    report(dialect, tally, judge, (performance.now() - start) / 1000);
    for (const [kind, times] of [...tally.kinds].sort((left, right) => right[1] - left[1]))
      process.stdout.write(`  ${times} ${kind}\n`);
    differs += tally.different;
    judge.close();
  }
  await close();
  return differs === 0 ? 0 : 1;
}
