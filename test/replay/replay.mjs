// Replays recorded scenarios through a libbpf door and compares every step.
import { Arguments } from "./arguments.mjs";
import { calls } from "./calls.mjs";
import { differences, shaped } from "./compare.mjs";
import { macros } from "./macros.mjs";
import { Names } from "./names.mjs";
import { Recorder } from "./ring-calls.mjs";
import { programsRoot, scenarios } from "./scenarios.mjs";

/**
 * @typedef {{ door: any, fire?: Function, newEvent: () => unknown, close: () => void }} Target a fresh kernel
 * @typedef {{ names: Names, recorder: Recorder, fire: Function, newEvent: () => unknown, step: any,
 *   nameOf: (index: number) => string, file: (path: any) => any, infoOf: (door: any, map: number) => any }} Context
 * @typedef {{ scenario: string, kind: string, file: string, step: number, call: string, differences: string[] }} Different
 * @typedef {{ scenarios: number, calls: number, equal: number, left: number, different: Different[], kinds: Record<string, {
 *   scenarios: number, held: number, steps: number, equal: number }> }} Summary
 */

/**
 * Replays everything below `path`, each scenario on a fresh target.
 * @param {string} path
 * @param {(header: import("./scenarios.mjs").Header) => Target | Promise<Target>} target
 * @returns {Promise<Summary>}
 */
export async function replay(path, target) {
  const root = programsRoot(path);
  /** @type {Summary} */
  const summary = { scenarios: 0, calls: 0, equal: 0, left: 0, different: [], kinds: {} };
  for (const scenario of scenarios(path)) {
    const { kind } = scenario.header;
    summary.kinds[kind] ??= { scenarios: 0, held: 0, steps: 0, equal: 0 };
    const totals = summary.kinds[kind];
    const kernel = await target(scenario.header);
    const steps = kernel.fire === undefined ? unfired(scenario.steps) : scenario.steps;
    const different = await replayScenario({ ...scenario, steps }, kernel, root);
    summary.scenarios++;
    totals.scenarios++;
    summary.left += scenario.steps.length - steps.length;
    summary.calls += steps.length;
    totals.steps += steps.length;
    summary.equal += steps.length - different.length;
    totals.equal += steps.length - different.length;
    if (different.length === 0) totals.held++;
    summary.different.push(...different);
  }
  return summary;
}

/** The steps before the first that only a simulated kernel takes: what follows depends on it. */
function unfired(steps) {
  const fired = steps.findIndex(({ macro }) => macro === "fire");
  return fired < 0 ? steps : steps.slice(0, fired);
}

/**
 * @param {import("./scenarios.mjs").Scenario} scenario
 * @param {Target} target
 * @param {string} root
 * @returns {Promise<Different[]>}
 */
export async function replayScenario({ file, header, steps }, { door, fire, newEvent, close }, root) {
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
      const context = {
        names,
        recorder,
        fire,
        newEvent,
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
