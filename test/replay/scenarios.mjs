// Recordings as files: JSON lines, a header line begins each scenario.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ scenario: string, kind: string, profile: string, cpus: number, seed?: number }} Header
 * @typedef {Record<string, any>} Step
 * @typedef {{ file: string, header: Header, steps: Step[] }} Scenario
 */

/** A recording that cannot be read: names file and line. */
export class RecordingError extends Error {
  /** @param {string} message @param {string} file @param {number} [line] counted from 1 */
  constructor(message, file, line) {
    super(line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`);
    this.name = "RecordingError";
    this.file = file;
    this.line = line;
  }
}

/** Every scenario below a folder (or of one file), files in the order of their names. @param {string} path */
export function* scenarios(path) {
  for (const file of files(path)) {
    /** @type {Scenario | undefined} */
    let scenario;
    for (const [index, line] of readFileSync(file, "utf8").split("\n").entries()) {
      if (line.trim() === "") continue;
      const step = readLine(line, file, index + 1);
      if ("scenario" in step) {
        if (scenario !== undefined) yield scenario;
        scenario = { file, header: checkHeader(step, file, index + 1), steps: [] };
      } else if (scenario === undefined) {
        throw new RecordingError("a step comes before the scenario's first line", file, index + 1);
      } else scenario.steps.push(checkStep(step, file, index + 1));
    }
    if (scenario !== undefined) yield scenario;
  }
}

/** @param {string} line @param {string} file @param {number} at @returns {Step} */
function readLine(line, file, at) {
  /** @type {unknown} */
  let step;
  try {
    step = JSON.parse(line);
  } catch (error) {
    throw new RecordingError(error instanceof Error ? error.message : String(error), file, at);
  }
  if (typeof step === "object" && step !== null && !Array.isArray(step)) return step;
  throw new RecordingError("a line is a JSON object", file, at);
}

/** @param {Step} header @param {string} file @param {number} at @returns {Header} */
function checkHeader(header, file, at) {
  const { scenario, kind, profile = "jit", cpus = 2, seed } = header;
  if (typeof scenario !== "string" || typeof kind !== "string") {
    throw new RecordingError("a scenario's first line has its name and its kind", file, at);
  }
  if (profile !== "jit") throw new RecordingError(`there is no profile ${JSON.stringify(profile)}`, file, at);
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > 64) {
    throw new RecordingError(`${JSON.stringify(cpus)} is no number of CPUs`, file, at);
  }
  if (seed !== undefined && !Number.isInteger(seed)) throw new RecordingError("a seed is an integer", file, at);
  return { scenario, kind, profile, cpus, ...(seed === undefined ? {} : { seed }) };
}

/** @param {Step} step @param {string} file @param {number} at @returns {Step} */
function checkStep(step, file, at) {
  if (typeof (step.call ?? step.macro) !== "string") throw new RecordingError("a step is a call or a macro", file, at);
  if (!Array.isArray(step.args ?? [])) throw new RecordingError("the arguments of a step are a list", file, at);
  return step;
}

/** The folder above `path` that holds `programs`: names of object files are relative to it. @param {string} path */
export function programsRoot(path) {
  for (let folder = path; ; folder = join(folder, "..")) {
    try {
      if (statSync(join(folder, "programs")).isDirectory()) return folder;
    } catch {
      if (join(folder, "..") === folder) return path;
    }
  }
}

/** @param {string} path @returns {Generator<string>} */
function* files(path) {
  let isFolder;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new RecordingError("there is no such file or folder", path);
  }
  if (!isFolder) {
    if (path.endsWith(".jsonl")) yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) yield* files(join(path, name));
}
