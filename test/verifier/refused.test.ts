import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { type Report, reportText, VerifierError, type VerifyOptions, verifyAll } from "../../src/verifier/index.ts";

const folder = join(import.meta.dirname, "../programs/refused");
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".o") ? [file.slice(0, -2)] : []));

/** Programs that are wrong only by an option that Windows does not set. */
const OPTIONS: Readonly<Record<string, VerifyOptions>> = { divide_by_zero: { allowDivisionByZero: false } };

/** Loaded by Windows 1.6, with a warning. */
const ONLY_WARNED = new Set(["loop_in_function", "second_lookup"]);

/** Safe, and refused; each says so in its first comment. */
const SAFE = new Set(
  names.filter((name) =>
    readFileSync(join(folder, `${name}.c`), "utf8")
      .split("\n")[1]
      ?.includes(" Safe: "),
  ),
);

/** The help that a mended program quotes in its first comment. */
function quotedHelp(name: string): string | undefined {
  const text = readFileSync(join(folder, `mended/${name}.c`), "utf8");
  const [, comment] = /Mended as the report says: ([\s\S]*?) \*\/\n/.exec(text) ?? [];
  return comment?.replaceAll("\n * ", " ");
}

async function reportOn(name: string): Promise<Report> {
  const object = parse(readFileSync(join(folder, `${name}.o`)));
  const [report, ...rest] = await verifyAll(object, { threads: 0, ...OPTIONS[name] });
  if (report === undefined || rest.length > 0) throw new Error(`${name}.o must have one program`);
  return report;
}

describe("given a program that is broken in one way, the report says what to change", () => {
  test.each(names)("%s", async (name) => {
    const report = await reportOn(name);
    expect(report.verdict).toBe(ONLY_WARNED.has(name) ? "pass" : "fail");
    const [finding] = [...report.findings, ...report.warnings];
    expect(finding?.suggestion).toBeDefined();
    expect(finding?.safe !== undefined).toBe(SAFE.has(name));
    // A refusal for all of a program's calls has no line of its own.
    if (finding?.slot !== undefined) expect(finding.source?.file).toContain(`${name}.c`);
    await expect(reportText(report)).toMatchFileSnapshot(`refused/${name}.txt`);
  });

  test.each(names)("%s, mended as the report says, passes in both dialects without a warning", async (name) => {
    const { findings, warnings } = await reportOn(name);
    expect(quotedHelp(name)).toBe([...findings, ...warnings][0]?.suggestion);
    const object = parse(readFileSync(join(folder, `mended/${name}.o`)));
    for (const dialect of ["windows-1.6", "latest"] as const) {
      const reports = await verifyAll(object, { threads: 0, ...OPTIONS[name], dialect });
      expect(reports.map(({ verdict, warnings: rest }) => [verdict, rest])).toEqual([["pass", []]]);
    }
  });

  test("each has a snapshot, and README.md says of each whether a stranger could mend it", () => {
    const kept = readdirSync(join(import.meta.dirname, "refused"));
    expect(kept.sort()).toEqual(names.map((name) => `${name}.txt`).sort());
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    for (const name of names) expect(readme).toContain(`| \`${name}\` |`);
  });
});

test("the error of a refusal is one line, says where, what and what to do, and keeps the report", async () => {
  const report = await reportOn("null_lookup");
  const error = new VerifierError(report);
  expect(error.message).toMatch(/^Program "null_lookup" is refused by the verifier: r0 may be null here \(.*c:16\)$/);
  expect(error).toMatchObject({ name: "VerifierError", code: "EBPF_VERIFICATION_FAILED", report });
  expect(error.hint).toMatch(/^Compare it with 0 after bpf_map_lookup_elem.*\.$/);
  // EBPF_VERIFICATION_FAILED and EACCES (include/ebpf_result.h, the Universal C Runtime's errno.h).
  expect(error.native).toEqual({ result: 1, errno: 13 });
});
