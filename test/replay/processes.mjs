// Replays in processes: what lies under the addon may end one, and some scenarios hold on a fresh kernel only, which a
// process that has replayed others is not. Each process notes in a journal what it has begun and what came of it.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unfired } from "./replay.mjs";
import { RecordingError, scenarios } from "./scenarios.mjs";
import { summarize } from "./summary.mjs";

/** How often a scenario is tried alone before it counts as one that ends its process. */
const TRIES = 3;
/** How many processes may end one after the other without a scenario that came to its end. */
const VAIN = 10;

/**
 * @typedef {import("./replay.mjs").Result} Result
 * @typedef {{ begun: Set<number>, step: number, results: Map<number, Result> }} Journal `step`: the last that was begun
 * @typedef {(options: { journal: string, only?: number }) => Promise<unknown>} Start runs a process until it has ended
 */

/**
 * Replays everything below `path` in as few processes as will do. Scenarios that differ, or whose process ended, are
 * replayed once more, each alone in a process of its own: what comes of that counts.
 * @param {string} path
 * @param {Start} start
 * @param {(line: string) => void} [note]
 */
export async function replayInProcesses(path, start, note = () => {}) {
  const all = [...scenarios(path)];
  const folder = mkdtempSync(join(tmpdir(), "winbpf-replay-"));
  try {
    const { results, begun } = await replayAll(path, all.length, join(folder, "all.jsonl"), start);
    const again = [...begun].filter((at) => results.get(at)?.equal !== results.get(at)?.calls || !results.has(at));
    for (const at of again.sort((a, b) => a - b)) {
      const scenario = all[at];
      if (scenario === undefined) throw new Error(`there is no scenario ${at}`);
      note(
        `${scenario.header.scenario}: ${results.has(at) ? "differs" : "ended its process"}, again on a fresh kernel`,
      );
      const alone = await replayAlone(at, join(folder, `${at}.jsonl`), start);
      if ("result" in alone) results.set(at, alone.result);
      else if (!results.has(at)) results.set(at, lost(scenario, alone.step));
    }
    const ordered = [...results].sort(([a], [b]) => a - b);
    return summarize(ordered.map(([at, result]) => ({ ...result, different: here(result.different, all[at]) })));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Other processes may know files by other names. */
function here(different, scenario) {
  return different.map((each) => ({ ...each, file: scenario?.file ?? each.file }));
}

/** One process after the other, each going on behind the scenario in which the one before it ended. */
async function replayAll(path, count, journal, start) {
  let vain = 0;
  if (count === 0) return readJournal(journal);
  for (let had = 0; ; ) {
    await start({ journal });
    const read = readJournal(journal);
    if (read.begun.size === count) return read;
    vain = read.results.size > had ? 0 : vain + 1;
    had = read.results.size;
    if (read.begun.size === 0 || vain === VAIN) throw new RecordingError("no process gets through a scenario", path);
  }
}

async function replayAlone(at, journal, start) {
  for (let tries = 1; ; tries++) {
    rmSync(journal, { force: true });
    await start({ journal, only: at });
    const { results, step } = readJournal(journal);
    const result = results.get(at);
    if (result !== undefined) return { result };
    if (tries === TRIES) return { step };
  }
}

/** None of its calls counts as equal. */
function lost({ file, header: { scenario, kind }, steps: all }, step) {
  const steps = unfired(all);
  const { call, macro } = steps[step] ?? {};
  const differences = [`/crash: the process ended, ${TRIES} times`];
  const different = [{ scenario, kind, file, step: step + 1, call: call ?? macro ?? "", differences }];
  return { kind, calls: steps.length, equal: 0, left: all.length - steps.length, different };
}

/** @param {string} file @returns {Journal} */
export function readJournal(file) {
  /** @type {Journal} */
  const journal = { begun: new Set(), step: 0, results: new Map() };
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  for (const line of text.split("\n")) {
    const { begun, step, ended, result } = read(line);
    if (begun !== undefined) journal.begun.add(begun);
    if (step !== undefined) journal.step = step;
    if (ended !== undefined) journal.results.set(ended, result);
  }
  return journal;
}

/** A line that a process had not finished writing says nothing. */
function read(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

/**
 * What a process of `replayInProcesses` gives `replay` to keep its journal: it leaves out what others have begun.
 * @param {string} file @param {number} [only] the one scenario that is asked for, whose steps are noted, too
 */
export function journalWatch(file, only) {
  const { begun } = readJournal(file);
  const write = (line) => appendFileSync(file, `\n${JSON.stringify(line)}`);
  return {
    wanted: (at) => (only === undefined ? !begun.has(at) : at === only),
    begun: (at) => write({ begun: at }),
    ended: (at, result) => write({ ended: at, result }),
    ...(only === undefined ? {} : { step: (step) => write({ step }) }),
  };
}
