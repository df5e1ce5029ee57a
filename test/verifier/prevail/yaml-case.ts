import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

export interface Observation {
  /** Slot, or the entry or exit. */
  readonly at: number | "entry" | "exit";
  readonly point: "pre" | "post";
  readonly mode: "consistent" | "entailed";
  readonly constraints: readonly string[];
}

/** One case of `conformance/prevail*`: what holds before, code, what holds behind it, what is said. */
export interface YamlCase {
  readonly name: string;
  readonly options: readonly string[];
  readonly pre: readonly string[];
  readonly code: readonly (readonly [label: string, text: string])[];
  readonly post: readonly string[];
  readonly messages: readonly string[];
  /** The notation itself is wrong: what its reader says. */
  readonly expectedException: string | undefined;
  readonly observe: unknown;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads all cases of a file. */
export function readCases(path: string): YamlCase[] {
  const documents = parseAllDocuments(readFileSync(path, "utf8"));
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const value: unknown = document.toJS();
    if (!isRecord(value)) return [];
    const code = isRecord(value["code"]) ? Object.entries(value["code"]) : [];
    const exception = value["expected-exception"];
    return [
      {
        name: String(value["test-case"]),
        options: strings(value["options"]),
        pre: strings(value["pre"]),
        code: code.map(([label, text]) => [label, String(text)] as const),
        post: strings(value["post"]),
        messages: strings(value["messages"]),
        expectedException: exception === undefined ? undefined : String(exception),
        observe: value["observe"],
      },
    ];
  });
}

function label(value: unknown): Observation["at"] {
  if (value === "entry" || value === "exit") return value;
  if (value === undefined || value === null || typeof value === "object") {
    throw new Error("Invalid observation label; expected scalar 'entry'/'exit' or instruction index");
  }
  if (!/^\d+$/.test(String(value))) throw new Error(`Invalid observation label: ${value}`);
  return Number(value);
}

function oneOf<T extends string>(value: unknown, allowed: readonly [T, ...T[]], what: string): T {
  if (value === undefined || value === null) return allowed[0];
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`Invalid observation ${what}: ${value}`);
  return found;
}

/** Reads what a case asks about states inside the code. */
export function readObservations(observe: unknown): Observation[] {
  if (observe === undefined || observe === null) return [];
  if (!Array.isArray(observe)) throw new Error("observe must be a sequence");
  return observe.map((item: unknown) => {
    if (!isRecord(item)) throw new Error("observe item must be a map");
    const at = label(item["at"]);
    const point = oneOf(item["point"], ["pre", "post"], "point");
    const mode = oneOf(item["mode"], ["consistent", "entailed"], "mode");
    const constraints = item["constraints"];
    if (constraints === undefined || constraints === null) {
      throw new Error("observe item missing required 'constraints' field");
    }
    if (!Array.isArray(constraints)) throw new Error("observe.constraints must be a sequence of strings");
    return { at, point, mode, constraints: strings(constraints) };
  });
}
