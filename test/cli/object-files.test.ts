import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { shared } from "../shared.ts";
import { EXIT, returning, Workbench } from "./workbench.ts";

const bench = new Workbench();
const countPorts = "test/programs/count_ports.o";

describe("show", () => {
  test("prints programs and maps of a real object", async () => {
    const { code, stdout } = await bench.run("show", countPorts);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n +xdp +count_ports +xdp +\d+\n/);
    // As test/programs/count_ports.c declares them.
    expect(stdout).toMatch(/\n +ports +hash +2 +8 +65536 +uint16_t +uint64_t\n/);
    expect(stdout).toMatch(/\n +kinds +array +4 +16 +7 +uint32_t +struct traffic\n/);
  });

  test("prints the same as one JSON document", async () => {
    const { code, stdout } = await bench.run("show", countPorts, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      file: countPorts,
      platform: "windows",
      programs: [{ section: "xdp", name: "count_ports", type: "xdp" }],
      maps: expect.arrayContaining([
        expect.objectContaining({ name: "ports", type: "hash", keySize: 2, valueSize: 8, maxEntries: 65536 }),
      ]),
    });
  });

  test("prints names and values of globals", async () => {
    const { stdout } = await bench.run("show", "test/elf/fixtures/globals.o", "--json");
    const { globals }: { globals: { name: string; value: unknown }[] } = JSON.parse(stdout);
    expect(globals.length).toBeGreaterThan(0);
    const source = readFileSync("test/elf/fixtures/globals.c", "utf8");
    for (const { name } of globals) expect(source).toContain(name);
  });
});

test("--platform says whose section names and helper numbers hold", async () => {
  // r0 = call 5: bpf_tail_call on Windows, bpf_ktime_get_ns on Linux
  const file = bench.object("linux.o", ["kprobe/open", "main", ["8500000005000000", EXIT]]);
  expect((await bench.run("show", file)).stdout).toMatch(/kprobe\/open +main +unspec +2\n/);
  expect((await bench.run("show", file, "--platform", "linux")).stdout).toMatch(/kprobe\/open +main +kprobe +2\n/);
  expect((await bench.run("disassemble", file)).stdout).toContain("bpf_tail_call:5(");
  expect((await bench.run("disassemble", file, "--platform", "linux")).stdout).not.toContain("tail_call");
});

describe("disassemble", () => {
  test("lists every program under its name", async () => {
    const file = bench.object("two.o", ["xdp", "first", returning(1)], ["xdp/b", "second", returning(2)]);
    const { code, stdout } = await bench.run("disassemble", file);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "; program first, section xdp\n       0:\tr0 = 1\n       1:\texit\n",
        "; program second, section xdp/b\n       0:\tr0 = 2\n       1:\texit\n",
      ].join("\n"),
    );
  });

  test("lists one program, by its name or its section", async () => {
    const file = bench.object("two.o", ["xdp", "first", returning(1)], ["xdp/b", "second", returning(2)]);
    for (const name of ["second", "xdp/b"]) {
      const { stdout } = await bench.run("disassemble", file, "--program", name);
      expect(stdout).toContain("r0 = 2");
      expect(stdout).not.toContain("r0 = 1");
    }
  });

  test("given a name that is almost right, then suggests the right one", async () => {
    const { code, stderr } = await bench.run("disassemble", countPorts, "--program", "count_port");
    expect(code).toBe(2);
    expect(stderr).toContain('there is no program "count_port"\n        Did you mean "count_ports"?');
  });

  test("shows source lines when asked", async () => {
    const plain = await bench.run("disassemble", countPorts);
    expect(plain.stdout).not.toContain("count_ports.c:");
    const { stdout } = await bench.run("disassemble", countPorts, "--source");
    expect(stdout).toMatch(/; \S*count_ports\.c:\d+\n; .*count_ports\(xdp_md_t \*ctx\)\n {7}0:\t/);
  });

  test("gives the listing as JSON", async () => {
    const { stdout } = await bench.run("disassemble", countPorts, "--json", "--source");
    const { programs }: { programs: { name: string; lines: { kind: string; slot?: number }[] }[] } = JSON.parse(stdout);
    expect(programs.map(({ name }) => name)).toEqual(["count_ports"]);
    expect(programs[0]?.lines.some(({ kind }) => kind === "source")).toBe(true);
    expect(programs[0]?.lines.find(({ kind }) => kind === "instruction")?.slot).toBe(0);
  });
});

