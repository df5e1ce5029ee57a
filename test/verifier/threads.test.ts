import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "winbpf-threads-"));

beforeAll(() => {
  spawnSync(process.execPath, [join(root, "scripts/bundle.mjs"), join(folder, "lib")]);
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
}

/** Runs a script over the compiled package as a process of its own; one that hangs has no status. */
function run(script: string, lib = "lib"): Ended {
  const file = join(folder, `script-${lib}.mjs`);
  const prelude = `
import { readFileSync } from "node:fs";
const { parse, verifyAll } = await import(${JSON.stringify(new URL(`file://${join(folder, lib, "index.js")}`).href)});
const [small] = parse(readFileSync(${JSON.stringify(join(root, "test/programs/count_ports.o"))})).programs;
const base = parse(readFileSync(${JSON.stringify(join(root, "test/programs/count_ports.o"))}));
const object = { ...base, programs: Array.from({ length: 6 }, (_, i) => ({ ...small, name: "p" + i })) };
const say = (value) => console.log(JSON.stringify(value));
`;
  writeFileSync(file, prelude + script);
  const { status, stdout } = spawnSync(process.execPath, [file], { encoding: "utf8", timeout: 120_000 });
  return { status, stdout: stdout.trim() };
}

describe("given the compiled package, verifyAll on threads", () => {
  test("gives the same reports as without, in order, and lets the process end", () => {
    const { status, stdout } = run(`
      const bare = ({ program, verdict, firstError, dialect, exitValue }) => ({ program, verdict, firstError, dialect, exitValue });
      const [alone, together] = [await verifyAll(object, { threads: 0 }), await verifyAll(object, { threads: 3 })];
      say([alone.map(bare), together.map(bare)]);`);
    expect(status).toBe(0);
    const [alone, together] = JSON.parse(stdout);
    expect(together).toEqual(alone);
    expect(together.map((report: { program: string }) => report.program)).toEqual(["p0", "p1", "p2", "p3", "p4", "p5"]);
  });

  test("an error in a thread is the caller's, with its code", () => {
    const { status, stdout } = run(
      `say(await verifyAll(object, { threads: 2, type: "no_such" }).catch(({ name, code }) => ({ name, code })));`,
    );
    expect({ status, error: JSON.parse(stdout) }).toEqual({
      status: 0,
      error: { name: "EbpfError", code: "EBPF_INVALID_ARGUMENT" },
    });
  });

  test("a signal ends it, before and during, and leaves no listener behind", () => {
    const { status, stdout } = run(`
      import { getEventListeners } from "node:events";
      const quiet = new AbortController();
      await verifyAll(object, { threads: 2, signal: quiet.signal });
      const aborted = await verifyAll(object, { threads: 2, signal: AbortSignal.abort() }).catch(({ code }) => code);
      const late = new AbortController();
      setTimeout(() => late.abort(), 5);
      const many = { ...object, programs: Array.from({ length: 4000 }, () => object.programs[0]) };
      const during = await verifyAll(many, { threads: 2, signal: late.signal }).catch(({ code }) => code);
      say([getEventListeners(quiet.signal, "abort").length, aborted, during]);`);
    expect({ status, result: JSON.parse(stdout) }).toEqual({ status: 0, result: [0, "EBPF_ABORTED", "EBPF_ABORTED"] });
  });

  test("a thread that dies is an error, not a hang", () => {
    cpSync(join(folder, "lib"), join(folder, "dying"), { recursive: true });
    const dying = `import { parentPort } from "node:worker_threads";\nparentPort.on("message", () => process.exit(3));\n`;
    writeFileSync(join(folder, "dying/verifier/worker.js"), dying);
    const script = `say(await verifyAll(object, { threads: 2 }).catch(({ code, message }) => ({ code, message })));`;
    const { status, stdout } = run(script, "dying");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      code: "EBPF_NO_MEMORY",
      message: expect.stringContaining("exit code 3"),
    });
  });
});
