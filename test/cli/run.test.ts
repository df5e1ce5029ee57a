import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/net/index.ts";
import { EXIT, frame, returning, Workbench } from "./workbench.ts";

const bench = new Workbench();
const countPorts = "test/programs/count_ports.o";
const three = bench.capture("three.pcap", [frame(60, 1), frame(61, 2), frame(62, 3)]);

/** An Ethernet frame with an IPv4 datagram of UDP to `port` (RFC 894, 791, 768). */
const udp = (port: number): Uint8Array => {
  const bytes = new Uint8Array(60);
  bytes.set([0x08, 0x00, 0x45, 0, 0, 46, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], 12);
  bytes.set([0x04, 0xd2, port >> 8, port & 255, 0, 26], 34);
  return bytes;
};

const json = async (...argv: string[]) => {
  const { code, stdout, stderr } = await bench.run("run", ...argv, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[^\n]+\n$/);
  const document: unknown = JSON.parse(stdout);
  return document;
};

describe("run", () => {
  test("counts packets and verdicts and prints the maps through BTF", async () => {
    const pcap = bench.capture("udp.pcap", [udp(53), udp(53), udp(4433)]);
    const document = await json(countPorts, "--pcap", pcap);
    expect(document).toEqual({
      program: "count_ports",
      section: "xdp",
      type: "xdp",
      verified: true,
      packets: 3,
      bytes: 180,
      verdicts: { PASS: 3 },
      maps: {
        ports: {
          type: "hash",
          entries: [
            [53, 2],
            [4433, 1],
          ],
        },
        kinds: { type: "array", entries: expect.arrayContaining([[2, { packets: 3, bytes: 180 }]]) },
      },
      seconds: expect.any(Number),
    });
  });

  test("says the same as text, and that the program is verified", async () => {
    const pcap = bench.capture("udp.pcap", [udp(53), udp(53), udp(4433)]);
    const { code, stdout, stderr } = await bench.run("run", countPorts, "--pcap", pcap);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Program count_ports (section xdp, type xdp, verified)\n3 packets, 180 bytes in ");
    expect(stdout).toMatch(/PASS +3 +100\.0 %\n/);
    expect(stdout).toMatch(/Map ports \(hash, 2 entries\)\n +Key +Value\n +53 +2\n +4433 +1\n/);
  });

  test("prints global variables by name, as they are after the run", async () => {
    const before = (await bench.run("show", "test/programs/globals.o", "--json")).stdout;
    const { globals }: { globals: { name: string; map: string }[] } = JSON.parse(before);
    const document = (await json("test/programs/globals.o", "--pcap", three)) as { maps: Record<string, unknown> };
    for (const { name, map } of globals) {
      expect(document.maps[map]).toMatchObject({ type: "array", entries: [[0, { [name]: expect.anything() }]] });
    }
    // uint64_t packets counts every packet (test/programs/globals.c).
    expect(document.maps["globals.bss"]).toMatchObject({ entries: [[0, { packets: 3 }]] });
  });

  test("takes the keys of arrays for indexes where nothing else is said of them", async () => {
    const { stdout } = await bench.run("run", "test/programs/maps_legacy.o", "--pcap", three, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      maps: { totals: { type: "array", entries: [[0, expect.any(String)]] } },
    });
  });

  test.each([
    [1, "PASS"],
    [2, "DROP"],
    [3, "TX"],
    [0, "0"],
    [4, "4"],
    [99, "99"],
  ])("calls verdict %d %s", async (verdict, name) => {
    const file = bench.object("verdict.o", ["xdp", "main", returning(verdict)]);
    expect(await json(file, "--pcap", three)).toMatchObject({ verdicts: { [name]: 3 } });
  });

  test("--limit stops early", async () => {
    const file = bench.object("pass.o", ["xdp", "main", returning(1)]);
    expect(await json(file, "--pcap", three, "--limit", "2")).toMatchObject({ packets: 2, bytes: 121 });
    expect(await json(file, "--pcap", three, "--limit", "0")).toMatchObject({ packets: 0, verdicts: {} });
    expect(await json(file, "--pcap", three, "--limit", "9")).toMatchObject({ packets: 3 });
  });

  test("--ifindex is what the program sees as its interface", async () => {
    // r0 = *(u32 *)(r1 + 24), xdp_md_t's ingress_ifindex (tests/include/xdp_hooks.h of ebpf-for-windows)
    const file = bench.object("index.o", ["xdp", "main", ["6110180000000000", EXIT]]);
    expect(await json(file, "--pcap", three)).toMatchObject({ verdicts: { PASS: 3 } });
    expect(await json(file, "--pcap", three, "--ifindex", "4242")).toMatchObject({ verdicts: { "4242": 3 } });
  });

  test("the clock follows the capture", async () => {
    // r0 = bpf_ktime_get_ns() (helper 9 on Windows); three packets a millisecond apart
    const file = bench.object("clock.o", ["xdp", "main", ["8500000009000000", EXIT]]);
    const { verdicts } = (await json(file, "--pcap", three)) as { verdicts: Record<string, number> };
    const times = Object.keys(verdicts)
      .map(Number)
      .sort((a, b) => a - b);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 1_000_000, 2_000_000]);
  });
});

