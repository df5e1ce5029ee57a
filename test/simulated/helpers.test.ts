import { describe, expect, it } from "vitest";
import type { PrintkEvent } from "../../src/engine/index.ts";
import { MapType } from "../../src/platform/index.ts";
import { formatPrintk } from "../../src/simulated/helpers/format.ts";
import { Kernel, type KernelOptions, SimulatedEngine } from "../../src/simulated/index.ts";
import { loadAssembly } from "./program.ts";

const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer);
const signed = (value: number) => value | 0;

/** Runs assembly once with an 8-byte-valued map in slot 0 (lddw into r1, as `r1 = map`); the low 32 bits of r0. */
async function run(text: string, type: number = MapType.HASH, options?: KernelOptions) {
  const engine = new SimulatedEngine(new Kernel(options), "test");
  const map = engine.createMap({ name: "m", type, keySize: 4, valueSize: 8, maxEntries: 4 });
  const program = await loadAssembly(engine, `lddw %r1, 0\n${text}`, [{ slot: 0, map }]);
  return { engine, map, again: async () => (await engine.testRun(program, {})).returnValue };
}

const key = "mov %r2, %r10\nadd %r2, -4\nstw [%r10-4], 1\n";
const value = "mov %r3, %r10\nadd %r3, -16\nmov %r6, 77\nstxdw [%r10-16], %r6\n";

describe("map helpers", () => {
  it("given a missing key, then lookup gives null, delete -19, update with EXIST -19", async () => {
    expect(await (await run(`${key}call 1\nexit`)).again()).toBe(0);
    expect(signed(await (await run(`${key}call 3\nexit`)).again())).toBe(-19);
    expect(signed(await (await run(`${key}${value}mov %r4, 2\ncall 2\nexit`)).again())).toBe(-19);
  });

  it("given a key that is there, then update with NOEXIST is -8, and unknown flags are -6", async () => {
    const noexist = await run(`${key}${value}mov %r4, 1\ncall 2\nexit`);
    expect(await noexist.again()).toBe(0);
    expect(signed(await noexist.again())).toBe(-8);
    expect(signed(await (await run(`${key}${value}mov %r4, 3\ncall 2\nexit`)).again())).toBe(-6);
    expect(signed(await (await run(`${key}${value}lddw %r4, 0x100000000\ncall 2\nexit`)).again())).toBe(-6);
  });

  it("given a value, then the program reads and writes it through the pointer and the user sees it", async () => {
    const { engine, map, again } = await run(
      `${key}call 1\njeq %r0, 0, +3\nldxdw %r1, [%r0]\nadd %r1, 1\nstxdw [%r0], %r1\nexit`,
    );
    engine.update(map, u32(1), u64(41n), 0);
    await again();
    expect(engine.lookup(map, u32(1))).toEqual(u64(42n));
  });

  it("given a value replaced or deleted while a pointer is held, then the old value is readable until the run ends", async () => {
    const hold = (change: string) =>
      `mov %r7, %r1\n${key}call 1\njeq %r0, 0, +20\nmov %r8, %r0\nmov %r1, %r7\n${key}${change}\nldxdw %r0, [%r8]\nexit`;
    const replaced = await run(hold(`${value}mov %r4, 0\ncall 2`).replace("+20", "+12"));
    replaced.engine.update(replaced.map, u32(1), u64(5n), 0);
    expect(await replaced.again()).toBe(5);
    expect(replaced.engine.lookup(replaced.map, u32(1))).toEqual(u64(77n));
    const deleted = await run(hold("call 3").replace("+20", "+7"));
    deleted.engine.update(deleted.map, u32(1), u64(6n), 0);
    expect(await deleted.again()).toBe(6);
    expect(deleted.engine.lookup(deleted.map, u32(1))).toBeUndefined();
  });

  it("given an access that reaches over a value's end, then a fault although another value lies there", async () => {
    const { engine, map, again } = await run(`${key}call 1\njeq %r0, 0, +1\nldxdw %r0, [%r0+4]\nexit`);
    for (let i = 0; i < 4; i++) engine.update(map, u32(i), u64(1n), 0);
    await expect(again()).rejects.toMatchObject({ code: "EBPF_FAULT" });
  });

  it("given a number that is no map, then a fault", async () => {
    await expect((await run(`mov %r1, 5\n${key}call 1\nexit`)).again()).rejects.toMatchObject({ code: "EBPF_FAULT" });
  });

  it("given a key on memory that is not the program's, then a fault", async () => {
    await expect((await run("mov %r2, 8\ncall 1\nexit")).again()).rejects.toMatchObject({ code: "EBPF_FAULT" });
    await expect((await run("mov %r2, %r10\nadd %r2, -3\ncall 1\nexit")).again()).rejects.toMatchObject({
      code: "EBPF_FAULT",
    });
  });

  it("given a global variable's address, then it points into the first value of an array", async () => {
    const engine = new SimulatedEngine(new Kernel(), "test");
    const map = engine.createMap({ name: ".data", type: MapType.ARRAY, keySize: 4, valueSize: 16, maxEntries: 1 });
    engine.update(
      map,
      u32(0),
      Uint8Array.from({ length: 16 }, (_, i) => i),
      0,
    );
    const text = "lddw %r1, 0\nldxb %r0, [%r1+3]\nexit";
    const program = await loadAssembly(engine, text, [{ slot: 0, map, offset: 8 }]);
    expect((await engine.testRun(program, {})).returnValue).toBe(11);
    await expect(loadAssembly(engine, text, [{ slot: 0, map, offset: 16 }])).rejects.toMatchObject({
      code: "EBPF_INVALID_ARGUMENT",
    });
  });
});

