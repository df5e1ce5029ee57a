import { describe, expect, it } from "vitest";
import { utf16 } from "../../../src/simulated/utf16.ts";
import { machine, returning } from "./machine.ts";

// facts/program-types.md §3 ("Test-run" of each type); facts/tests-inventory.md rows 98 and 100.
const lengthOfData = "ldxdw %r2, [%r1]\nldxdw %r0, [%r1+8]\nsub %r0, %r2\nexit";

describe("test runs of bind programs", () => {
  it("given a path, then the program sees the file name, and the caller gets that back", async () => {
    const { engine, load } = machine();
    const program = await load("bind", lengthOfData);
    const run = (text: string) => engine.testRun(program, { context: new Uint8Array(56), data: utf16(text) });
    const { returnValue, data, context } = await run("C:\\Windows\\a.exe");
    expect(returnValue).toBe(10);
    expect(Buffer.from(data).toString("utf16le")).toBe("a.exe");
    expect([...context.subarray(0, 16)]).toEqual(new Array(16).fill(0));
    expect((await run("\\")).returnValue).toBe(0);
    await expect(
      engine.testRun(program, { context: new Uint8Array(56), data: new Uint8Array(5) }),
    ).rejects.toMatchObject({ native: { errno: 22 } });
    await expect(engine.testRun(program, { data: utf16("a") })).rejects.toMatchObject({ native: { errno: 22 } });
  });
});

describe("test runs of sock_addr programs", () => {
  /** bpf_sock_addr_test_context_t with an interface type of 71. */
  function extended() {
    const context = new Uint8Array(120);
    const view = new DataView(context.buffer);
    view.setUint16(0, 1, true);
    view.setBigUint64(8, 120n, true);
    view.setBigUint64(16, 120n, true);
    view.setUint32(24, 2, true);
    view.setUint32(88, 1, true);
    view.setUint32(92, 71, true);
    return context;
  }
  const interfaceType =
    "mov %r6, %r1\nmov %r2, %r10\nadd %r2, -32\nmov %r3, 32\ncall 65538\njne %r0, 0, +2\nldxw %r0, [%r10-28]\nstxw [%r6+56], %r0\nexit";

  it("given the longer form, then the program has its network context, and gets the form back", async () => {
    const { engine, load } = machine();
    const program = await load("cgroup/connect4", interfaceType);
    const { returnValue, context } = await engine.testRun(program, { context: extended() });
    expect(returnValue).toBe(71);
    expect(context).toHaveLength(120);
    expect(new DataView(context.buffer, context.byteOffset).getUint32(24 + 56, true)).toBe(71);
  });

  it("given the plain form, then there is no network context", async () => {
    const { engine, load } = machine();
    const program = await load("cgroup/connect_authorization4", interfaceType);
    const { returnValue, context } = await engine.testRun(program, { context: new Uint8Array(64) });
    expect(returnValue | 0).toBe(-1);
    expect(context).toHaveLength(64);
  });

  it.each([0, 8, 16, 88])("given a wrong number at byte %i of the longer form, then EINVAL", async (at) => {
    const { engine, load } = machine();
    const program = await load("cgroup/connect4", returning(1));
    const context = extended();
    context[at] = (context[at] ?? 0) + 1;
    await expect(engine.testRun(program, { context })).rejects.toMatchObject({ native: { errno: 22 } });
  });

  it("given data, or a short context, then EINVAL", async () => {
    const { engine, load } = machine();
    const program = await load("cgroup/connect4", returning(1));
    await expect(
      engine.testRun(program, { context: new Uint8Array(64), data: new Uint8Array(1) }),
    ).rejects.toMatchObject({ native: { errno: 22 } });
    await expect(engine.testRun(program, { context: new Uint8Array(63) })).rejects.toMatchObject({
      native: { errno: 22 },
    });
  });

  it("given no hook, then there is neither process nor token nor socket", async () => {
    const { engine, kernel, load } = machine();
    const run = async (helper: number) => {
      const result = await engine.testRun(await load("cgroup/connect4", `call ${helper}\nexit`), {
        context: new Uint8Array(64),
      });
      return result.returnValue | 0;
    };
    expect([await run(19), await run(20), await run(21), await run(26)]).toEqual([kernel.current.threadId, 0, -1, 0]);
  });
});

