import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { nearest } from "../../src/cli/nearest.ts";
import { Workbench } from "./workbench.ts";

const bench = new Workbench();

const commands = [
  "run",
  "verify",
  "show",
  "disassemble",
  "load",
  "attach",
  "detach",
  "pin",
  "unpin",
  "map",
  "events",
  "headers",
];

describe("help", () => {
  test.each([["--help"], ["-h"], ["help"]])("winbpf %s lists every command", async (flag) => {
    const { code, stdout, stderr } = await bench.run(flag);
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toContain(`  ${command} `);
    expect(stderr).toBe("");
  });

  test.each(commands)("winbpf help %s says the same as --help after it", async (command) => {
    const help = await bench.run("help", command);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain(`Usage: winbpf ${command}`);
    expect(await bench.run(command, "--help")).toEqual(help);
  });

  test("without a command, help goes to stderr and the exit code is 2", async () => {
    const { code, stdout, stderr } = await bench.run();
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: winbpf COMMAND");
  });
});

test("--version prints the package's version", async () => {
  const manifest: { version: string } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(await bench.run("--version")).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

describe("wrong command lines exit with 2 and say what was meant", () => {
  test.each<[string[], RegExp]>([
    [["shwo"], /no command shwo\n +Did you mean show\?/],
    [["nonsense"], /no command nonsense\n +See winbpf --help/],
    [["--verison"], /no option --verison/],
    [["help", "rnu"], /Did you mean run\?/],
    [["show", "x.o", "--jsno"], /show has no option --jsno\n +Did you mean --json\?/],
    [["show", "x.o", "-j"], /show has no option -j/],
    [["show", "x.o", "--nonsense"], /See winbpf help show/],
    [["show"], /show needs an object file/],
    [["show", "x.o", "y.o"], /does not know what to do with y\.o/],
    [["show", "x.o", "--json=1"], /--json takes no value/],
    [["show", "x.o", "--platform", "beos"], /windows or linux, not beos/],
    [["run", "x.o"], /run needs a capture: --pcap/],
    [["run", "x.o", "--pcap"], /--pcap needs a value/],
    [["run", "x.o", "--pcap", "--json"], /--pcap needs a value/],
    [["run", "x.o", "--pcap", "a", "--pcap", "b"], /--pcap is given twice/],
    [["run", "x.o", "--pcap", "a", "--limit", "-1"], /--limit takes a whole number from 0 to \d+, not -1/],
    [["run", "x.o", "--pcap", "a", "--limit=ten"], /--limit takes a whole number from 0 to \d+, not ten/],
    [["run", "x.o", "--pcap", "a", "--ifindex", "0"], /--ifindex takes a whole number from 1 to 4294967295, not 0/],
    [["show", "x.o", "--\x1b[31m"], /no option --\\x1b\[31m/],
  ])("%j", async (argv, message) => {
    const { code, stdout, stderr } = await bench.run(...argv);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

test("an option's value may begin with a dash when it is written with =", async () => {
  const { stderr } = await bench.run("show", "--", "-missing.o");
  expect(stderr).toContain("-missing.o: cannot be read");
  expect((await bench.run("run", "x.o", "--pcap=-in.pcap")).stderr).not.toContain("needs a value");
});

test("headers prints one absolute path, which holds the headers", async () => {
  const { code, stdout } = await bench.run("headers");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[^\n]+\n$/);
  expect(readFileSync(`${stdout.trimEnd()}/winbpf/xdp.h`, "utf8")).toContain("xdp_md_t");
});

describe("nearest", () => {
  test.each([
    ["jsn", "json"],
    ["PCAP", "pcap"],
    ["prog", "program"],
    ["x", undefined],
    ["somethingelse", undefined],
    ["j".repeat(100_000), undefined],
  ])("%s is probably %s", (name, expected) => {
    expect(nearest(name, ["json", "pcap", "program", "limit", "p".repeat(100_000)])).toBe(expected);
  });
});
