import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { type LogLevel, netshText, type Report, verify } from "../../src/verifier/index.ts";
import { shared } from "../shared.ts";

/** A step of the recordings, as far as it matters here; see their README.md. */
interface Step {
  readonly call?: string;
  readonly args?: readonly unknown[];
  readonly ret?: unknown;
  readonly out?: {
    readonly report: string | null;
    readonly error_message: string | null;
    readonly stats: { readonly total_warnings: number; readonly max_loop_count: number } | "untouched";
  };
}

const folder = shared("conformance/ebpfapi");

const stringOf = (argument: unknown): string | undefined =>
  typeof argument === "object" && argument !== null && "str" in argument ? String(argument.str) : undefined;

const fileOf = (argument: unknown): string | undefined =>
  typeof argument === "object" && argument !== null && "file" in argument ? String(argument.file) : undefined;

/** By `ebpf_verification_verbosity_t`. */
const LEVELS: readonly LogLevel[] = ["normal", "informational", "verbose"];

/** Calls that verify a program of an object in memory, at any level. */
function verifications(path: string): Step[] {
  const steps = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Step => JSON.parse(line));
  return steps.filter(({ call, args = [] }) => call === "ebpf_api_elf_verify_program_from_memory" && args[4] === null);
}

/** Undefined where there is no such program. */
async function reportOf(step: Step): Promise<Report | undefined> {
  const [file, , section, name] = step.args ?? [];
  if (step.out?.error_message === "error: No executable sections") return undefined;
  const object = parse(readFileSync(`${folder}/${fileOf(file)}`));
  const [sectionName, programName] = [stringOf(section), stringOf(name)];
  const program = object.programs.find(
    (each) =>
      (sectionName === undefined || each.section === sectionName) &&
      (programName === undefined || each.name === programName),
  );
  const logLevel = LEVELS[Number(step.args?.[5])];
  if (logLevel === undefined) throw new Error(`verbosity ${step.args?.[5]}`);
  return program && (await verify(object, program, { logLevel }));
}

/** What netsh makes of the call's results (libs/ebpfnetsh/elf.cpp). */
function printed({ ret, out }: Step): string {
  const stats = out?.stats === "untouched" ? undefined : out?.stats;
  if (ret === 0) return `${out?.report}\nProgram terminates within ${stats?.max_loop_count} loop iterations\n`;
  const report = out?.report ?? undefined;
  const rest = report === undefined ? "" : `\nVerification report:\n${report}${stats?.total_warnings} errors\n\n`;
  return `${out?.error_message}\n${rest}`;
}

describe.skipIf(folder === undefined)("given the programs of the recordings, netsh's text is Windows'", () => {
  const given = folder === undefined ? [] : readdirSync(`${folder}/given/text_verify`);
  test("the recordings have all levels", () => {
    const all = given.flatMap((name) => verifications(`${folder}/given/text_verify/${name}`));
    for (const level of LEVELS.keys()) expect(all.some(({ args }) => args?.[5] === level)).toBe(true);
  });

  test.each(given.filter((name) => /^(verify|verbose)_/.test(name)))("%s", async (name) => {
    for (const step of verifications(`${folder}/given/text_verify/${name}`)) {
      const report = await reportOf(step);
      if (report === undefined) expect(step.out?.report ?? null).toBeNull();
      else expect(netshText(report)).toBe(printed(step));
    }
  });
});
