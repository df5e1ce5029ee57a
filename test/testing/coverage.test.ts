import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { simulate } from "../../src/index.ts";
import { Kernel, SimulatedEngine } from "../../src/simulated/index.ts";
import { coverage, eth, ipv4, mergeCoverage, packet, tcp, udp } from "../../src/testing/index.ts";
import { loadAssembly } from "../simulated/program.ts";

const fileOf = (name: string) => new URL(`../programs/${name}`, import.meta.url);
const spec = (name: string) => parse(readFileSync(fileOf(`${name}.o`)));
const udpFrame = packet(eth(), ipv4(), udp({ dport: 53 }));
const tcpFrame = packet(eth(), ipv4(), tcp());

async function loaded(name: string, engine: "interpreter" | "compiled" | "auto" = "auto") {
  const runtime = simulate({ engine });
  const object = await runtime.load(spec(name));
  return { runtime, object, program: object.programs.get(name) };
}

/** Number of the line of a C file that holds `text`. */
function lineOf(name: string, text: string): number {
  const lines = readFileSync(fileOf(`${name}.c`), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

describe("coverage", () => {
  it("given runs, then each instruction counts as often as the trace shows it", async () => {
    const { object, program } = await loaded("bpf2bpf");
    const traced = new Map<number, number>();
    for (const step of program.trace({ data: udpFrame })) traced.set(step.pc, (traced.get(step.pc) ?? 0) + 1);
    const covered = coverage(object);
    await program.run({ data: udpFrame, repeat: 3 });
    const [{ runs }] = covered.report.programs;
    expect(runs).toEqual(runs.map((_, slot) => 3 * (traced.get(slot) ?? 0)));
  });

  it.each(["interpreter", "compiled", "auto"] as const)(
    "given the engine %s, then functions and lines count as the C says",
    async (engine) => {
      const { program } = await loaded("bpf2bpf", engine);
      await program.run({ data: udpFrame, repeat: 5 });
      const covered = coverage(program);
      await program.run({ data: udpFrame, repeat: 2 });
      const [file] = covered.report.files;
      const counts = Object.fromEntries(file.functions.map(({ name, count }) => [name, count]));
      // Every frame of up to 65,535 bytes goes through all of them once.
      expect(counts).toEqual({
        bpf2bpf: 2,
        count_size: 2,
        power_of_16_bits: 2,
        power_of_8_bits: 2,
        power_of_4_bits: 2,
      });
      const count = (text: string) => file.lines.find(({ line }) => line === lineOf("bpf2bpf", text))?.count;
      expect(count("__sync_fetch_and_add")).toBe(2);
      expect(count("uint32_t power = length")).toBe(2);
    },
  );

  it("given both ways of a condition in two runs, then merged they are both taken", async () => {
    const share = async (frames: readonly Uint8Array[]) => {
      const { object, program } = await loaded("drop_udp");
      const covered = coverage(object);
      for (const data of frames) await program.run({ data });
      covered.stop();
      return covered.report;
    };
    const [first, second] = [await share([udpFrame]), await share([tcpFrame])];
    const both = await share([udpFrame, tcpFrame]);
    const merged = mergeCoverage([first, second]);
    expect(merged.lcov()).toBe(both.lcov());
    expect(merged.programs).toHaveLength(1);
    expect(merged.summary.branches.hit).toBeGreaterThan(first.summary.branches.hit);
    expect(merged.summary.instructions.hit).toBeGreaterThan(second.summary.instructions.hit);
  });

  it("given a stop, then nothing counts any more, and compiled code runs again", async () => {
    const { object, program } = await loaded("drop_udp", "compiled");
    const covered = coverage(object);
    await program.run({ data: udpFrame });
    const before = covered.report.summary;
    covered.stop();
    covered.stop();
    await program.run({ data: tcpFrame });
    expect(covered.report.summary).toEqual(before);
  });

  it("given a program on a hook, then packets that it sees count", async () => {
    const { runtime, object, program } = await loaded("drop_udp");
    const covered = coverage(object);
    await program.attach({ ifIndex: 1 });
    runtime.network.receive(1, udpFrame);
    expect(covered.report.programs[0].runs[0]).toBe(1);
  });

  it("given a closed program, then EBPF_CLOSED", async () => {
    const { object, program } = await loaded("drop_udp");
    object.close();
    expect(() => coverage(program)).toThrow(expect.objectContaining({ code: "EBPF_CLOSED" }));
  });

  it("given a tail call, then the program called counts from its start", async () => {
    const engine = new SimulatedEngine(new Kernel(), "test");
    const programs = engine.createMap({ name: "jumps", type: 3, keySize: 4, valueSize: 4, maxEntries: 1 });
    const callee = await loadAssembly(engine, "mov %r0, 2\nexit");
    const code = "mov %r6, %r1\nlddw %r2, 0\nmov %r3, 0\nmov %r1, %r6\ncall 5\nmov %r0, 1\nexit";
    const caller = await loadAssembly(engine, code, [{ slot: 1, map: programs }]);
    engine.updateObject(programs, new Uint8Array(4), callee, 0);
    const seen: string[] = [];
    const stops = [
      engine.watch(caller, (slot) => seen.push(`caller ${slot}`)),
      engine.watch(callee, (slot) => seen.push(`callee ${slot}`)),
    ];
    const { returnValue } = await engine.testRun(caller, { data: udpFrame });
    expect(returnValue).toBe(2);
    expect(seen).toEqual([
      ...[0, 1, 3, 4, 5].map((slot) => `caller ${slot}`),
      ...[0, 1].map((slot) => `callee ${slot}`),
    ]);
    for (const stop of stops) stop();
    await engine.testRun(caller, { data: udpFrame });
    expect(seen).toHaveLength(7);
  });

  it("given the texts, then lines that never ran are marked and lcov has each record", async () => {
    const { object, program } = await loaded("drop_udp");
    const covered = coverage(object);
    await program.run({ data: tcpFrame });
    const { report } = covered;
    const source = readFileSync(fileOf("drop_udp.c"), "utf8");
    expect(report.text({ source: () => source }).split("\n").length).toBeGreaterThan(source.split("\n").length);
    expect(report.text()).toMatch(/#####/);
    expect(report.listing()).toMatch(/always jumps/);
    const lcov = report.lcov({ path: (file) => `/src/${file}` });
    expect(lcov).toMatch(/^TN:\nSF:\/src\//);
    expect(lcov).toMatch(/\nFNDA:1,drop_udp\n/);
    const { lines, branches } = report.summary;
    const sum = (record: string) =>
      [...lcov.matchAll(new RegExp(`^${record}:(\\d+)$`, "gm"))].reduce((total, [, count]) => total + Number(count), 0);
    expect([sum("LH"), sum("LF")]).toEqual([lines.hit, lines.found]);
    expect([sum("BRH"), sum("BRF")]).toEqual([branches.hit, branches.found]);
  });
});