describe("files that cannot be read exit with 2, nothing on stdout, and the file's name", () => {
  const object = readFileSync(countPorts);
  test.each<[string, () => string, RegExp]>([
    ["missing", () => bench.path("missing.o"), /missing\.o: cannot be read: no such file or directory\n$/],
    ["a folder", () => bench.folder, /cannot be read: it is a directory\n$/],
    ["empty", () => bench.file("empty.o", ""), /empty\.o: .*\(file, offset 0x0\)/],
    ["text", () => bench.file("text.o", "#include <winbpf/xdp.h>\n".repeat(9)), /text\.o: .*ELF.*offset 0x/],
    [
      "cut in half",
      () => bench.file("half.o", object.subarray(0, object.length / 2)),
      /half\.o: .*offset 0x[0-9a-f]+\)/,
    ],
  ])("%s", async (_, file, message) => {
    for (const argv of [["show"], ["show", "--json"], ["disassemble"], ["run", "--pcap", bench.path("none.pcap")]]) {
      const { code, stdout, stderr } = await bench.run(...argv, file());
      expect(stderr).toMatch(message);
      expect([code, stdout]).toEqual([2, ""]);
    }
  });

  test("a broken section is named with its offset", async () => {
    const file = bench.object("odd.o", ["xdp\x1b[2J", "main", ["b700"]]);
    const { code, stderr } = await bench.run("show", file);
    expect(code).toBe(2);
    expect(stderr).toMatch(/odd\.o: .*section .*xdp.*offset 0x/);
    expect(stderr.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
  });
});

describe("names from the file are escaped", () => {
  const file = bench.object(
    "hostile.o",
    ["xdp/\x1b]0;title\x07", "a\x1b[31m", returning(1)],
    ["bind\u202e", "\r\nmain", [EXIT]],
  );

  test.each([["show"], ["disassemble"], ["disassemble", "--source"]])("by %s", async (...argv) => {
    const { code, stdout } = await bench.run(...argv, file);
    expect(code).toBe(0);
    expect(stdout).toContain("a\\x1b[31m");
    expect(stdout).toContain("xdp/\\x1b]0;title\\x07");
    expect(stdout.replaceAll(/[\n\t]/g, "")).not.toMatch(/\p{C}/u);
  });

  test.each([["show"], ["disassemble"]])("by JSON's own rules in %s --json", async (command) => {
    const { stdout } = await bench.run(command, file, "--json");
    expect(stdout).not.toContain("\x1b");
    const { programs }: { programs: { name: string }[] } = JSON.parse(stdout);
    expect(programs.map(({ name }) => name).sort()).toEqual(["\r\nmain", "a\x1b[31m"]);
  });

  test("in messages too", async () => {
    const { code, stderr } = await bench.run("disassemble", file, "--program", "\x1b[5m");
    expect(code).toBe(2);
    expect(stderr).toContain("\\x1b[5m");
    expect(stderr.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
  });
});

const forLinux = shared("conformance/prevail-corpus/cilium/bpf_lb.o");

test.skipIf(forLinux === undefined)(
  "an object that only Linux takes is refused with the option that reads it",
  async () => {
    const refused = await bench.run("show", forLinux ?? "");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--platform linux");
    expect((await bench.run("show", forLinux ?? "", "--platform", "linux")).code).toBe(0);
  },
);
