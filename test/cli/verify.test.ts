import { describe, expect, test } from "vitest";
import { CODE_FLAGS, code, writeElf } from "../elf/elf-writer.ts";
import { EXIT, returning, Workbench } from "./workbench.ts";

const bench = new Workbench();
const refused = (name: string): string => `test/programs/refused/${name}.o`;

interface Entry {
  readonly program: string;
  readonly verdict: string;
  readonly stage: string | null;
  readonly firstError: string | null;
  readonly errorAt: string | null;
  readonly findings: readonly { readonly category: string; readonly suggestion?: string }[];
  readonly statistics: { readonly instructions: number };
}

const json = async (...argv: string[]): Promise<{ code: number; entries: Entry[] }> => {
  const { code, stdout, stderr } = await bench.run("verify", ...argv, "--json");
  expect(stderr).toBe("");
  const entries: Entry[] = JSON.parse(stdout);
  return { code, entries };
};

describe("given a program that passes", () => {
  test("winbpf verify says so and exits with 0", async () => {
    const { code, stdout, stderr } = await bench.run("verify", "test/programs/count_ports.o");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^xdp\/count_ports \(xdp, windows-1\.6\): accepted; .*\n$/);
  });

  test("--netsh prints netsh's words", async () => {
    const { stdout } = await bench.run("verify", "test/programs/globals.o", "--netsh");
    expect(stdout).toBe("Verification succeeded\nProgram terminates within 0 loop iterations\n");
  });
});

describe("given a program that is refused", () => {
  test("the text has the line, a caret under the place and what to change, and the exit code is 1", async () => {
    const { code, stdout } = await bench.run("verify", refused("null_lookup"));
    expect(code).toBe(1);
    expect(stdout).toContain("16 |     *count += 1;\n   |            ^\n");
    expect(stdout).toMatch(/help: compare it with 0 after bpf_map_lookup_elem/);
  });

  test("--json gives one entry for each program", async () => {
    const { code, entries } = await json(refused("null_lookup"));
    expect(code).toBe(1);
    expect(entries).toEqual([
      expect.objectContaining({
        file: refused("null_lookup"),
        section: "xdp",
        program: "null_lookup",
        type: "xdp",
        verdict: "fail",
        stage: "analyze",
        firstError: "Possible null access (valid_access(r0.offset, width=8) for read)",
        errorAt: "7",
        findings: [expect.objectContaining({ category: "null" })],
        statistics: expect.objectContaining({ instructions: expect.any(Number) }),
      }),
    ]);
  });

  test("--level verbose prints what is known at each instruction", async () => {
    const { stdout } = await bench.run("verify", refused("null_lookup"), "--level", "verbose");
    expect(stdout).toMatch(/^7: r1 = \*\(u64 \*\)\(r0 \+ 0\)\n {2}before: .*r0\.type=shared/m);
  });

  test("--netsh prints Windows' report", async () => {
    const { code, stdout } = await bench.run("verify", refused("null_lookup"), "--netsh");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^Verification failed\n\nVerification report:\n\n; .*null_lookup\.c:16\n; {5}\*count \+= 1;\n/,
    );
    expect(stdout).toMatch(/\n7: Possible null access \(.*\)\n\n1 errors\n\n$/);
  });

  test("--netsh --level prints as much as netsh does at that level", async () => {
    const informational = await bench.run("verify", refused("null_lookup"), "--netsh", "--level", "informational");
    expect(informational.code).toBe(1);
    expect(informational.stdout).toMatch(
      /^Verification failed\n\nVerification report:\n=== Failure Slice 1 of 1 ===\n/,
    );
    const verbose = await bench.run("verify", refused("null_lookup"), "--netsh", "--level", "verbose");
    expect(verbose.stdout).toMatch(
      /^Verification failed\n\nVerification report:\n\nPre-invariant : \[\n {4}r1\.type=ctx, \n/,
    );
  });
});

