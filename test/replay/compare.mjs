// Recorded and replayed outcomes: equal or not, and where.
import { hashed } from "./macros.mjs";

/** Characters that the recorder kept of the bytes of an event. */
const CUT = 8192;

/** Members of a step that say what to do, not what came of it. */
const INPUT = new Set(["crash", "call", "macro", "args", "as", "only", "unstable", "program"]);

/**
 * The differences between a recorded step and what happened, one text each.
 * @param {import("./scenarios.mjs").Step} step
 * @param {Record<string, unknown>} actual
 * @param {import("./names.mjs").Names} names
 */
export function differences(step, actual, names) {
  const found = [];
  const unstable = new Set(step.unstable ?? []);
  for (const [key, expected] of Object.entries(step)) {
    if (INPUT.has(key)) continue;
    if (key === "list" && step.call === "ebpf_api_get_pinned_map_info") {
      compare(`/${key}`, byPath(expected), byPath(actual[key] ?? []), names, unstable, found);
    } else compare(`/${key}`, expected, actual[key], names, unstable, found);
  }
  if (step.crash === true && actual.crash !== true) found.push("/crash: Windows crashes, here it returned");
  if (step.crash !== true && actual.crash === true) found.push(`/crash: ${actual.message}`);
  if (step.events === undefined && (actual.events?.length ?? 0) > 0 && !unstable.has("/events")) {
    found.push(`/events: recorded none, replayed ${text(actual.events)}`);
  }
  return found;
}

/** The order of pinned maps is that of a hash table with a random seed. */
const byPath = (list) => [...list].sort((a, b) => (a.path < b.path ? -1 : 1));

function compare(path, expected, actual, names, unstable, found) {
  if (unstable.has(path) || equal(expected, actual, names)) return;
  if (isObject(expected) && isObject(actual)) {
    for (const [key, value] of Object.entries(expected)) {
      compare(`${path}/${key}`, value, actual[key], names, unstable, found);
    }
    return;
  }
  if (Array.isArray(expected) && expected.length === 0 && actual === undefined) return;
  // Events of large records are recorded without their bytes.
  const cut = Array.isArray(expected) && expected[0] === "sample" && expected.length < (actual?.length ?? 0);
  if (Array.isArray(expected) && Array.isArray(actual) && (cut || expected.length === actual.length)) {
    expected.forEach((value, i) => {
      compare(`${path}/${i}`, value, actual[i], names, unstable, found);
    });
    return;
  }
  found.push(`${path}: recorded ${text(expected)}, replayed ${text(actual)}`);
}

function equal(expected, actual, names) {
  if (expected === actual || expected === "*") return true;
  if (expected === "fd") return typeof actual === "number" && actual >= 3;
  if (expected === "ptr" || expected === "handle") return actual !== null && actual !== undefined && actual !== 0;
  if (expected === null) return actual === undefined || actual === null;
  if (typeof expected === "number" && typeof actual === "string" && /^[0-9a-f]{8}$/.test(actual)) {
    return expected === Buffer.from(actual, "hex").readUInt32LE(0);
  }
  if (typeof expected === "string" && typeof actual === "string") {
    if (/^id (of|#)/.test(expected) && /^[0-9a-f]{8}(cc)*$/.test(actual)) {
      return names.id(Buffer.from(actual, "hex").readUInt32LE(0)) === expected;
    }
    // Long records are cut after their first bytes.
    if (expected.length === CUT && actual.length > CUT && actual.startsWith(expected)) return true;
    if (expected.endsWith("...") && actual.startsWith(expected.slice(0, -3))) return true;
    // Recordings show text byte by byte, a byte above 127 as the character of that number.
    if (Buffer.from(actual).toString("latin1") === expected) return true;
    return expected.includes("*") && matchesWildcards(expected, actual);
  }
  if (isObject(expected) && "first" in expected && typeof actual === "string") {
    return actual.length === expected.size * 2 && actual.startsWith(expected.first) && actual.endsWith(expected.last);
  }
  return false;
}

/** `*` stands for any one character. */
function matchesWildcards(pattern, value) {
  if (pattern.length !== value.length) return false;
  for (let i = 0; i < pattern.length; i++) if (pattern[i] !== "*" && pattern[i] !== value[i]) return false;
  return true;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function text(value) {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 300 ? `${json.slice(0, 300)}…` : json;
}

/** Shapes a replayed outcome as the recording has it: long lists of pairs as number and hash. */
export function shaped(step, actual) {
  if (typeof step.pairs !== "number" || !Array.isArray(actual.pairs)) return actual;
  return { ...actual, ...hashed(actual.pairs) };
}
