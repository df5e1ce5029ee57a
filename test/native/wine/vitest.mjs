// What of vitest the tests use that also run where vitest does not start: under wine its bundler's native binary cannot be
// loaded. `describe`, `it` and the hooks collect; `runCollected` runs them one after another; `expect` is vitest's own.
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = Object.assign((value, message) => chai.expect(value, message), chai.expect);

const root = newSuite("", undefined, false);
let current = root;

export const describe = Object.assign((name, body) => collect(name, body, false), {
  skip: (name, body) => collect(name, body, true),
  skipIf: (condition) => (condition ? describe.skip : describe),
  runIf: (condition) => (condition ? describe : describe.skip),
});

export const it = Object.assign((name, body, timeout) => add(name, body, timeout), {
  skip: (name) => add(name, undefined),
  todo: (name) => add(name, undefined),
  skipIf: (condition) => (condition ? it.skip : it),
  runIf: (condition) => (condition ? it : it.skip),
  each: (rows) => (name, body) => {
    for (const row of rows) add(`${name} ${JSON.stringify(row)}`, () => body(...(Array.isArray(row) ? row : [row])));
  },
});
export const test = it;

export const beforeAll = (body) => current.before.push(body);
export const afterAll = (body) => current.after.push(body);
export const beforeEach = (body) => current.beforeEach.push(body);
export const afterEach = (body) => current.afterEach.push(body);

function newSuite(name, parent, skipped) {
  return { name, cases: [], before: [], after: [], beforeEach: [], afterEach: [], parent, skipped };
}

function collect(name, body, skipped) {
  const suite = newSuite(name, current, skipped || current.skipped);
  current.cases.push(suite);
  current = suite;
  body();
  current = suite.parent;
}

// Each test of a suite that is left out counts as one that is left out.
function add(name, body, timeout = 30_000) {
  current.cases.push({ name, body: current.skipped ? undefined : body, timeout });
}

/** Runs what was collected; `print` gets a line for each failure and skip. */
export async function runCollected(print) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  await runSuite(root, [], counts, print);
  return counts;
}

async function runSuite(suite, path, counts, print) {
  if (!suite.skipped) for (const body of suite.before) await body();
  for (const item of suite.cases) {
    const name = [...path, item.name];
    if (item.cases !== undefined) await runSuite(item, name, counts, print);
    else if (item.body === undefined) {
      counts.skipped++;
      print(`skipped: ${name.join(" > ")}`);
    } else await runCase(suite, item, name, counts, print);
  }
  if (!suite.skipped) for (const body of suite.after) await body();
}

async function runCase(suite, item, name, counts, print) {
  const suites = [];
  for (let at = suite; at !== undefined; at = at.parent) suites.unshift(at);
  if (process.env.WINBPF_VERBOSE === "1") print(`running: ${name.join(" > ")}`);
  let timer;
  try {
    for (const { beforeEach } of suites) for (const body of beforeEach) await body();
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`takes longer than ${item.timeout} ms`)), item.timeout);
    });
    await Promise.race([
      item.body({
        skip: (why) => {
          throw new Skip(why);
        },
      }),
      late,
    ]);
    counts.passed++;
  } catch (error) {
    if (error instanceof Skip) {
      counts.skipped++;
      print(`skipped: ${name.join(" > ")} (${error.message})`);
    } else {
      counts.failed++;
      print(`FAILED: ${name.join(" > ")}\n${error?.stack ?? error}`);
    }
  } finally {
    clearTimeout(timer);
    for (const { afterEach } of suites) for (const body of afterEach) await body();
  }
}

class Skip extends Error {}
