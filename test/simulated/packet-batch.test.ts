import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { simulate } from "../../src/runtime/index.ts";
import { Kernel, type KernelOptions, SimulatedEngine } from "../../src/simulated/index.ts";
import { loadAssembly } from "./program.ts";

const engines = ["interpreter", "compiled"] as const;
const XDP = 1;

/** Numbers that are the same in every run (Park, Miller: Random number generators, 1988). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % below;
  };
}

/** Frames of many lengths, most of them IPv4 with UDP or TCP. */
function frames(count: number): Uint8Array[] {
  const random = generator(42);
  return Array.from({ length: count }, () => {
    const frame = Uint8Array.from({ length: random(8) === 0 ? random(40) : 42 + random(160) }, () => random(256));
    if (frame.length > 40) {
      if (random(6) !== 0) frame.set([0x08, 0x00, 0x45], 12);
      frame[23] = random(2) === 0 ? 17 : 6;
      frame.set([0, random(5)], 36);
    }
    return frame;
  });
}

/** What programs in assembly are judged by: verdicts, frames, time. */
async function attached(text: string, options: KernelOptions) {
  const target = new SimulatedEngine(new Kernel(options), "test");
  await target.attach(await loadAssembly(target, text), XDP, new Uint8Array([1, 0, 0, 0]));
  return target.kernel;
}

const programs: Readonly<Record<string, string>> = {
  "reads its packet behind a comparison": `
ldxdw %r2, [%r1]
ldxdw %r3, [%r1+8]
mov %r0, 2
mov %r4, %r2
add %r4, 34
jgt %r4, %r3, +2
ldxb %r0, [%r2+23]
ldxw %r5, [%r1+24]
add %r0, %r5
exit`,
  "writes its packet and its context": `
ldxdw %r2, [%r1]
ldxdw %r3, [%r1+8]
mov %r0, 1
mov %r4, %r2
add %r4, 14
jgt %r4, %r3, +4
ldxb %r0, [%r2+13]
stxb [%r2+1], %r0
ldxw %r0, [%r1+24]
stxw [%r1+24], %r4
exit`,
  "makes the packet longer and shorter": `
mov %r6, %r1
ldxdw %r2, [%r1]
ldxdw %r3, [%r1+8]
mov %r0, 2
mov %r4, %r2
add %r4, 20
jgt %r4, %r3, +7
ldxb %r2, [%r2+19]
and %r2, 31
sub %r2, 16
mov %r1, %r6
call 65536
mov %r0, 1
ja +0
exit`,
  "asks for the time": "call 9\nexit",
  "keeps on the stack what it found": `
stdw [%r10-8], 0
ldxdw %r2, [%r1]
ldxdw %r3, [%r1+8]
sub %r3, %r2
stxdw [%r10-8], %r3
ldxdw %r0, [%r10-8]
exit`,
};

describe.each(engines)("a batch, %s", (engine) => {
  it.each(Object.entries(programs))(
    "given a program that %s, then all is as if packets came alone",
    async (_, text) => {
      const alone = await attached(text, { engine: "interpreter" });
      const together = await attached(text, { engine });
      const all = frames(400);
      const batch = together.network.batch({ packets: all.length, bytes: 100_000 });
      const base = alone.clock.bootTime;
      for (const [index, frame] of all.entries()) {
        expect(batch.add(frame)).toBe(true);
        batch.arriveAfter(Math.floor(index / 7), (index % 7) * 1000);
      }
      // Twice: what compiled code learned in the first round it knows in the second.
      for (const round of [0, 1]) {
        const given = round === 0 ? all : all.map((__, index) => batch.frame(index));
        const expected = given.map((frame, index) => {
          const time = base + BigInt(Math.floor(index / 7)) * 1_000_000_000n + BigInt((index % 7) * 1000);
          if (round === 0) alone.clock.advance(time - alone.clock.bootTime);
          return alone.network.receive(1, frame);
        });
        batch.receive(1);
        expect(batch.received).toBe(all.length);
        const seen = all.map((__, index) => ({ action: batch.action(index), frame: batch.frame(index) }));
        expect(seen.map(told)).toEqual(expected.map(told));
        expect(together.clock.bootTime).toBe(alone.clock.bootTime);
      }
      const used = together.memory.used;
      batch.close();
      batch.close();
      expect(together.memory.used).toBeLessThan(used);
    },
  );

  it("given a packet whose run faults, then the batch says which, and those behind it still run", async () => {
    // r0 = byte 40 of the packet, whether it has one or not.
    const kernel = await attached("ldxdw %r2, [%r1]\nldxb %r0, [%r2+40]\nexit", { engine });
    const batch = kernel.network.batch();
    const lengths = Array.from({ length: 300 }, (_, index) => (index % 100 === 50 ? 40 : 60));
    for (const length of lengths) batch.add(new Uint8Array(length).fill(7));
    const faults: number[] = [];
    for (let from = 0; from < batch.length; ) {
      try {
        batch.receive(1, from);
        from = batch.received;
      } catch (error) {
        expect(error).toMatchObject({ code: "EBPF_FAULT", message: expect.stringMatching(/packet/) });
        faults.push(batch.received);
        from = batch.received + 1;
      }
    }
    expect(faults).toEqual([50, 150, 250]);
    expect(lengths.map((_, index) => batch.action(index))).toEqual(lengths.map((length) => (length === 60 ? 7 : 0)));
  });

  it("given an endless loop for one packet, then its budget ends it and the next packet has a whole one", async () => {
    const endless = "ldxdw %r2, [%r1]\nldxb %r0, [%r2]\njne %r0, 0, -1\nexit";
    const kernel = await attached(endless, { engine, limits: { instructions: 200_000 } });
    const batch = kernel.network.batch();
    for (const first of [0, 1, 0, 1]) batch.add(Uint8Array.of(first, 0));
    const stopped: number[] = [];
    for (let from = 0; from < batch.length; from = batch.received + 1) {
      try {
        batch.receive(1, from);
        break;
      } catch (error) {
        expect(error).toMatchObject({ code: "EBPF_BUDGET_EXCEEDED", message: expect.stringContaining("200000") });
        stopped.push(batch.received);
      }
    }
    expect(stopped).toEqual([1, 3]);
  });

  it("given our own programs, then verdicts, frames and maps are as if packets came alone", async () => {
    for (const name of ["count_ports", "echo", "vlan_rewrite", "checksum_fix", "stats"]) {
      const spec = parse(readFileSync(`test/programs/${name}.o`));
      const runtimes = [simulate({ engine: "interpreter" }), simulate({ engine })];
      const [alone, together] = runtimes;
      if (alone === undefined || together === undefined) throw new Error("no runtimes");
      const objects = await Promise.all(runtimes.map((runtime) => runtime.load(spec)));
      for (const { programs: loaded } of objects) {
        for (const program of loaded) if (program.type === "xdp") await program.attach({ ifIndex: 3 }).catch(() => {});
      }
      const all = frames(300);
      const expected = all.map((frame) => alone.network.receive(3, frame));
      expect(together.network.receiveBatch(3, all).map(told)).toEqual(expected.map(told));
      const [left, right] = objects.map(({ maps }) => [...maps].map((map) => [map.name, mapContent(map)]));
      expect(right).toEqual(left);
      for (const runtime of runtimes) runtime.close();
    }
  });
});

