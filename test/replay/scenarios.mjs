// Recordings as files: JSON lines, a header line begins each scenario.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ scenario: string, kind: string, profile: string, cpus: number, seed?: number }} Header
 * @typedef {Record<string, any>} Step
 * @typedef {{ file: string, header: Header, steps: Step[] }} Scenario
 */

/** Every scenario below a folder (or of one file), files in the order of their names. @param {string} path */
export function* scenarios(path) {
  for (const file of files(path)) {
    /** @type {Scenario | undefined} */
    let scenario;
    for (const line of readFileSync(file, "utf8").split("\n")) {
      if (line === "") continue;
      const step = JSON.parse(line);
      if (typeof step.scenario === "string") {
        if (scenario !== undefined) yield scenario;
        scenario = { file, header: step, steps: [] };
      } else scenario?.steps.push(step);
    }
    if (scenario !== undefined) yield scenario;
  }
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
  if (!statSync(path).isDirectory()) {
    if (path.endsWith(".jsonl")) yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) yield* files(join(path, name));
}
