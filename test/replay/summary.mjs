// What came of scenarios, added up and printed.

/**
 * @typedef {import("./replay.mjs").Result} Result
 * @typedef {{ scenarios: number, calls: number, equal: number, left: number, different: import("./replay.mjs").Different[],
 *   kinds: Record<string, { scenarios: number, held: number, steps: number, equal: number }> }} Summary
 */

/** @param {readonly Result[]} results @returns {Summary} */
export function summarize(results) {
  /** @type {Summary} */
  const summary = { scenarios: 0, calls: 0, equal: 0, left: 0, different: [], kinds: {} };
  for (const { kind, calls, equal, left, different } of results) {
    summary.kinds[kind] ??= { scenarios: 0, held: 0, steps: 0, equal: 0 };
    const totals = summary.kinds[kind];
    summary.scenarios++;
    totals.scenarios++;
    summary.left += left;
    summary.calls += calls;
    totals.steps += calls;
    summary.equal += equal;
    totals.equal += equal;
    if (equal === calls) totals.held++;
    summary.different.push(...different);
  }
  return summary;
}

/** @param {Summary} summary @param {boolean} json one object instead of lines */
export function printSummary(summary, json) {
  const { scenarios, calls, equal, left, different, kinds } = summary;
  if (json) {
    console.log(JSON.stringify({ scenarios, calls, equal, ...(left > 0 ? { left } : {}), different }));
    return;
  }
  for (const { file, scenario, step, call, differences } of different) {
    console.log(`${file} ${scenario} step ${step} ${call}`);
    for (const difference of differences) console.log(`  ${difference}`);
  }
  for (const [kind, { scenarios, held, steps, equal }] of Object.entries(kinds)) {
    console.log(`${kind}: ${held} of ${scenarios} scenarios held, ${equal} of ${steps} calls equal`);
  }
  const rest = left > 0 ? `, ${left} left out: nobody but the system lets hooks fire` : "";
  console.log(`${scenarios} scenarios, ${calls} calls, ${equal} equal${rest}`);
}