describe("input helpers", () => {
  it("given one seed, then random numbers repeat; given another, they differ", async () => {
    const numbers = async (seed: number) => {
      const { again } = await run("call 6\nexit", MapType.ARRAY, { seed });
      return [await again(), await again(), await again()];
    };
    expect(await numbers(7)).toEqual(await numbers(7));
    expect(await numbers(7)).not.toEqual(await numbers(8));
    expect(new Set(await numbers(7)).size).toBe(3);
  });

  it("given time that passes awake and asleep, then only boot time counts the sleep", async () => {
    const { engine, again: boot } = await run("call 7\nexit", MapType.ARRAY, { time: 1000n });
    const awake = await loadAssembly(engine, "call 9\nexit");
    engine.kernel.clock.advance(5);
    engine.kernel.clock.suspend(100n);
    expect(await boot()).toBe(1105);
    expect((await engine.testRun(awake, {})).returnValue).toBe(1005);
    expect(() => engine.kernel.clock.advance(-1)).toThrow(RangeError);
  });

  it("given a CPU, then the program runs there", async () => {
    const { engine, again } = await run("call 8\nexit");
    engine.kernel.cpu = 1;
    expect(await again()).toBe(1);
  });
});

describe("printk", () => {
  // "n=%d\n" on the stack, its NUL included: 6 bytes.
  const print =
    "lddw %r6, 0x00000a64253d6e\nstxdw [%r10-8], %r6\nmov %r1, %r10\nadd %r1, -8\nmov %r2, 6\nmov %r3, -3\ncall 13\nexit";

  it("given a listener, then it gets the line without its newline and the helper answers the bytes", async () => {
    const { engine, again } = await run(print);
    const events: PrintkEvent[] = [];
    const stop = engine.onPrintk((event) => events.push(event));
    expect(await again()).toBe(4);
    stop();
    expect(await again()).toBe(0);
    expect(events).toEqual([{ text: "n=-3", program: "test", cpu: 0, time: 1_000_000_000n }]);
  });

  it("given a size of 1 or 512, then -1 whether or not anybody listens", async () => {
    expect(signed(await (await run(print.replace("mov %r2, 6", "mov %r2, 1"))).again())).toBe(-1);
    expect(signed(await (await run(print.replace("mov %r2, 6", "mov %r2, 512"))).again())).toBe(-1);
  });

  // Rules of facts/helpers.md, rows 12 to 15.
  it.each([
    ["plain", [], "plain"],
    ["100%%", [], "100%"],
    ["%d %u %x", [-1n, -1n, 255n], "-1 4294967295 ff"],
    ["%i", [0x1_0000_0005n], "5"],
    ["%lld %llu %llx", [-1n, -1n, -1n], "-1 18446744073709551615 ffffffffffffffff"],
    ["%ld", [0x8000_0000n], "-2147483648"],
    ["%s", [1n], undefined],
    ["%5d", [1n], undefined],
    ["%", [], undefined],
    ["%d", [], undefined],
    ["none", [1n], undefined],
  ])("given format %s", (format, values, expected) => {
    expect(formatPrintk(format, values as bigint[])).toBe(expected);
  });
});
