import { describe, expect, it } from "vitest";
import { faulting, machine, returning, u32 } from "./machine.ts";

// facts/program-types.md §2, §3.3 and §5; facts/tests-inventory.md row 99.
const to = "10.0.0.1:443";
const ACTIVE = 0;
const PASSIVE = 1;
const DELETED = 2;

describe("sockops programs", () => {
  it.each([
    [0, true],
    [1, false],
    [-1, false],
  ])("given result %i at established, then allowed is %s", async (value, allowed) => {
    const on = machine();
    await on.attach("sockops", returning(value), { name: "judge" });
    const outcome = await on.network.connect({ to });
    expect(outcome).toMatchObject({ allowed, by: "judge", hook: "sockops" });
    expect(outcome.verdict === "REJECT").toBe(!allowed);
  });

  it("given a program that fails, then the flow is permitted, and nobody hears of its end", async () => {
    const on = machine();
    await on.attach("sockops", faulting);
    const outcome = await on.network.connect({ to });
    expect(outcome).toMatchObject({ allowed: true, by: undefined });
    outcome.socket?.close();
  });

  it("given an outbound and an inbound connection, then ACTIVE and PASSIVE, each with both ends", async () => {
    const { network, processes, keep } = machine();
    const { context } = await keep("sockops", 64);
    await network.connect({ to, from: "10.0.0.2:50000", compartment: 1 });
    expect(context().getUint32(0, true)).toBe(ACTIVE);
    expect(context().getUint32(4, true)).toBe(2);
    expect([context().getUint32(8), context().getUint16(24)]).toEqual([0x0a000002, 50_000]);
    expect(context().getUint16(26)).toBe(0);
    expect([context().getUint32(28), context().getUint16(44)]).toEqual([0x0a000001, 443]);
    expect([context().getUint8(48), context().getUint32(52, true)]).toEqual([6, 1]);
    expect(context().getBigUint64(56, true)).not.toBe(0n);
    await network.incoming({ from: "[fd00::7]:50001", to: "[fd00::2]:80", process: processes.own, protocol: "udp" });
    expect(context().getUint32(0, true)).toBe(PASSIVE);
    expect(context().getUint32(4, true)).toBe(23);
    expect(context().getBigUint64(8 + 8)).toBe(2n);
    expect(context().getBigUint64(28 + 8)).toBe(7n);
    expect(context().getUint8(48)).toBe(17);
  });

  it("given the end of a connection, then DELETED on the same context, and its result means nothing", async () => {
    const { network, keep } = machine();
    const { context } = await keep("sockops", 64, "stw [%r1+56], 99\nldxw %r0, [%r1]\nrsh %r0, 1\nexit");
    const { socket } = await network.connect({ to });
    const established = [context().getUint16(24), context().getUint16(44)];
    socket?.close();
    expect(context().getUint32(0, true)).toBe(DELETED);
    expect([context().getUint16(24), context().getUint16(44)]).toEqual(established);
    // What the program wrote when the flow was established is there still.
    expect(context().getUint32(56, true)).toBe(99);
  });

  it("given a flow that the program blocks, then it hears of its end at once", async () => {
    const { network, keep } = machine();
    const { context } = await keep("sockops", 64, returning(1));
    expect((await network.connect({ to })).allowed).toBe(false);
    expect(context().getUint32(0, true)).toBe(DELETED);
  });

  it("given a program attached after the flow, or detached before its end, then it does not hear of the end", async () => {
    const on = machine();
    const { socket } = await on.network.connect({ to });
    const late = await on.keep("sockops", 64);
    socket?.close();
    expect(late.context().getUint32(4, true)).toBe(0);
    const second = await on.network.connect({ to });
    late.detach();
    second.socket?.close();
    expect(late.context().getUint32(0, true)).toBe(ACTIVE);
  });

  it("given a specific program and one for all, then the specific one hears alone", async () => {
    const on = machine();
    await on.attach("sockops", returning(1), { name: "wildcard" });
    await on.attach("sockops", returning(0), { name: "specific", parameter: u32(1) });
    await expect(on.attach("sockops", returning(0), { parameter: u32(1) })).rejects.toMatchObject({
      code: "EBPF_ATTACH_FAILED",
    });
    expect((await on.network.connect({ to })).runs.map(({ program }) => program)).toEqual(["specific"]);
    expect((await on.network.connect({ to, compartment: 2 })).runs.map(({ program }) => program)).toEqual(["wildcard"]);
  });

  it("given flows, then bpf_sock_ops_get_flow_id tells them apart, and a connection keeps its own", async () => {
    const on = machine();
    const flowId = "call 65536\nmov %r6, %r0\nmov %r0, 0\nexit";
    // The id as the program's result would block: it is kept as the context's last field instead.
    const { context } = await on.keep(
      "sockops",
      64,
      `mov %r6, %r1\n${flowId.replace("mov %r6, %r0", "stxdw [%r6+56], %r0")}`,
    );
    const first = await on.network.connect({ to });
    await on.network.connect({ to });
    first.socket?.close();
    const kept = context().getBigUint64(56, true);
    const third = await on.network.connect({ to });
    third.socket?.close();
    expect(context().getBigUint64(56, true)).not.toBe(kept);
    expect(kept).not.toBe(0n);
  });
});
