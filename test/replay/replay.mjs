// Replays recorded scenarios through a libbpf door and compares every step.
import { Arguments } from "./arguments.mjs";
import { calls } from "./calls.mjs";
import { differences, shaped } from "./compare.mjs";
import { macros } from "./macros.mjs";
import { Names } from "./names.mjs";
import { Recorder } from "./ring-calls.mjs";
import { programsRoot, scenarios } from "./scenarios.mjs";
import { summarize } from "./summary.mjs";

/**
 * @typedef {{ door: any, fire?: Function, newEvent: () => unknown, close: () => void,
 *   signalMs?: number }} Target a fresh kernel; signals of events take `signalMs` at most to arrive
 * @typedef {{ names: Names, recorder: Recorder, fire: Function, newEvent: () => unknown, signalMs: number, step: any,
 *   nameOf: (index: number) => string, file: (path: any) => any, infoOf: (door: any, map: number) => any }} Context
 * @typedef {{ scenario: string, kind: string, file: string, step: number, call: string, differences: string[] }} Different
 * @typedef {{ kind: string, calls: number, equal: number, left: number, different: Different[] }} Result of one scenario
 * @typedef {{ wanted?: (at: number) => boolean, begun?: (at: number) => void, step?: (index: number) => void,
 *   ended?: (at: number, result: Result) => void }} Watch scenarios by their places, counted from 0
 */

/**
 * Replays everything below `path`, each scenario on a fresh target.
 * @param {string} path
 * @param {(header: import("./scenarios.mjs").Header) => Target | Promise<Target>} target
 * @param {Watch} [watch]
 * @returns {Promise<import("./summary.mjs").Summary>}
 */
export async function replay(path, target, watch = {}) {
  const root = programsRoot(path);
  const results = [];
  let at = -1;
  for (const scenario of scenarios(path)) {
    at++;
    if (watch.wanted?.(at) === false) continue;
    watch.begun?.(at);
    const kernel = await target(scenario.header);
    const steps = kernel.fire === undefined ? unfired(scenario.steps) : scenario.steps;
    const different = await replayScenario({ ...scenario, steps }, kernel, root, watch.step);
    const result = {
      kind: scenario.header.kind,
      calls: steps.length,
      equal: steps.length - different.length,
      left: scenario.steps.length - steps.length,
      different,
    };
    results.push(result);
    watch.ended?.(at, result);
  }
  return summarize(results);
}

/** The steps before the first that only a simulated kernel takes: what follows depends on it. */
export function unfired(steps) {
  const fired = steps.findIndex(({ macro }) => macro === "fire");
  return fired < 0 ? steps : steps.slice(0, fired);
}

/**
 * @param {import("./scenarios.mjs").Scenario} scenario
 * @param {Target} target
 * @param {string} root
 * @param {(index: number) => void} [begun] is told of every step
 * @returns {Promise<Different[]>}
 */
export async function replayScenario(
  { file, header, steps },
  { door, fire, newEvent, close, signalMs = 0 },
  root,
  begun,
) {
  const names = new Names(door);
  const recorder = new Recorder();
  const values = new Arguments(names, root);
  const infos = new Map();
  /** @type {Different[]} */
  const different = [];
  // Paths are given from the folder that holds the programs; what is opened keeps the name that was given.
  const before = process.cwd();
  process.chdir(root);
  try {
    for (const [index, step] of steps.entries()) {
      begun?.(index);
      const context = {
        names,
        recorder,
        fire,
        newEvent,
        signalMs,
        step,
        nameOf: (at) => String(step.args[at]).replace(/^\$/, ""),
        file: (path) => path,
        infoOf(target, map) {
          if (!infos.has(map)) {
            const { errno } = target;
            infos.set(map, target.bpf_obj_get_info_by_fd(map));
            target.errno = errno;
          }
          return infos.get(map);
        },
      };
      infos.clear();
      const actual = await runStep(step, door, values, context);
      const found = differences(step, shaped(step, actual), names);
      if (found.length > 0) {
        const { scenario, kind } = header;
        different.push({
          scenario,
          kind,
          file,
          step: index + 1,
          call: step.call ?? step.macro,
          differences: found,
        });
      }
    }
  } finally {
    process.chdir(before);
    close();
  }
  return different;
}

async function runStep(step, door, values, context) {
  const { names, recorder } = context;
  const adapter = step.macro === undefined ? calls[step.call] : macros[step.macro];
  if (adapter === undefined) return { crash: true, message: `nothing replays ${step.call ?? step.macro}` };
  let outcome;
  door.errno = 0;
  try {
    const args = (step.args ?? []).map((argument, index) =>
      // Names of the recorder's callbacks are no names of ours.
      argument === "$ring" || argument === "$perf" || argument === "$lost"
        ? (names.get(argument) ?? (isCallback(step, index) ? "callback" : undefined))
        : step.macro !== undefined && typeof argument === "string" && !argument.startsWith("$")
          ? argument
          : values.value(argument),
    );
    outcome = { ...(await adapter(door, args, context)) };
  } catch (error) {
    outcome = { crash: error instanceof TypeError, message: String(error) };
    if (!(error instanceof TypeError)) outcome = { ret: String(error) };
  }
  if (outcome.ret === undefined && outcome.crash !== true && step.call !== undefined) outcome.ret = null;
  if (step.errno !== undefined) outcome.errno = door.errno;
  if (typeof step.as === "string") {
    names.set(step.as, outcome.ret);
    if (step.ret === "fd" && typeof outcome.ret === "number" && outcome.ret > 0) names.nameObject(step.as, outcome.ret);
  }
  if (recorder.events.length > 0) outcome.events = recorder.take();
  return outcome;
}

/** Callbacks come after the descriptor in the calls that take them. */
function isCallback(step, index) {
  const at = { ring_buffer__new: [1], ebpf_ring_buffer__new: [1], ring_buffer__add: [2], perf_buffer__new: [2, 3] };
  return (at[step.call] ?? []).includes(index);
}
