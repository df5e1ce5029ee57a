import { describe, expect, it } from "vitest";
import { EbpfError } from "../../src/errors.ts";
import { MapType } from "../../src/platform/index.ts";
import { Kernel, type KernelOptions, SimulatedEngine, XdpAction } from "../../src/simulated/index.ts";
import { FaultError } from "../../src/vm/index.ts";
import { loadAssembly } from "./program.ts";

const engine = (options?: KernelOptions) => new SimulatedEngine(new Kernel(options), "test");
const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const XDP = 1;
const frame = Uint8Array.from({ length: 60 }, (_, i) => i);

const returning = (value: number) => `mov %r0, ${value}\nexit`;

/** Attaches a program to an interface and gives its packets to it. */
async function attached(text: string, ifIndex = 1, options?: KernelOptions) {
  const target = engine(options);
  const program = await loadAssembly(target, text);
  const link = await target.attach(program, XDP, u32(ifIndex));
  return { target, program, link, receive: (index = 1, data = frame) => target.kernel.network.receive(index, data) };
}

describe("attaching XDP programs", () => {
  it("given no program, then packets pass unchanged", () => {
    expect(engine().kernel.network.receive(1, frame)).toEqual({ action: XdpAction.PASS, frame, program: undefined });
  });

  it("given a program on one interface, then it decides there and nowhere else", async () => {
    const { receive } = await attached(returning(2), 3);
    expect(receive(3)).toMatchObject({ action: XdpAction.DROP, program: "test" });
    expect(receive(4)).toMatchObject({ action: XdpAction.PASS, program: undefined });
  });

  it("given index 0, then the program decides on every interface that has none of its own", async () => {
    const { target, receive } = await attached(returning(2), 0);
    await target.attach(await loadAssembly(target, returning(3)), XDP, u32(5));
    expect(receive(1).action).toBe(XdpAction.DROP);
    expect(receive(5).action).toBe(XdpAction.TX);
  });

  it("given a program there already, then attaching fails with EINVAL and leaves no link", async () => {
    const { target, program } = await attached(returning(2));
    const before = [...target.kernel.objects].length;
    const error = await target.attach(program, XDP, u32(1)).catch((reason) => reason);
    expect(error).toMatchObject({ code: "EBPF_ATTACH_FAILED", native: { result: 23, errno: 22 } });
    expect([...target.kernel.objects]).toHaveLength(before);
  });

  it("given an attach type of another program type, then it fails with EINVAL", async () => {
    const { target, program } = await attached(returning(2));
    await expect(target.attach(program, 2, u32(1))).rejects.toMatchObject({ native: { errno: 22 } });
  });

  it("given a detached link, then packets pass, the link says program 0, and detaching again is fine", async () => {
    const { target, program, link, receive } = await attached(returning(2));
    expect(target.linkInfo(link).programId).toBe(target.programInfo(program).id);
    target.detach(link);
    target.detach(link);
    expect(receive().action).toBe(XdpAction.PASS);
    expect(target.linkInfo(link).programId).toBe(0);
  });

  it("given the program's handle closed, then it lives as long as its link", async () => {
    const { target, program, link, receive } = await attached(returning(2));
    target.close(program);
    expect(receive().action).toBe(XdpAction.DROP);
    target.close(link);
    expect(receive().action).toBe(XdpAction.PASS);
    expect([...target.kernel.objects]).toEqual([]);
  });

  it("given ids, then all kinds share one counter from 2 on", async () => {
    const target = engine();
    const map = target.createMap({ name: "m", type: MapType.ARRAY, keySize: 4, valueSize: 4, maxEntries: 1 });
    const program = await loadAssembly(target, returning(1));
    const link = await target.attach(program, XDP, u32(1));
    expect([target.mapInfo(map).id, target.programInfo(program).id, target.linkInfo(link).id]).toEqual([2, 3, 4]);
  });
});

