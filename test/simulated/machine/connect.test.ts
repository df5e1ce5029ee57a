import { describe, expect, it } from "vitest";
import { faulting, machine, returning, u32 } from "./machine.ts";

// facts/program-types.md §2 (two stages) and §3.2; facts/tests-inventory.md rows 94 and 95.
const REJECT = 0;
const SOFT = 1;
const HARD = 2;

/** Sends the connection to 127.0.0.1, the port that is given in network order, with a verdict. */
const redirecting = (port: number, verdict: number) =>
  `lddw %r2, 0x0100007f\nstxw [%r1+24], %r2\nmov %r2, ${((port & 0xff) << 8) | (port >> 8)}\nstxh [%r1+40], %r2\n${returning(verdict)}`;

const to = "10.0.0.1:443";
const connect4 = "cgroup/connect4";
const authorize4 = "cgroup/connect_authorization4";

async function verdicts(connect: number | undefined, authorize: number | undefined) {
  const on = machine();
  if (connect !== undefined) await on.attach(connect4, returning(connect), { name: "connect" });
  if (authorize !== undefined) await on.attach(authorize4, returning(authorize), { name: "authorize" });
  return on.network.connect({ to });
}

describe("the two stages of a connection", () => {
  it.each([
    [SOFT, SOFT, "PROCEED_SOFT"],
    [SOFT, HARD, "PROCEED_HARD"],
    [SOFT, REJECT, "REJECT"],
    [HARD, SOFT, "PROCEED_HARD"],
    [HARD, HARD, "PROCEED_HARD"],
    [HARD, REJECT, "REJECT"],
    [undefined, SOFT, "PROCEED_SOFT"],
    [undefined, HARD, "PROCEED_HARD"],
    [undefined, REJECT, "REJECT"],
    [HARD, undefined, "PROCEED_HARD"],
    [7, undefined, "REJECT"],
    [SOFT, 7, "REJECT"],
  ])("given connect says %s and authorization %s, then the verdict is %s", async (connect, authorize, verdict) => {
    expect(await verdicts(connect, authorize)).toMatchObject({ verdict, allowed: verdict !== "REJECT" });
  });

  it("given a rejection at connect, then authorization is not asked", async () => {
    const { runs, by, hook } = await verdicts(REJECT, HARD);
    expect(runs.map(({ program }) => program)).toEqual(["connect"]);
    expect({ by, hook }).toEqual({ by: "connect", hook: connect4 });
  });

  it("given a hard permit for the compartment and a soft one for all, then the soft one takes the other away", async () => {
    const on = machine();
    await on.attach(connect4, returning(HARD), { name: "specific", parameter: u32(1) });
    await on.attach(connect4, returning(SOFT), { name: "wildcard" });
    const { runs, verdict } = await on.network.connect({ to });
    expect(runs.map(({ program }) => program)).toEqual(["specific", "wildcard"]);
    expect(verdict).toBe("PROCEED_SOFT");
  });

  // All combinations of what two specific and two wildcard programs do, as upstream's multi-attach tests have them:
  // the first that blocks or redirects decides, whoever comes later.
  const actions = ["allow", "redirect", "block"] as const;
  it("given two specific and two wildcard programs, then the first that blocks or redirects decides", async () => {
    for (let n = 0; n < 3 ** 4; n++) {
      const chosen = [0, 1, 2, 3].map((i) => actions[Math.floor(n / 3 ** i) % 3] ?? "allow");
      const on = machine();
      for (const [i, action] of chosen.entries()) {
        const text =
          action === "redirect" ? redirecting(9000 + i, SOFT) : returning(action === "allow" ? SOFT : REJECT);
        await on.attach(connect4, text, { name: `p${i}`, parameter: u32(i < 2 ? 1 : 0) });
      }
      const outcome = await on.network.connect({ to });
      const first = chosen.findIndex((action) => action !== "allow");
      const what = chosen[first] ?? "allow";
      expect(outcome.allowed, chosen.join()).toBe(what !== "block");
      expect(outcome.runs, chosen.join()).toHaveLength(first < 0 ? 4 : first + 1);
      if (first >= 0) expect(outcome.by, chosen.join()).toBe(`p${first}`);
      if (what === "redirect") expect(outcome).toMatchObject({ redirectedTo: `127.0.0.1:${9000 + first}` });
    }
  });
});

