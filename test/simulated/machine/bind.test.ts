import { describe, expect, it } from "vitest";
import { faulting, machine, returning } from "./machine.ts";

// facts/program-types.md §2, §3.1 and §5; facts/tests-inventory.md rows 97 and 98.
const PERMIT_SOFT = 0;
const DENY = 1;
const REDIRECT = 2;
const PERMIT_HARD = 3;
const address = "10.0.0.2:8080";

/** Copies the app id (at most 32 bytes) over the beginning of the context before it is kept, to look at it. */
const appId = "ldxdw %r2, [%r1]\nldxdw %r3, [%r1+8]\nsub %r3, %r2\n";

describe("bind programs", () => {
  it.each([
    [PERMIT_SOFT, true, "PROCEED_SOFT"],
    [DENY, false, "REJECT"],
    [REDIRECT, true, "PROCEED_SOFT"],
    [PERMIT_HARD, true, "PROCEED_HARD"],
    [4, false, "REJECT"],
    [-1, false, "REJECT"],
  ])("given action %i, then allowed is %s", async (action, allowed, verdict) => {
    const on = machine();
    await on.attach("bind", returning(action), { name: "judge" });
    expect(await on.network.bind({ address })).toMatchObject({ allowed, verdict, by: "judge", hook: "bind" });
  });

  it("given no program, or one that fails, then the port is permitted", async () => {
    const on = machine();
    expect(await on.network.bind({ address })).toMatchObject({ allowed: true, by: undefined });
    await on.attach("bind", faulting);
    const outcome = await on.network.bind({ address });
    expect(outcome).toMatchObject({ allowed: true, by: undefined });
    expect(outcome.runs[0]?.error?.code).toBe("EBPF_FAULT");
  });

  it("given a program there already, then a second one is refused whatever the parameter", async () => {
    const on = machine();
    await on.attach("bind", returning(PERMIT_SOFT));
    for (const parameter of [new Uint8Array(0), new Uint8Array(4)]) {
      await expect(on.attach("bind", returning(PERMIT_SOFT), { parameter })).rejects.toMatchObject({
        code: "EBPF_ATTACH_FAILED",
        native: { errno: 22 },
      });
    }
  });

  it("given a port, then the program sees process, address in host order, length, operation and protocol", async () => {
    const { network, processes, keep } = machine();
    const { context } = await keep("bind", 56);
    const { process = processes.own } = await processes.start({ image: "C:\\a.exe" });
    await network.bind({ address, process, protocol: "udp" });
    expect(context().getBigUint64(16, true)).toBe(BigInt(process.id));
    expect(context().getUint16(24, true)).toBe(2);
    expect(context().getUint16(26, true)).toBe(8080);
    expect(context().getUint32(28, true)).toBe(0x0a000002);
    expect(context().getUint8(40)).toBe(16);
    expect(context().getUint32(44, true)).toBe(0);
    expect(context().getUint8(48)).toBe(17);
  });

  it.each([
    ["C:\\Program Files\\app\\server.exe", "server.exe"],
    ["server.exe", "server.exe"],
    ["\\Device\\HarddiskVolume1\\", ""],
    ["C:\\日本\\Ω.exe", "Ω.exe"],
  ])("given the image %s, then the app id is %s in UTF-16", async (image, name) => {
    const { engine, network, processes, load } = machine();
    const map = engine.createMap({ name: "m", type: 2, keySize: 4, valueSize: 32, maxEntries: 1 });
    // memcpy_s(value, 32, app_id_start, app_id_end - app_id_start) into the map's only value.
    const text = `mov %r6, %r1\nlddw %r1, 0\nstw [%r10-4], 0\nmov %r2, %r10\nadd %r2, -4\ncall 1\nmov %r7, %r0\nmov %r1, %r6\n${appId}mov %r4, %r3\nmov %r3, %r2\nmov %r1, %r7\nmov %r2, 32\ncall 22\n${returning(0)}`;
    await engine.attach(await load("bind", text, "test", [{ slot: 1, map }]), 2, new Uint8Array(0));
    const { process = processes.own } = await processes.start({ image });
    await network.bind({ address, process });
    const value = engine.lookup(map, new Uint8Array(4)) ?? new Uint8Array(0);
    expect(Buffer.from(value).toString("utf16le").replaceAll("\0", "")).toBe(name);
  });

  it("given a socket's life, then the program hears BIND and UNBIND with one port, and cannot hold UNBIND up", async () => {
    const { network, keep } = machine();
    const { context } = await keep("bind", 56, `ldxw %r0, [%r1+44]\nrsh %r0, 1\nexit`);
    const { socket } = await network.bind({ address: "0.0.0.0:0" });
    const [operation, port] = [context().getUint32(44, true), context().getUint16(26, true)];
    expect(operation).toBe(0);
    expect(socket?.local).toBe(`0.0.0.0:${port}`);
    socket?.close();
    expect([context().getUint32(44, true), context().getUint16(26, true)]).toEqual([2, port]);
  });

  it("given postBind, then the program hears POST_BIND too", async () => {
    const { network, keep } = machine({ postBind: true });
    const { context } = await keep("bind", 56);
    const { runs } = await network.bind({ address });
    expect(runs).toHaveLength(2);
    expect(context().getUint32(44, true)).toBe(1);
  });

  it("given a process that exits, then its ports are released", async () => {
    const { network, processes, keep } = machine();
    const { context } = await keep("bind", 56);
    const { process = processes.own } = await processes.start({ image: "C:\\a.exe" });
    const { socket } = await network.bind({ address, process });
    process.exit();
    expect(context().getUint32(44, true)).toBe(2);
    expect(socket?.state).toBe("closed");
  });
});