describe("options", () => {
  const two = bench.object("two.o", ["xdp/a", "first", returning(1)], ["xdp/b", "second", [EXIT]]);

  test("--netsh begins with the last program, as Windows lists them", async () => {
    const { stdout } = await bench.run("verify", two, "--netsh");
    expect(stdout).toMatch(/^Verification failed\n.*Verification succeeded\n[^\n]*\n$/s);
  });

  test("--program picks by name or by section; several programs are counted", async () => {
    expect((await json(two, "--program", "first")).code).toBe(0);
    expect((await json(two, "--program", "xdp/b")).entries).toMatchObject([{ program: "second", verdict: "fail" }]);
    const { code, stdout } = await bench.run("verify", two);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n1 of 2 programs pass\n$/);
  });

  test("--type says what the section's name does not", async () => {
    const file = bench.object("own.o", ["mine", "main", returning(1)]);
    const { entries } = await json(file);
    expect(entries).toMatchObject([{ verdict: "fail", stage: "load", firstError: "error: Unspecified program type." }]);
    expect((await json(file, "--type", "xdp")).entries).toMatchObject([{ verdict: "pass", type: "xdp" }]);
  });

  test.each([
    ["divide_by_zero", [], 0],
    ["divide_by_zero", ["--no-division-by-zero"], 1],
    ["endless_loop", [], 1],
    ["endless_loop", ["--no-termination-check"], 0],
    ["second_lookup", [], 0],
    ["second_lookup", ["--strict-dialect"], 1],
    ["second_lookup", ["--dialect", "latest"], 1],
  ])("%s with %j exits with %d", async (name, flags, wanted) => {
    expect((await json(refused(name), ...flags)).code).toBe(wanted);
  });

  test("what only newer verifiers refuse is a warning", async () => {
    const { stdout } = await bench.run("verify", refused("second_lookup"));
    expect(stdout).toMatch(/^warning\[null\]: Windows 1\.6 loads this, newer verifiers refuse it: /);
  });

  test.each<[string[], RegExp]>([
    [["--level", "loud"], /--level takes normal or informational or verbose, not loud/],
    [["--dialect", "1.6"], /--dialect takes windows-1\.6 or latest, not 1\.6/],
    [["--type", "no_such"], /two\.o: .*no program type "no_such"/],
    [["--program", "frist"], /Did you mean "first"\?/],
    [["--json", "--netsh"], /exclude each other/],
  ])("%j exits with 2", async (argv, message) => {
    const { code, stdout, stderr } = await bench.run("verify", two, ...argv);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

test("what is no object by its name comes with what to do", async () => {
  const source = bench.file("prog.c", "int main(void) { return 0; }\n");
  const image = bench.file("prog.sys", "MZ\0\0");
  expect(await bench.run("verify", source)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/clang -target bpf/),
  });
  expect(await bench.run("verify", image)).toMatchObject({ code: 2, stderr: expect.stringMatching(/made from/) });
});

test("a map of a type that Windows does not have is told of, although programs pass: the object does not load", async () => {
  const record = new Uint8Array(new Uint32Array([27, 0, 0, 4096, 0, 0, 0, 0]).buffer);
  const sections = [
    { name: "xdp", flags: CODE_FLAGS, bytes: code(...returning(1)) },
    { name: "maps", bytes: record },
  ];
  const symbols = [
    { name: "main", section: "xdp" },
    { name: "ring", section: "maps", size: 32 },
  ];
  const file = bench.file("foreign-map.o", writeElf({ sections, symbols }));
  const { code: exitCode, stdout } = await bench.run("verify", file);
  expect(exitCode).toBe(0);
  // Linux' BPF_MAP_TYPE_RINGBUF is 27 (include/uapi/linux/bpf.h), Windows' 13 (include/ebpf_structs.h).
  expect(stdout).toMatch(
    /note: the object does not load, .*: map ring has the type 27, .*\n.*27 is Linux' number of ringbuf, Windows' is 13/,
  );
  expect((await bench.run("verify", "test/programs/count_ports.o")).stdout).not.toContain("note:");
});

test.each([[[]], [["--netsh"]], [["--level", "verbose"]]])("names from the object are escaped: %j", async (flags) => {
  const file = bench.object("hostile.o", ["xdp/\x1b[31m", "\x1b]0;x\x07", [EXIT]]);
  const { code, stdout } = await bench.run("verify", file, ...flags);
  expect(code).toBe(1);
  expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
});
