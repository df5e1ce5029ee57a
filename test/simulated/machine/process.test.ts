import { describe, expect, it } from "vitest";
import { parseSid } from "../../../src/simulated/processes/sid.ts";
import { faulting, machine, returning } from "./machine.ts";

// facts/program-types.md §3.5 and helpers.md §3; facts/tests-inventory.md row 102.
const STATUS_ACCESS_DENIED = 0xc000_0022 | 0;
const image = "C:\\Windows\\notepad.exe";

describe("process programs at creation", () => {
  it("given no program, then the process starts", async () => {
    const { processes } = machine();
    const outcome = await processes.start({ image });
    expect(outcome).toMatchObject({ allowed: true, status: 0, runs: [] });
    expect(processes.get(outcome.process?.id ?? 0)).toBe(outcome.process);
    expect(outcome.process?.name).toBe("notepad.exe");
  });

  it.each([
    [0, true],
    [1, true],
    [0x4000_0000, true],
    [STATUS_ACCESS_DENIED, false],
    [-1, false],
    [0x8000_0005 | 0, false],
  ])("given NTSTATUS %i, then started is %s", async (status, allowed) => {
    const on = machine();
    await on.attach("process", returning(status), { name: "guard" });
    const before = [...on.processes].length;
    const outcome = await on.processes.start({ image });
    expect(outcome).toMatchObject(allowed ? { allowed, status: 0 } : { allowed, status, by: "guard" });
    expect([...on.processes]).toHaveLength(before + (allowed ? 1 : 0));
  });

  it("given several programs, then they run in the order of attaching, until one denies", async () => {
    const on = machine();
    for (const [name, status] of [
      ["first", 0],
      ["second", STATUS_ACCESS_DENIED],
      ["third", 0],
    ] as const) {
      await on.attach("process", returning(status), { name });
    }
    const { runs } = await on.processes.start({ image });
    expect(runs.map(({ program }) => program)).toEqual(["first", "second"]);
  });

  it("given a program that fails, then it is passed over", async () => {
    const on = machine();
    await on.attach("process", faulting, { name: "broken" });
    await on.attach("process", returning(0), { name: "next" });
    const outcome = await on.processes.start({ image });
    expect(outcome.allowed).toBe(true);
    expect(outcome.runs.map(({ program }) => program)).toEqual(["broken", "next"]);
  });

  it("given parent and creator, then the context has all their ids, the time and the SID", async () => {
    const { processes, clock, keep } = machine();
    const { context } = await keep("process", 144);
    const { process: parent = processes.own } = await processes.start({ image });
    clock.advance(1_000_000_000n);
    const { process = processes.own } = await processes.start({
      image,
      parent,
      creator: processes.own,
      user: { account: "alice", sid: "S-1-5-21-1-2-3-1001" },
    });
    const [id, parentId, creatorId, creatorThread, created, exited] = [16, 24, 32, 40, 48, 56].map((at) =>
      context().getBigUint64(at, true),
    );
    expect([id, parentId, creatorId, creatorThread]).toEqual(
      [process.id, parent.id, processes.own.id, processes.own.threadId].map(BigInt),
    );
    expect(created).toBe(process.creationTime);
    expect(process.creationTime - parent.creationTime).toBe(10_000_000n);
    expect(exited).toBe(0n);
    expect([context().getUint32(64, true), context().getUint8(68)]).toEqual([0, 0]);
    expect(context().getUint32(72, true)).toBe(28);
    const sid = new Uint8Array(context().buffer, context().byteOffset + 76, 28);
    expect(Buffer.from(sid).toString("hex")).toBe("010500000000000515000000010000000200000003000000e9030000");
  });

  it("given a command line, then its bounds hold UTF-16 without a terminator", async () => {
    const { processes, keep } = machine();
    // data_end - data instead of the process id.
    const { context } = await keep("process", 144, returning(0));
    await processes.start({ image, commandLine: "notepad.exe Ω" });
    expect(Number(context().getBigUint64(8, true) - context().getBigUint64(0, true))).toBe(26);
  });

  it("given the end of a process, then DELETE with time and exit code, and the result means nothing", async () => {
    const { processes, clock, keep } = machine();
    const { process = processes.own } = await processes.start({ image });
    const { context } = await keep("process", 144, returning(STATUS_ACCESS_DENIED));
    clock.advance(500n);
    process.exit(118);
    process.exit(119);
    expect([context().getUint8(68), context().getUint32(64, true)]).toEqual([1, 118]);
    expect(context().getBigUint64(16, true)).toBe(BigInt(process.id));
    expect(context().getBigUint64(48, true)).toBe(process.creationTime);
    expect(context().getBigUint64(56, true)).toBe(process.exitTime);
    expect([0, 8, 24, 32, 40].map((at) => context().getBigUint64(at, true))).toEqual([0n, 0n, 0n, 0n, 0n]);
    expect(context().getUint32(72, true)).toBe(0);
    expect(process).toMatchObject({ running: false, exitCode: 118 });
    expect(processes.get(process.id)).toBeUndefined();
  });
});