describe("redirection", () => {
  it("given a new destination, then the connection goes there, and authorization sees it", async () => {
    const on = machine();
    await on.attach(connect4, redirecting(8080, SOFT), { name: "proxy" });
    const { context } = await on.keep(authorize4, 64, returning(SOFT));
    const outcome = await on.network.connect({ to });
    expect(outcome).toMatchObject({ allowed: true, redirectedTo: "127.0.0.1:8080", by: "proxy", hook: connect4 });
    expect(outcome.socket?.remote).toBe("127.0.0.1:8080");
    expect(context().getUint32(24)).toBe(0x7f000001);
    expect(context().getUint16(40)).toBe(8080);
    // Packets to 127.0.0.1 leave from there.
    expect(context().getUint32(4)).toBe(0x7f000001);
  });

  it("given a redirecting program that rejects, then the connection is blocked and not redirected", async () => {
    const on = machine();
    await on.attach(connect4, redirecting(8080, REJECT), { name: "both" });
    const outcome = await on.network.connect({ to });
    expect(outcome).toMatchObject({ allowed: false, verdict: "REJECT", by: "both" });
    expect(outcome).not.toHaveProperty("redirectedTo");
  });

  it("given a redirecting program, then those behind it do not run", async () => {
    const on = machine();
    await on.attach(connect4, redirecting(8080, HARD), { name: "first" });
    await on.attach(connect4, returning(REJECT), { name: "second" });
    const { runs, verdict } = await on.network.connect({ to });
    expect(runs.map(({ program }) => program)).toEqual(["first"]);
    expect(verdict).toBe("PROCEED_HARD");
  });

  it.each(["cgroup/bind4", authorize4])("given %s changes the address, then nothing comes of it", async (hook) => {
    const on = machine();
    await on.attach(hook, redirecting(8080, SOFT));
    const seen = await on.keep(hook, 64, returning(SOFT));
    const outcome = await on.network.connect({ to, from: "10.0.0.2:5000" });
    expect(outcome).toMatchObject({ allowed: true });
    expect(outcome).not.toHaveProperty("redirectedTo");
    expect(outcome.socket?.remote).toBe(to);
    expect(outcome.socket?.local).toBe("10.0.0.2:5000");
    // At authorization what a program changed is undone before the next one runs.
    if (hook === authorize4) expect(seen.context().getUint32(24)).toBe(0x0a000001);
  });

  it("given a mapped address, then connect4 sees IPv4, the IPv6 programs do not run, and it can be redirected", async () => {
    const on = machine();
    const { context } = await on.keep(connect4, 64, redirecting(8080, SOFT));
    await on.attach("cgroup/connect6", returning(REJECT));
    await on.attach("cgroup/connect_authorization6", returning(REJECT));
    await on.attach(authorize4, returning(HARD));
    const outcome = await on.network.connect({ to: "[::ffff:10.0.0.1]:443" });
    expect(outcome).toMatchObject({ allowed: true, verdict: "PROCEED_HARD", redirectedTo: "127.0.0.1:8080" });
    expect(context().getUint32(0, true)).toBe(2);
    expect(context().getUint32(24)).toBe(0x0a000001);
    expect([28, 32, 36].map((at) => context().getUint32(at))).toEqual([0, 0, 0]);
  });

  it("given a connection that a proxy carries on, then connect programs do not run, authorization does", async () => {
    const on = machine();
    await on.attach(connect4, redirecting(8080, SOFT), { name: "proxy" });
    await on.attach(authorize4, returning(SOFT), { name: "authorize" });
    const listener = await on.network.listen({ address: "127.0.0.1:8080" });
    await on.network.connect({ to });
    const accepted = listener.socket?.accept();
    const onward = await on.network.connect({ to, ...(accepted && { redirectRecords: accepted }) });
    expect(onward).not.toHaveProperty("redirectedTo");
    expect(onward.runs.map(({ program }) => program)).toEqual(["authorize"]);
  });

  it("given a redirect context, then whoever accepts the connection reads it", async () => {
    const on = machine();
    const context =
      "lddw %r2, 0x646e697773796177\nstxdw [%r10-8], %r2\nmov %r2, %r10\nadd %r2, -8\nmov %r3, 8\ncall 65537\nmov %r1, %r6\n";
    await on.attach(connect4, `mov %r6, %r1\n${context}${redirecting(8080, SOFT)}`);
    const listener = await on.network.listen({ address: "0.0.0.0:8080" });
    await on.network.connect({ to });
    expect(Buffer.from(listener.socket?.accept()?.redirectContext ?? []).toString()).toBe("wayswind");
  });
});