describe("test runs of process programs", () => {
  const texts = ["a.exe /x", "C:\\a.exe", "alice", "CONTOSO"].map(utf16);

  /** ntosebpfext's process_notify_context_t. */
  function notify() {
    const context = new Uint8Array(296);
    const view = new DataView(context.buffer);
    view.setBigUint64(64 + 16, 42n, true);
    view.setUint32(64 + 72, 12, true);
    for (const [i, text] of texts.entries()) {
      view.setUint16(224 + 16 * i, text.length, true);
      view.setUint16(224 + 16 * i + 2, text.length, true);
    }
    return context;
  }
  const data = new Uint8Array(Buffer.concat(texts));

  it("given the driver's structure, then the program has ids, command line and texts, and all comes back", async () => {
    const { engine, load } = machine();
    const process = "ldxdw %r0, [%r1+16]\nadd %r0, 1\nstxdw [%r1+16], %r0\nexit";
    const result = await engine.testRun(await load("process", process), { context: notify(), data });
    expect(result.returnValue).toBe(43);
    expect(new DataView(result.context.buffer, result.context.byteOffset).getBigUint64(64 + 16, true)).toBe(43n);
    expect(result.data).toEqual(data);
    const run = async (text: string) =>
      (await engine.testRun(await load("process", text), { context: notify(), data })).returnValue;
    expect(await run(lengthOfData)).toBe(16);
    const buffer = (id: number) => `mov %r2, %r10\nadd %r2, -32\nmov %r3, 32\ncall ${id}\nexit`;
    expect([await run(buffer(65536)), await run(buffer(65537)), await run(buffer(65538))]).toEqual([16, 10, 14]);
  });

  it("given less data than texts, a short structure or a text over its capacity, then EINVAL", async () => {
    const { engine, load } = machine();
    const program = await load("process", returning(0));
    const wrong = notify();
    wrong[224] = 17;
    for (const options of [
      { context: notify(), data: data.subarray(1) },
      { context: notify() },
      { context: notify().subarray(0, 295), data },
      { context: wrong, data: new Uint8Array(100) },
    ]) {
      await expect(engine.testRun(program, options)).rejects.toMatchObject({ native: { errno: 22 } });
    }
  });
});

describe("test runs of netevent programs", () => {
  const context = new Uint8Array(24);

  it("given an event, then data_meta, data and data_end lie around its headers, and all comes back", async () => {
    const { engine, load } = machine();
    const data = Uint8Array.from({ length: 4 + 0x35 + 60 }, (_, i) => (i === 0 ? 101 : i));
    const between = (from: number, to: number) =>
      `ldxdw %r2, [%r1+${from}]\nldxdw %r0, [%r1+${to}]\nsub %r0, %r2\nexit`;
    const header = await engine.testRun(await load("netevent_monitor", between(0, 8)), { context, data });
    const packet = await engine.testRun(await load("netevent_monitor", between(8, 16)), { context, data });
    expect([header.returnValue, packet.returnValue]).toEqual([4 + 0x35, 60]);
    expect(packet.data).toEqual(data);
  });

  it.each([[undefined], [[100, 0, 1]], [[99, 0, 1, 0]]])("given data of %o, then EINVAL", async (bytes) => {
    const { engine, load } = machine();
    const program = await load("netevent_monitor", returning(0));
    const options = bytes === undefined ? { context } : { context, data: Uint8Array.from(bytes) };
    await expect(engine.testRun(program, options)).rejects.toMatchObject({ native: { errno: 22 } });
  });
});