describe("running XDP programs", () => {
  it("given the context, then data, data_end and ingress_ifindex lie where xdp_md_t has them", async () => {
    const { receive } = await attached(
      "ldxdw %r2, [%r1]\nldxdw %r0, [%r1+8]\nsub %r0, %r2\nldxw %r3, [%r1+24]\nlsh %r3, 16\nor %r0, %r3\nexit",
      7,
    );
    expect(receive(7).action).toBe((7 << 16) | 60);
  });

  it("given a write, then the rewritten packet comes out and the caller's is as it was", async () => {
    const { receive } = await attached("ldxdw %r2, [%r1]\nmov %r3, 0xee\nstxb [%r2+1], %r3\nmov %r0, 1\nexit");
    expect([...receive().frame.subarray(0, 3)]).toEqual([0, 0xee, 2]);
    expect(frame[1]).toBe(1);
  });

  it("given a read at the packet's end, then a fault that names the packet, and the next packet runs", async () => {
    const { receive } = await attached("ldxdw %r2, [%r1]\nldxb %r0, [%r2+60]\nexit");
    expect(() => receive()).toThrow(FaultError);
    expect(() => receive()).toThrow(/packet/);
    expect(receive(1, new Uint8Array(61).fill(1)).action).toBe(1);
  });

  it("given adjust_head by -4, then the packet is 4 zero bytes longer at its front", async () => {
    const { receive } = await attached("mov %r2, -4\ncall 65536\nexit");
    const { action, frame: longer } = receive();
    expect(action).toBe(0);
    expect([...longer]).toEqual([0, 0, 0, 0, ...frame]);
  });

  it("given adjust_head beyond the packet, then -1 and the packet stays", async () => {
    const { receive } = await attached("mov %r2, 61\ncall 65536\nexit");
    expect(receive()).toMatchObject({ action: 0xffff_ffff, frame });
  });

  it("given adjust_head by the packet's whole length, then it is empty", async () => {
    const { receive } = await attached("mov %r2, 60\ncall 65536\nexit");
    expect(receive().frame).toHaveLength(0);
  });

  it("given a frame over 65,535 bytes or interface 0, then EBPF_INVALID_ARGUMENT", async () => {
    const { receive } = await attached(returning(1));
    expect(() => receive(1, new Uint8Array(65_536))).toThrow(EbpfError);
    expect(() => receive(0)).toThrow(EbpfError);
  });

  it("given an endless loop, then the budget ends it with a typed error", async () => {
    const { receive } = await attached("mov %r0, 0\nja -1", 1, { limits: { instructions: 10_000 } });
    expect(() => receive()).toThrow(expect.objectContaining({ code: "EBPF_BUDGET_EXCEEDED" }));
  });

  it("given a test run, then the value, the data and the context without pointers come back", async () => {
    const { target, program } = await attached("ldxdw %r2, [%r1]\nldxb %r0, [%r2]\nadd %r0, 1\nstxb [%r2], %r0\nexit");
    const context = new Uint8Array(32).fill(9);
    const result = await target.testRun(program, { data: Uint8Array.of(5, 6), context, repeat: 3 });
    expect(result.returnValue).toBe(8);
    expect([...result.data]).toEqual([8, 6]);
    expect([...result.context]).toEqual([...new Array(24).fill(0), 9, 9, 9, 9, 0, 0, 0, 0]);
    await expect(target.testRun(program, { context: new Uint8Array(31) })).rejects.toMatchObject({
      native: { errno: 22 },
    });
  });
});

describe("loading programs", () => {
  it("given a section that stands for no type, then EBPF_INVALID_ARGUMENT", async () => {
    const loading = engine().loadProgram({
      name: "p",
      type: "unspec",
      section: "x",
      code: new Uint8Array(8),
      lines: [],
      maps: [],
    });
    await expect(loading).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
  });

  it("given a helper that this kernel lacks, then a typed error and no object is left", async () => {
    const target = engine();
    await expect(loadAssembly(target, "call 99\nexit")).rejects.toBeInstanceOf(EbpfError);
    expect([...target.kernel.objects]).toEqual([]);
  });
});