describe("--out", () => {
  test.each([
    [1, 3],
    [3, 3],
    [2, 0],
    [7, 0],
  ])("of packets with verdict %d, writes %d of 3", async (verdict, written) => {
    const file = bench.object("verdict.o", ["xdp", "main", returning(verdict)]);
    const out = bench.path("verdict.pcap");
    await json(file, "--pcap", three, "--out", out);
    const copied = [...readCapture(readFileSync(out))];
    const given = [...readCapture(readFileSync(three))];
    expect(copied.map(({ data, timestamp }) => ({ data: [...data], timestamp }))).toEqual(
      given.slice(0, written).map(({ data, timestamp }) => ({ data: [...data], timestamp })),
    );
  });

  test("writes packets as the program left them", async () => {
    // r2 = ctx->data; r3 = ctx->data_end; r4 = r2 + 1; if r4 <= r3: *(u8 *)(r2 + 0) = 0xaa; r0 = XDP_TX
    const check = ["7912000000000000", "7913080000000000", "bf24000000000000", "0704000001000000", "2d34010000000000"];
    const file = bench.object("rewrite.o", ["xdp", "main", [...check, "72020000aa000000", ...returning(3)]]);
    const out = bench.path("rewritten.pcap");
    await json(file, "--pcap", three, "--out", out);
    expect([...readCapture(readFileSync(out))].map(({ data }) => data[0])).toEqual([0xaa, 0xaa, 0xaa]);
    expect([...readCapture(readFileSync(three))].map(({ data }) => data[0])).toEqual([1, 2, 3]);
  });

  test("never overwrites what is being read", async () => {
    const file = bench.object("pass.o", ["xdp", "main", returning(1)]);
    const before = readFileSync(three);
    for (const out of [three, file, `${bench.folder}/./three.pcap`]) {
      const { code, stderr } = await bench.run("run", file, "--pcap", three, "--out", out);
      expect(stderr).toMatch(/--out would overwrite/);
      expect(code).toBe(2);
    }
    expect(readFileSync(three)).toEqual(before);
  });

  test("says so where it cannot be written", async () => {
    const file = bench.object("pass.o", ["xdp", "main", returning(1)]);
    const { code, stderr } = await bench.run("run", file, "--pcap", three, "--out", bench.path("no/such/folder.pcap"));
    expect(code).toBe(2);
    expect(stderr).toMatch(/folder\.pcap: cannot be written: no such file or directory/);
  });
});