describe("what sock_addr programs see", () => {
  const from = "10.0.0.2:50000";

  it("given connect4, then source, destination, protocol and compartment, and no interface yet", async () => {
    const { network, keep } = machine();
    const { context } = await keep(connect4, 64, returning(SOFT));
    await network.connect({ to, from, protocol: "udp", compartment: 3 });
    expect(context().getUint32(0, true)).toBe(2);
    expect(context().getUint32(4)).toBe(0x0a000002);
    expect(context().getUint16(20)).toBe(50_000);
    expect(context().getUint32(24)).toBe(0x0a000001);
    expect(context().getUint16(40)).toBe(443);
    expect(context().getUint32(44, true)).toBe(17);
    expect(context().getUint32(48, true)).toBe(3);
    expect(context().getBigUint64(56, true)).toBe(0n);
  });

  it("given connect_authorization6, then 16-byte addresses, family 23 and the interface", async () => {
    const { network, keep } = machine();
    const { context } = await keep("cgroup/connect_authorization6", 64, returning(SOFT));
    await network.connect({ to: "[2001:db8::1]:443", interfaceLuid: 0x1234_5678_9abc_def0n });
    expect(context().getUint32(0, true)).toBe(23);
    expect(context().getBigUint64(24)).toBe(0x2001_0db8_0000_0000n);
    expect(context().getBigUint64(32)).toBe(1n);
    expect(context().getBigUint64(56, true)).toBe(0x1234_5678_9abc_def0n);
  });

  it("given recv_accept4, then the peer is the source and the machine the destination", async () => {
    const { network, processes, keep } = machine();
    const { context } = await keep("cgroup/recv_accept4", 64, returning(SOFT));
    await network.incoming({ from: "10.0.0.7:50000", to: "10.0.0.2:80", process: processes.own });
    expect([context().getUint32(4), context().getUint16(20)]).toEqual([0x0a000007, 50_000]);
    expect([context().getUint32(24), context().getUint16(40)]).toEqual([0x0a000002, 80]);
  });

  it("given bind4, then the source is zero and the port is the destination's", async () => {
    const { network, keep } = machine();
    const { context } = await keep("cgroup/bind4", 64, returning(SOFT));
    await network.bind({ address: "10.0.0.2:8080" });
    expect([context().getUint32(4), context().getUint16(20)]).toEqual([0, 0]);
    expect([context().getUint32(24), context().getUint16(40)]).toEqual([0x0a000002, 8080]);
  });

  it.each(["cgroup/listen4", "cgroup/listen6"])("given %s, then the local end stands in both places", async (hook) => {
    const { network, keep } = machine();
    const { context } = await keep(hook, 64, returning(SOFT));
    await network.listen({ address: hook.endsWith("4") ? "10.0.0.2:8080" : "[fd00::2]:8080" });
    const bytes = new Uint8Array(context().buffer, context().byteOffset, 64);
    expect([...bytes.subarray(4, 22)]).toEqual([...bytes.subarray(24, 42)]);
    expect(context().getUint16(40)).toBe(8080);
    expect(context().getUint32(44, true)).toBe(6);
  });
});