describe("the order of hooks over a socket's life", () => {
  const hooks = [
    "bind",
    "cgroup/bind4",
    "cgroup/listen4",
    "cgroup/connect4",
    "cgroup/connect_authorization4",
    "cgroup/recv_accept4",
  ];

  async function all() {
    const on = machine();
    for (const hook of hooks) await on.attach(hook, returning(hook === "bind" ? PERMIT_SOFT : 1), { name: hook });
    await on.attach("sockops", returning(0), { name: "sockops" });
    return on;
  }
  const order = ({ runs }: { runs: readonly { hook: string }[] }) => runs.map(({ hook }) => hook);

  it("given a client, then bind, bind4, connect4, connect_authorization4, sockops", async () => {
    const { network } = await all();
    expect(order(await network.connect({ to: "10.0.0.1:443" }))).toEqual([
      "bind",
      "cgroup/bind4",
      "cgroup/connect4",
      "cgroup/connect_authorization4",
      "sockops",
    ]);
  });

  it("given a server, then bind, bind4, listen4; for each peer recv_accept4, sockops", async () => {
    const { network } = await all();
    const listening = await network.listen({ address: "0.0.0.0:80" });
    expect(order(listening)).toEqual(["bind", "cgroup/bind4", "cgroup/listen4"]);
    const incoming = await network.incoming({ from: "10.0.0.7:50000", to: "10.0.0.2:80" });
    expect(order(incoming)).toEqual(["cgroup/recv_accept4", "sockops"]);
    expect(listening.socket?.accept()).toBe(incoming.socket);
    expect(listening.socket?.accept()).toBeUndefined();
  });

  it("given both ends on the machine, then the listener is asked before both flows are established", async () => {
    const { network } = await all();
    await network.listen({ address: "127.0.0.1:80" });
    const { runs, peer, socket } = await network.connect({ to: "127.0.0.1:80" }).then((outcome) => {
      if (!outcome.allowed) throw new Error("blocked");
      return outcome;
    });
    expect(order({ runs }).slice(2)).toEqual([
      "cgroup/connect4",
      "cgroup/connect_authorization4",
      "cgroup/recv_accept4",
      "sockops",
      "sockops",
    ]);
    expect(peer?.remote).toBe(socket.local);
    socket.close();
    expect(peer?.state).toBe("closed");
  });

  it("given a port that the bind program denies, then bind4 is asked all the same, and connecting ends there", async () => {
    const on = machine();
    await on.attach("bind", returning(DENY), { name: "policy" });
    await on.attach("cgroup/bind4", returning(2), { name: "permits" });
    await on.attach("cgroup/connect4", returning(1));
    const outcome = await on.network.connect({ to: "10.0.0.1:443" });
    expect(order(outcome)).toEqual(["bind", "cgroup/bind4"]);
    expect(outcome).toMatchObject({ allowed: false, by: "policy", hook: "bind" });
  });

  it("given a listener that a program rejects, then the port is given back", async () => {
    const on = machine();
    const { context } = await on.keep("bind", 56);
    await on.attach("cgroup/listen4", returning(0), { name: "no" });
    const outcome = await on.network.listen({ address });
    expect(outcome).toMatchObject({ allowed: false, by: "no" });
    expect(context().getUint32(44, true)).toBe(2);
    await expect(on.network.incoming({ from: "10.0.0.7:1", to: address })).rejects.toMatchObject({
      code: "EBPF_NOT_FOUND",
    });
  });

  it("given datagrams of one peer, then recv_accept is asked once; of another peer, again", async () => {
    const on = machine();
    await on.attach("cgroup/recv_accept4", returning(1));
    await on.network.bind({ address: "0.0.0.0:53", protocol: "udp" });
    const datagram = (from: string) => on.network.incoming({ from, to: "10.0.0.2:53", protocol: "udp" });
    const runs = [await datagram("10.0.0.7:1"), await datagram("10.0.0.7:1"), await datagram("10.0.0.7:2")];
    expect(runs.map((outcome) => outcome.runs.length)).toEqual([1, 0, 1]);
  });
});