describe("which program", () => {
  const two = bench.object("two.o", ["xdp/a", "first", returning(1)], ["xdp/b", "second", returning(2)]);

  test("the only XDP program needs no name", async () => {
    const file = bench.object("mixed.o", ["bind", "other", [EXIT]], ["xdp", "main", returning(1)]);
    expect(await json(file, "--pcap", three)).toMatchObject({ program: "main" });
  });

  test("of several, the one that is named, by name or by section", async () => {
    expect(await json(two, "--pcap", three, "--program", "second")).toMatchObject({ program: "second" });
    expect(await json(two, "--pcap", three, "--program", "xdp/a")).toMatchObject({ program: "first" });
  });

  test("a program that is not run need not load", async () => {
    const file = bench.object("other.o", ["xdp/bad", "bad", ["ff00000000000000", EXIT]], ["xdp", "good", returning(1)]);
    expect(await json(file, "--pcap", three, "--program", "good")).toMatchObject({ verdicts: { PASS: 3 } });
  });

  test.each<[string, string[], RegExp]>([
    ["several and no name", [two], /say which with --program\n +There are "first" \(section "xdp\/a"\), "second"/],
    ["a wrong name", [two, "--program", "secnd"], /there is no program "secnd"\n +Did you mean "second"\?/],
    ["no such name at all", [two, "--program", "zzzzzz"], /The object has "first" \(section "xdp\/a"\), "second"/],
    [
      "none",
      [bench.object("bind.o", ["bind", "main", [EXIT]])],
      /has no XDP program\n +It has "main" \(section "bind"\)/,
    ],
    ["another type", [bench.path("bind.o"), "--program", "main"], /program "main" has type "bind"/],
  ])("given %s, then exits with 2", async (_, argv, message) => {
    const { code, stdout, stderr } = await bench.run("run", ...argv, "--pcap", three);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

describe("captures that cannot be used exit with 2 and the file's name", () => {
  const file = bench.object("pass.o", ["xdp", "main", returning(1)]);
  const whole = readFileSync(three);
  test.each<[string, () => string, RegExp]>([
    ["missing", () => bench.path("missing.pcap"), /missing\.pcap: cannot be read: no such file/],
    ["empty", () => bench.file("empty.pcap", ""), /empty\.pcap: /],
    ["an object file", () => file, /pass\.o: neither a pcap nor a pcapng file/],
    ["cut in its header", () => bench.file("head.pcap", whole.subarray(0, 20)), /head\.pcap: /],
    [
      "not of Ethernet",
      () => bench.capture("any.pcap", [frame(60)], { linkType: 113 }),
      /packet 1 is of link type 113 \(Linux cooked/,
    ],
    [
      "of giant frames",
      () => bench.capture("giant.pcap", [frame(60), frame(70_000)]),
      /giant\.pcap: packet 2: .*70000/,
    ],
  ])("%s", async (_, pcap, message) => {
    const { code, stdout, stderr } = await bench.run("run", file, "--pcap", pcap());
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("one that ends inside a packet is used up to there, with a warning", async () => {
    const cut = bench.file("cut.pcap", whole.subarray(0, whole.length - 10));
    const { code, stdout, stderr } = await bench.run("run", file, "--pcap", cut, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ packets: 2 });
    expect(stderr).toMatch(/cut\.pcap: ends inside a packet/);
  });

  test("an empty capture is a run of no packets", async () => {
    expect(await json(file, "--pcap", bench.capture("none.pcap", []))).toMatchObject({ packets: 0, verdicts: {} });
  });
});

describe("programs that are refused or fault exit with 1", () => {
  test("an instruction that does not exist", async () => {
    const file = bench.object("bad.o", ["xdp", "main", ["ff00000000000000", EXIT]]);
    const { code, stdout, stderr } = await bench.run("run", file, "--pcap", three, "--no-verify");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/bad\.o: program "main" \(section "xdp"\): instruction 0/);
  });

  test("a helper that does not exist", async () => {
    const file = bench.object("helper.o", ["xdp", "main", ["8500000063000000", EXIT]]);
    const { code, stderr } = await bench.run("run", file, "--pcap", three, "--no-verify");
    expect(code).toBe(1);
    expect(stderr).toMatch(/helper\.o: .*99/);
  });

  test("a fault names packet, instruction and reason, and keeps what was written by then", async () => {
    // r2 = ctx->data; r3 = first byte; r0 = XDP_PASS; if r3 != 2 exit; r4 = 0; r0 = *(u64 *)(r4 + 0)
    const slots = ["7912000000000000", "7123000000000000", "b700000001000000", "5503020002000000"];
    const file = bench.object("fault.o", ["xdp", "main", [...slots, "b704000000000000", "7940000000000000", EXIT]]);
    const out = bench.path("fault.pcap");
    const { code, stdout, stderr } = await bench.run("run", file, "--pcap", three, "--out", out, "--no-verify");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/three\.pcap: packet 2: main: instruction 5, .*null pointer/);
    expect([...readCapture(readFileSync(out))]).toHaveLength(1);
  });

  test("a fault names the source line where the object knows it", async () => {
    const object = Buffer.from(readFileSync(countPorts));
    // The program's second instruction, `r2 = 0` in 32 bits, becomes a read through its argument's null: r2 = *(u64 *)(r0 + 0)
    const at = object.indexOf(Buffer.from("bf16000000000000b402000000000000", "hex"));
    expect(at).toBeGreaterThan(0);
    object.set(Buffer.from("b7000000000000007902000000000000", "hex"), at);
    const file = bench.file("patched.o", object);
    const { code, stderr } = await bench.run("run", file, "--pcap", three, "--no-verify");
    expect(code).toBe(1);
    expect(stderr).toMatch(/packet 1: count_ports: instruction 1, .*count_ports\.c:\d+\): .*null pointer/);
  });
});

describe("the verifier", () => {
  // test/programs/refused/null_lookup.c uses what a lookup found without looking whether it found anything.
  const refused = ["run", "test/programs/refused/null_lookup.o", "--pcap", three];

  test.each([[[]], [["--json"]]])("refuses an unsafe program before it runs: %j", async (flags) => {
    const { code, stdout, stderr } = await bench.run(...refused, ...flags);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error\[null\]: .*may be null.*\n.*null_lookup\.c:16/);
    expect(stderr).toMatch(/winbpf: .*null_lookup\.o: refused, and not run \(--no-verify/);
  });

  test("--no-verify runs it all the same, and says so everywhere", async () => {
    const pass = bench.object("unsafe.o", ["xdp", "main", ["7912000000000000", "7123000000000000", ...returning(1)]]);
    const text = await bench.run("run", pass, "--pcap", three, "--no-verify");
    expect(text.code).toBe(0);
    expect(text.stdout).toContain("type xdp, not verified)");
    expect(text.stderr).toContain("unsafe.o: NOT VERIFIED");
    const { stdout } = await bench.run("run", pass, "--pcap", three, "--no-verify", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ verified: false, verdicts: { PASS: 3 } });
  });

  test("what only newer verifiers refuse runs with a warning", async () => {
    const { code, stderr } = await bench.run("run", "test/programs/refused/second_lookup.o", "--pcap", three);
    expect(stderr).toMatch(/^winbpf: .*"second_lookup": Windows 1\.6 loads this, newer verifiers refuse it: .*\n/);
    expect(code).toBe(0);
  });
});

describe("interruption and progress", () => {
  const file = bench.object("pass.o", ["xdp", "main", returning(1)]);
  const many = bench.capture("many.pcap", new Array<Uint8Array>(300_000).fill(frame(60)));

  test("an interrupted run prints what it has counted and exits with 130", async () => {
    const controller = new AbortController();
    // r1 = 0; r1 += 1; if r1 < 20000 goto -2; r0 = XDP_PASS; exit: no machine is through with all packets by then.
    const loop = ["b701000000000000", "0701000001000000", "a501feff204e0000"];
    const slow = bench.object("slow.o", ["xdp", "main", [...loop, ...returning(1)]]);
    setTimeout(() => controller.abort(), 30);
    const { code, stdout, stderr } = await bench.runWith(
      { interruption: controller.signal },
      ...["run", slow, "--pcap", many, "--json"],
    );
    expect(code).toBe(130);
    const { packets, verdicts }: { packets: number; verdicts: { PASS?: number } } = JSON.parse(stdout);
    expect(packets).toBeLessThan(300_000);
    expect(verdicts.PASS ?? 0).toBe(packets);
    expect(stderr).toContain(`interrupted after ${packets} packets`);
  });

  test("a terminal gets a progress line on stderr, at most ten times a second, and keeps none of it", async () => {
    const start = performance.now();
    const { stdout, stderr } = await bench.runWith({ terminal: true }, "run", file, "--pcap", many);
    const seconds = (performance.now() - start) / 1000;
    const drawn = stderr.split("\r\x1b[K");
    expect(drawn.length - 2).toBeLessThanOrEqual(seconds * 10 + 1);
    expect(drawn.at(-1)).toBe("");
    for (const line of drawn.slice(1, -1)) expect(line).toMatch(/^\[=* *\] +\d+ % {2}[\d,]+ packets/);
    expect(stdout).not.toContain("\r");
  });

  test("no terminal, no progress", async () => {
    const { stderr } = await bench.run("run", file, "--pcap", many);
    expect(stderr).toBe("");
  });
});

test("names from the object are escaped in the report", async () => {
  const file = bench.object("hostile.o", ["xdp/\x1b[31m", "\x1b]0;x\x07", returning(1)]);
  const { code, stdout } = await bench.run("run", file, "--pcap", three);
  expect(code).toBe(0);
  expect(stdout).toContain("Program \\x1b]0;x\\x07 (section xdp/\\x1b[31m");
  expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
  expect(existsSync(three)).toBe(true);
});
