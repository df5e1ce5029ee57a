import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shared } from "./shared.ts";

/** One `.data` file of bpf_conformance. */
export interface ConformanceCase {
  /** File name without `.data`. */
  readonly name: string;
  /** Assembly text, comments removed; line numbers are the file's. Empty where `raw` is given instead. */
  readonly assembly: string;
  /** Machine code that replaces the assembly. */
  readonly raw: Uint8Array | undefined;
  /** What r1 points to, r2 bytes long; empty: r1 is 0. */
  readonly memory: Uint8Array;
  /** Expected r0, unsigned; undefined where an error is expected. */
  readonly result: bigint | undefined;
  readonly error: string | undefined;
}

/** A line with `--` opens the first of these sections whose word it contains (facts/vm.md, section 2). */
const sections = [
  ["asm", "asm"],
  ["result", "result"],
  ["mem", "mem"],
  ["raw", "raw"],
  ["no register offset", undefined],
  [" c", undefined],
  ["error", "error"],
] as const;

type Section = "asm" | "result" | "mem" | "raw" | "error";

/** Reads one file. */
function readConformanceCase(name: string, text: string): ConformanceCase {
  const lines: Record<Section, string[]> = { asm: [], result: [], mem: [], raw: [], error: [] };
  let section: Section | undefined;
  for (const line of text.split("\n").map((whole) => whole.replace(/#.*|\r/g, ""))) {
    const isHeader = line.includes("--");
    if (isHeader) {
      const opened = sections.find(([word]) => line.includes(word));
      if (opened === undefined) throw new Error(`${name}: unknown section ${line}`);
      section = opened[1];
    }
    // Lines of other sections are left blank, so that places in the assembly are places in the file.
    lines.asm.push(section === "asm" && !isHeader ? line : "");
    if (section !== undefined && section !== "asm" && !isHeader && line.trim() !== "") lines[section].push(line.trim());
  }
  const words = lines.raw.flatMap((line) => line.split(/\s+/)).map((word) => BigInt(word));
  const result = lines.result.at(-1);
  return {
    name,
    assembly: lines.asm.join("\n"),
    raw: words.length === 0 ? undefined : new Uint8Array(BigUint64Array.from(words).buffer),
    memory: Uint8Array.from(lines.mem.flatMap((line) => line.split(/\s+/)).map((byte) => Number.parseInt(byte, 16))),
    result: result === undefined ? undefined : BigInt.asUintN(64, BigInt(result)),
    error: lines.error.at(-1),
  };
}

/** All cases of the suite, by name; none where the shared data is absent. */
export function conformanceCases(): ConformanceCase[] {
  const folder = shared("conformance/bpf_conformance");
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".data"))
    .sort()
    .map((file) => readConformanceCase(file.replace(/\.data$/, ""), readFileSync(join(folder, file), "utf8")));
}