describe("helpers of sock_addr programs", () => {
  /** What a helper answers in a hook, all 64 bits. */
  async function answer(hook: string, call: string) {
    const on = machine();
    const map = on.engine.createMap({ name: "m", type: 2, keySize: 4, valueSize: 8, maxEntries: 1 });
    const text = `mov %r6, %r1\n${call}\nstxdw [%r10-16], %r0\nlddw %r1, 0\nstw [%r10-4], 0\nmov %r2, %r10\nadd %r2, -4\nmov %r3, %r10\nadd %r3, -16\nmov %r4, 0\ncall 2\n${returning(SOFT)}`;
    const slot = 2 + call.split("\n").reduce((slots, line) => slots + (line.startsWith("lddw") ? 2 : 1), 0);
    const program = await on.load(hook, text, "test", [{ slot, map }]);
    const numbers: Record<string, number> = {
      [connect4]: 3,
      [authorize4]: 12,
      "cgroup/bind4": 14,
      "cgroup/listen4": 16,
      "cgroup/recv_accept4": 5,
    };
    await on.engine.attach(program, numbers[hook] ?? 0, new Uint8Array(0));
    const started = await on.processes.start({ image: "C:\\a.exe", user: { account: "alice", logonId: 0x1234n } });
    const process = started.process ?? on.processes.own;
    if (hook.includes("recv")) await on.network.incoming({ from: "10.0.0.7:1", to: "10.0.0.2:80", process });
    else if (/bind|listen/.test(hook)) await on.network.listen({ address: "10.0.0.2:80", process });
    else await on.network.connect({ to, process, interfaceLuid: 6n << 48n, subInterfaceIndex: 5 });
    const bytes = on.engine.lookup(map, u32(0)) ?? new Uint8Array(8);
    return { value: new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true), process };
  }

  it("given the process that owns the socket, then pid_tgid, logon id and admin are its own", async () => {
    const { value, process } = await answer(connect4, "call 19");
    expect(value).toBe((BigInt(process.id) << 32n) | BigInt(process.threadId));
    expect((await answer(authorize4, "call 20")).value).toBe(0x1234n);
    expect((await answer("cgroup/recv_accept4", "call 21")).value).toBe(0n);
  });

  it("given a socket, then its cookie is not 0, and 0 before it has an endpoint", async () => {
    expect((await answer(connect4, "call 26")).value).not.toBe(0n);
    expect((await answer("cgroup/bind4", "call 26")).value).toBe(0n);
    expect((await answer("cgroup/listen4", "call 26")).value).toBe(0n);
  });

  const setContext = "stw [%r10-8], 7\nstw [%r10-4], 7\nmov %r2, %r10\nadd %r2, -8\nmov %r3, 8\ncall 65537";
  it.each([
    [connect4, 0n],
    [authorize4, -1n],
    ["cgroup/bind4", -1n],
    ["cgroup/listen4", -1n],
    ["cgroup/recv_accept4", -1n],
  ])("given set_redirect_context at %s, then %s", async (hook, result) => {
    expect((await answer(hook, setContext)).value).toBe(result);
  });

  const network = (size: number, rest = "") => `mov %r2, %r10\nadd %r2, -64\nmov %r3, ${size}\ncall 65538${rest}`;
  it.each([
    [connect4, -1n],
    [authorize4, 0n],
    ["cgroup/bind4", 0n],
    ["cgroup/listen4", 0n],
    ["cgroup/recv_accept4", 0n],
  ])("given get_network_context at %s, then %s", async (hook, result) => {
    expect((await answer(hook, network(32))).value).toBe(result);
  });

  it("given a buffer that is too small, then -1", async () => {
    expect((await answer(authorize4, network(31))).value).toBe(-1n);
  });

  it.each([
    ["version and interface type", 0, 1n | (6n << 32n)],
    ["next hop", 16, 6n << 48n],
    ["sub-interface", 24, 5n],
  ])("given the network context, then %s lie at byte %i", async (_, offset, value) => {
    expect((await answer(authorize4, network(32, `\nldxdw %r0, [%r10-${64 - offset}]`))).value).toBe(value);
  });
});

describe("using sockets wrongly", () => {
  it.each([
    { to: "10.0.0.1" },
    { to: "0.0.0.0:443" },
    { to: "10.0.0.1:0" },
    { to, from: "[::1]:1" },
    { to, protocol: 256 },
    { to, protocol: 1.5 },
    { to, compartment: 0 },
  ])("given %o, then EBPF_INVALID_ARGUMENT and no hook runs", async (options) => {
    const on = machine();
    await on.attach("bind", returning(0));
    await expect(on.network.connect(options)).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
  });

  it("given a socket that is connected or closed, then connecting it again is an error", async () => {
    const { network } = machine();
    const { socket } = await network.connect({ to });
    await expect(socket?.connect({ to })).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
    socket?.close();
    socket?.close();
    await expect(socket?.connect({ to })).rejects.toMatchObject({ code: "EBPF_CLOSED" });
    expect(socket?.state).toBe("closed");
  });

  it("given a refused socket of one's own, then it may try again", async () => {
    const on = machine();
    const { detach } = await on.attach(connect4, faulting);
    const { socket } = await on.network.bind({ address: "0.0.0.0:0" });
    expect((await socket?.connect({ to }))?.allowed).toBe(false);
    detach();
    expect((await socket?.connect({ to }))?.allowed).toBe(true);
  });

  it("given a connection that is authorised anew, then only connect_authorization is asked, and a rejection ends it", async () => {
    const on = machine();
    await on.attach(connect4, returning(SOFT), { name: "connect" });
    const { socket } = await on.network.connect({ to });
    await on.attach(authorize4, returning(REJECT), { name: "authorize" });
    const again = await socket?.reauthorize();
    expect(again?.runs.map(({ program }) => program)).toEqual(["authorize"]);
    expect(again?.allowed).toBe(false);
    expect(socket?.state).toBe("closed");
  });
});