const told = ({ action, frame }: { action: number; frame: Uint8Array }): string =>
  `${action} ${Buffer.from(frame).toString("hex")}`;

function mapContent(map: Iterable<unknown>): unknown {
  try {
    return [...map];
  } catch {
    // A map that cannot be walked, a ring for one.
    return undefined;
  }
}

describe("a batch's limits", () => {
  it("given no program, then all pass, unchanged", () => {
    const { network } = new Kernel();
    const [frame] = frames(1);
    if (frame === undefined) throw new Error("no frame");
    expect(network.receiveBatch(1, [frame])).toEqual([{ action: 1, frame, program: undefined }]);
    expect(network.receiveBatch(1, [])).toEqual([]);
  });

  it("given more packets or bytes than it holds, then add is false and nothing is added", () => {
    const batch = new Kernel().network.batch({ packets: 2, bytes: 100 });
    expect([batch.add(new Uint8Array(90)), batch.add(new Uint8Array(20)), batch.length]).toEqual([true, false, 1]);
    expect([batch.add(new Uint8Array(5)), batch.add(new Uint8Array(1)), batch.length]).toEqual([true, false, 2]);
    batch.clear();
    expect([batch.add(new Uint8Array(100)), batch.length]).toEqual([true, 1]);
  });

  it("given packets of any length, when copied into a view, then only their place is written", () => {
    const batch = simulate().network.batch();
    const all = frames(100).concat(Array.from({ length: 9 }, (_, length) => new Uint8Array(length + 251).fill(9)));
    for (const frame of all) batch.add(frame);
    for (const [index, frame] of all.entries()) {
      const into = new Uint8Array(frame.length + 12).fill(0xee);
      batch.copy(index, new DataView(into.buffer, 2), 3);
      expect(into.subarray(5, -7)).toEqual(frame);
      expect([...into.subarray(0, 5), ...into.subarray(-7)]).toEqual(Array(12).fill(0xee));
      expect(() => batch.copy(index, new DataView(new ArrayBuffer(frame.length)), 1)).toThrow(RangeError);
    }
  });

  it("given wrong arguments, then EBPF_INVALID_ARGUMENT; after close, EBPF_CLOSED", () => {
    const { network } = new Kernel();
    const invalid = expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" });
    for (const options of [{ packets: 0 }, { packets: 1.5 }, { bytes: -1 }, { bytes: Number.NaN }]) {
      expect(() => network.batch(options)).toThrow(invalid);
    }
    const batch = network.batch({ bytes: 100_000 });
    expect(() => batch.add(new Uint8Array(65_536))).toThrow(invalid);
    expect(() => batch.receive(0)).toThrow(invalid);
    expect(() => batch.action(0)).toThrow(invalid);
    batch.load(new Uint8Array(10));
    for (const [offset, length] of [
      [5, 6],
      [-1, 2],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      expect(() => batch.addLoaded(offset, length)).toThrow(invalid);
    }
    batch.close();
    expect(() => batch.add(new Uint8Array(1))).toThrow(expect.objectContaining({ code: "EBPF_CLOSED" }));
  });
});

describe("tiers", () => {
  it.each([
    ["interpreter", "interpreter"],
    ["compiled", "compiled"],
    ["auto", "compiled"],
  ] as const)(
    "given engine %s and a hundred thousand runs, then a program ends up in: %s",
    async (engine, expected) => {
      const runtime = simulate({ engine });
      const object = await runtime.load(parse(readFileSync("test/programs/count_ports.o")));
      const program = object.programs.get("count_ports");
      if (program === undefined) throw new Error("no program");
      const controller = new AbortController();
      const { returnValue } = await program.run({
        data: new Uint8Array(60),
        repeat: 100_000,
        signal: controller.signal,
      });
      expect(returnValue).toBe(1);
      expect(runtime.tierOf(program)).toMatchObject({ engine: expected, reason: undefined });
      controller.abort();
      await expect(program.run({ data: new Uint8Array(60), signal: controller.signal })).rejects.toMatchObject({
        code: "EBPF_ABORTED",
      });
      runtime.close();
    },
  );
});
