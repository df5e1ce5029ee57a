import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "winbpf-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const here = fileURLToPath(new URL(".", import.meta.url));
const standIn = JSON.stringify(new URL("vitest.mjs", import.meta.url).href);

/** Runs a test file with the stand-in for vitest: the lines that it prints, and the exit code. */
function run(body: string): { readonly lines: readonly string[]; readonly status: number | null } {
  const file = join(folder, "it.mjs");
  // The hook that lets it be called vitest needs a newer Node.js than the oldest one here.
  writeFileSync(file, `import { afterAll, beforeAll, describe, expect, it } from ${standIn};\n${body}`);
  const { status, stdout } = spawnSync(process.execPath, [join(here, "run.mjs"), file], { encoding: "utf8" });
  return { status, lines: stdout.trimEnd().split("\n") };
}

describe("tests under wine", () => {
  it("given a suite that is left out, then each of its tests is named and counted, and nothing of it runs", () => {
    const body = `
      describe.skipIf(true)("out", () => {
        beforeAll(() => { throw new Error("runs"); });
        it("one", () => { throw new Error("runs"); });
        describe("in it", () => it("two", () => { throw new Error("runs"); }));
        afterAll(() => { throw new Error("runs"); });
      });
      describe.runIf(true)("in", () => it.skipIf(false)("three", () => expect(1).toBe(1)));`;
    expect(run(body)).toEqual({
      status: 0,
      lines: ["skipped: out > one", "skipped: out > in it > two", "1 passed, 0 failed, 2 skipped"],
    });
  });

  it("given a file of which all is left out, then it is no failure; given one that has no tests, then it is", () => {
    expect(run(`describe.skip("out", () => it("one", () => {}));`)).toEqual({
      status: 0,
      lines: ["skipped: out > one", "0 passed, 0 failed, 1 skipped"],
    });
    expect(run("")).toEqual({ status: 1, lines: ["0 passed, 0 failed, 0 skipped"] });
  });

  it("given a test that fails, then it is named, and the exit code says so", () => {
    const { status, lines } = run(`it("wrong", () => expect(1).toBe(2));`);
    expect(status).toBe(1);
    expect(lines[0]).toBe("FAILED: wrong");
    expect(lines.at(-1)).toBe("0 passed, 1 failed, 0 skipped");
  });
});
