import { resolve } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import { bytesText, parseBytes } from "../../src/cli/kernel/bytes-text.ts";
import { openRuntime } from "../../src/index.ts";
import { whyNoLibbpf } from "../native/usable.ts";
import { VethPair, whyNoVeth } from "../native/veth.ts";
import { Workbench } from "./workbench.ts";

const bench = new Workbench();
const why = whyNoLibbpf() ?? whyNoVeth();
const object = resolve(import.meta.dirname, "../native/programs/linux_icmp.o");
const root = `BPF:\\winbpf-cli-${process.pid}`;
const run = (...args: string[]) => bench.run(...args, "--runtime", "libbpf");

describe.skipIf(why !== undefined)(`the kernel's commands${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  const veth = why === undefined ? new VethPair() : undefined;
  afterAll(() => {
    veth?.close();
    if (why !== undefined) return;
    const runtime = openRuntime("libbpf");
    for (const { path } of [...runtime.pins()]) if (path.startsWith(`${root}\\`)) runtime.unpin(path);
    runtime.close();
  });

  it("given an object, then it is loaded, attached, watched, detached and unpinned", async () => {
    const loaded = await run("load", object, "--pin", root);
    expect(loaded).toMatchObject({ code: 0, stderr: "" });
    const paths = loaded.stdout.trim().split("\n");
    expect(paths.toSorted()).toEqual(["count_icmp", "events", "packets_by_protocol"].map((name) => `${root}\\${name}`));

    expect((await run("show", "pins")).stdout).toContain(`${root}\\count_icmp`);
    const programs = JSON.parse((await run("show", "programs", "--json")).stdout);
    expect(programs).toContainEqual(expect.objectContaining({ name: "count_icmp", type: "xdp" }));
    const maps = JSON.parse((await run("show", "maps", "--json")).stdout);
    expect(maps).toContainEqual(expect.objectContaining({ type: "hash", key: 4, value: 8, entries: 256 }));

    // A shell takes backslashes for its own: slashes do, and what is printed is the path that the pin has.
    const link = `${root}\\link`;
    const attached = await run(
      "attach",
      `${root}\\count_icmp`,
      "--interface",
      String(veth?.ifIndex),
      "--pin",
      link.replaceAll("\\", "/"),
    );
    expect(attached).toMatchObject({ code: 0, stdout: expect.stringMatching(/^link \d+ /) });
    expect(attached.stdout).toContain(` ${link}\n`);
    expect((await run("show", "links")).stdout).toMatch(/xdp/);
    const links = JSON.parse((await run("show", "links", "--json")).stdout);
    expect(links).toContainEqual(
      expect.objectContaining({
        type: "xdp",
        attachType: "BPF_XDP",
        parameter: expect.stringMatching(/^[0-9a-f]{8}$/),
      }),
    );
    expect(veth?.ping(3)).toBe(3);
    const map = `${root}\\packets_by_protocol`;
    expect(await run("map", "get", map, "1")).toMatchObject({ code: 0, stdout: "3\n" });
    expect((await run("map", "dump", map)).stdout).toContain("1: 3\n");
    expect(await run("map", "set", map, "17", "0x10")).toMatchObject({ code: 0 });
    expect((await run("map", "get", map, "hex:11000000")).stdout).toBe("16\n");
    expect((await run("map", "get", map, "17", "--json")).stdout).toBe('{"key":"17","value":"16"}\n');
    expect(
      (await run("map", "dump", map, "--json")).stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toContainEqual({
      key: "17",
      value: "16",
    });
    expect(await run("map", "set", map, "17", "-5")).toMatchObject({ code: 0, stderr: "" });
    expect((await run("map", "get", map, "17")).stdout).toBe(`${2n ** 64n - 5n}\n`);
    expect(await run("load", object, "--pin", root)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`"${root}\\packets_by_protocol" cannot be pinned to`),
    });
    expect((await run("show", "pins")).stdout).toContain(`${root}\\events`);
    expect(await run("map", "delete", map, "17")).toMatchObject({ code: 0 });
    expect(await run("map", "get", map, "17")).toMatchObject({ code: 1, stderr: expect.stringMatching(/no such key/) });
    const events = await run("events", `${root}\\events`, "--count", "3", "--json");
    expect(events.stdout.trim().split("\n")).toHaveLength(3);

    expect(await run("detach", link)).toMatchObject({ code: 0, stderr: "" });
    expect(veth?.ping(1)).toBe(1);
    expect((await run("map", "get", map, "1")).stdout).toBe("3\n");

    // By its name, and detached by its id: no pin of the link is left.
    const named = await run("attach", `${root}\\count_icmp`, "--interface", veth?.name ?? "", "--pin", link);
    expect(named).toMatchObject({ code: 0, stderr: "" });
    const taken = await run("attach", `${root}\\count_icmp`, "--interface", veth?.name ?? "", "--pin", `${link}2`);
    expect(taken).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/A program is there already: .*winbpf show links/),
    });
    expect(await run("detach", /^link (\d+)/.exec(named.stdout)?.[1] ?? "")).toMatchObject({ code: 0, stderr: "" });
    expect((await run("show", "pins")).stdout).not.toContain(link);
    expect(await run("pin", "map", map, `${root}/copy`)).toMatchObject({ code: 0, stdout: `${root}\\copy\n` });
    for (const path of [...paths, `${root}\\copy`]) expect(await run("unpin", path)).toMatchObject({ code: 0 });
    expect((await run("show", "pins")).stdout).not.toContain(root);
  });

  it("given what is not there, then the error says so and the code is 1", async () => {
    expect(await run("unpin", `${root}\\nothing`)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Nothing is pinned/),
    });
    expect(await run("map", "dump", "4000000000")).toMatchObject({ code: 1 });
    expect(await run("map", "dump", "99999999999")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/An id is/),
    });
    expect(await run("map", "dump", "BPF:/")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no pin, but a folder/),
    });
    expect(await run("detach", `${root}\\nothing`)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Nothing is pinned there: .*winbpf show pins/),
    });
  });
});

const foreign = process.platform === "win32" ? "libbpf" : "windows";

test("a machine without that kernel says so, and exits with 2", async () => {
  const outcomes = [
    await bench.run("show", "maps", "--runtime", foreign),
    await bench.run("events", "7", "--runtime", foreign),
    await bench.run("map", "dump", "7", "--runtime", foreign),
  ];
  for (const { code, stderr } of outcomes) {
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot be opened/);
  }
});

test("a negative number is no option", async () => {
  expect(await bench.run("events", "7", "--count", "-1")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--count takes a whole number from 1 to \d+, not -1/),
  });
});

test("wrong command lines exit with 2", async () => {
  for (const args of [
    ["map", "eat", "7"],
    ["map", "get", "7", "1", "2"],
    ["map", "set", "7"],
    ["map", "dump", "7", "1"],
    ["attach", "7", "--pin", "BPF:/x", "--interface", "no/such"],
    ["attach", "7", "--pin", "BPF:/x", "--capture", "some"],
    ["load", "x.o"],
    ["attach", "7"],
    ["show", "maps", "--runtime", "plan9"],
  ]) {
    expect(await bench.run(...args)).toMatchObject({ code: 2 });
  }
});

test("numbers and hex become bytes of the size, and bytes text", () => {
  expect(parseBytes("258", 4, "The key")).toEqual(Uint8Array.of(2, 1, 0, 0));
  expect(parseBytes("-1", 2, "The key")).toEqual(Uint8Array.of(255, 255));
  expect(parseBytes("hex:c0 a8 00 01 ff", 5, "The key")).toEqual(Uint8Array.of(0xc0, 0xa8, 0, 1, 0xff));
  for (const [text, size] of [
    ["256", 1],
    ["hex:00", 2],
    ["hex:zz", 1],
    ["ten", 4],
    ["", 4],
  ] as const) {
    expect(() => parseBytes(text, size, "The key")).toThrow(/The key/);
  }
  expect(bytesText(Uint8Array.of(2, 1, 0, 0))).toBe("258");
  expect(bytesText(Uint8Array.of(1, 2, 3))).toBe("01 02 03");
});