describe("helpers of process programs", () => {
  /** What helper `id` writes into `size` bytes and answers, at creation. */
  async function text(id: number, size: number, user?: { account: string; domain: string } | null) {
    const on = machine();
    const map = on.engine.createMap({ name: "m", type: 2, keySize: 4, valueSize: 128, maxEntries: 1 });
    const code = `mov %r6, %r1\nlddw %r1, 0\nstw [%r10-4], 0\nmov %r2, %r10\nadd %r2, -4\ncall 1\nmov %r7, %r0\nmov %r1, %r6\nmov %r2, %r7\nadd %r2, 8\nmov %r3, ${size}\ncall ${id}\nstxdw [%r7], %r0\n${returning(0)}`;
    await on.engine.attach(await on.load("process", code, "test", [{ slot: 1, map }]), 11, new Uint8Array(0));
    await on.processes.start({ image, ...(user === undefined ? {} : { user }) });
    const value = Buffer.from(on.engine.lookup(map, new Uint8Array(4)) ?? []);
    return { result: value.readBigInt64LE(0), text: value.toString("utf16le", 8).replace(/\0+$/, "") };
  }
  const alice = { account: "alice", domain: "CONTOSO" };

  it.each([
    [65536, image],
    [65537, "alice"],
    [65538, "CONTOSO"],
  ])("given helper %i and room, then it writes %s and answers its bytes; without room 0", async (id, expected) => {
    const bytes = expected.length * 2;
    expect(await text(id, 120, alice)).toEqual({ result: BigInt(bytes), text: expected });
    expect(await text(id, bytes, alice)).toEqual({ result: BigInt(bytes), text: expected });
    expect(await text(id, bytes - 1, alice)).toEqual({ result: 0n, text: "" });
  });

  it.each([65537, 65538])("given a process without a token, then helper %i answers 0", async (id) => {
    expect(await text(id, 120, null)).toEqual({ result: 0n, text: "" });
  });

  it("given no user, then the parent's", async () => {
    expect((await text(65537, 120)).text).toBe("SYSTEM");
    expect((await text(65538, 120)).text).toBe("NT AUTHORITY");
  });
});

describe("processes", () => {
  it("given processes, then ids are multiples of 4 and none is used twice", async () => {
    const { processes } = machine();
    const ids = new Set<number>();
    for (let i = 0; i < 8; i++) {
      const { process } = await processes.start({ image });
      ids.add(process?.id ?? 0).add(process?.threadId ?? 0);
      process?.exit();
    }
    expect(ids.size).toBe(16);
    expect([...ids].every((id) => id % 4 === 0)).toBe(true);
  });

  it("given one account twice, then it is one user; given another, another", async () => {
    const { processes } = machine();
    const user = async (account: string) => (await processes.start({ image, user: { account } })).process?.user;
    expect(await user("alice")).toEqual(await user("alice"));
    expect((await user("bob"))?.sid).not.toBe((await user("alice"))?.sid);
  });

  it.each([
    { image: "" },
    { image: "x".repeat(32_768) },
    { image, commandLine: "x".repeat(32_768) },
    { image, user: { account: "a", sid: "S-2-1" } },
  ])("given what is no process, then EBPF_INVALID_ARGUMENT and nothing runs", async (options) => {
    const on = machine();
    await on.attach("process", faulting);
    await expect(on.processes.start(options)).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
  });

  it("given a parent or an owner of a socket that has ended, then EBPF_INVALID_ARGUMENT", async () => {
    const { processes, network } = machine();
    const { process = processes.own } = await processes.start({ image });
    process.exit();
    await expect(processes.start({ image, parent: process })).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
    await expect(network.connect({ to: "10.0.0.1:443", process })).rejects.toMatchObject({
      code: "EBPF_INVALID_ARGUMENT",
    });
    expect(() => processes.own.exit()).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
  });

  // [MS-DTYP] 2.4.2.4 gives the well-known ones.
  it.each([
    ["S-1-5-18", "010100000000000512000000"],
    ["S-1-5-32-544", "01020000000000052000000020020000"],
    ["S-1-281474976710655", "0100ffffffffffff"],
  ])("given %s, then its bytes", (sid, hex) => {
    expect(Buffer.from(parseSid(sid)).toString("hex")).toBe(hex);
  });

  it.each([
    "",
    "S-1",
    "S-1-",
    "S-1-5-",
    "S-1-5-4294967296",
    "S-1-281474976710656",
    `S-1-5${"-1".repeat(16)}`,
    "s-1-5-18",
  ])("given %s, then EBPF_INVALID_ARGUMENT", (sid) => {
    expect(() => parseSid(sid)).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
  });
});
