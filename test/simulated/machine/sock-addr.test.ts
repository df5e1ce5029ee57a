import { describe, expect, it } from "vitest";
import { faulting, machine, returning, u32 } from "./machine.ts";

// facts/program-types.md §2, §3.2 and §5; facts/tests-inventory.md rows 94 to 96.
const REJECT = 0;
const SOFT = 1;
const HARD = 2;

/** How each hook of socket addresses is made to run, over IPv4 and IPv6. */
const drives = {
  "cgroup/bind4": ({ network }) => network.bind({ address: "0.0.0.0:8080" }),
  "cgroup/bind6": ({ network }) => network.bind({ address: "[::]:8080" }),
  "cgroup/listen4": ({ network }) => network.listen({ address: "0.0.0.0:8080" }),
  "cgroup/listen6": ({ network }) => network.listen({ address: "[::]:8080" }),
  "cgroup/connect4": ({ network }) => network.connect({ to: "10.0.0.1:443" }),
  "cgroup/connect6": ({ network }) => network.connect({ to: "[2001:db8::1]:443" }),
  "cgroup/connect_authorization4": ({ network }) => network.connect({ to: "10.0.0.1:443" }),
  "cgroup/connect_authorization6": ({ network }) => network.connect({ to: "[2001:db8::1]:443" }),
  "cgroup/recv_accept4": ({ network, processes }) =>
    network.incoming({ from: "10.0.0.7:50000", to: "10.0.0.2:80", process: processes.own }),
  "cgroup/recv_accept6": ({ network, processes }) =>
    network.incoming({ from: "[fd00::7]:50000", to: "[fd00::2]:80", process: processes.own }),
} satisfies Record<string, (on: ReturnType<typeof machine>) => Promise<unknown>>;
const hooks = Object.keys(drives) as (keyof typeof drives)[];

describe.each(hooks)("%s", (hook) => {
  it("given no program, then the operation is permitted", async () => {
    expect(await drives[hook](machine())).toMatchObject({
      allowed: true,
      verdict: "PROCEED_SOFT",
      by: undefined,
      hook: undefined,
      runs: [],
    });
  });

  it.each([
    [REJECT, false, "REJECT"],
    [SOFT, true, "PROCEED_SOFT"],
    [HARD, true, "PROCEED_HARD"],
    [3, false, "REJECT"],
    [0xffff_ffff, false, "REJECT"],
  ])("given a program that returns %i, then allowed is %s", async (value, allowed, verdict) => {
    const on = machine();
    await on.attach(hook, returning(value | 0), { name: "judge" });
    const outcome = await drives[hook](on);
    expect(outcome).toMatchObject({ allowed, verdict, by: "judge", hook });
    expect(outcome.runs).toEqual([{ hook, program: "judge", value }]);
  });

  it("given a program that cannot be run to its end, then the operation is blocked, and the outcome says why", async () => {
    const on = machine();
    await on.attach(hook, faulting, { name: "broken" });
    expect(await drives[hook](on)).toMatchObject({
      allowed: false,
      verdict: "REJECT",
      by: "broken",
      error: { code: "EBPF_FAULT" },
    });
  });

  it("given a detached program, then the operation is permitted again", async () => {
    const on = machine();
    const { detach } = await on.attach(hook, returning(REJECT));
    detach();
    expect((await drives[hook](on)).allowed).toBe(true);
  });

  it("given a program for compartment 2, then it has no say in compartment 1", async () => {
    const on = machine();
    await on.attach(hook, returning(REJECT), { parameter: u32(2) });
    expect((await drives[hook](on)).allowed).toBe(true);
  });

  it("given a parameter that is no compartment, then attaching fails with EINVAL", async () => {
    const attaching = machine().attach(hook, returning(SOFT), { parameter: new Uint8Array(3) });
    await expect(attaching).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED", native: { errno: 22 } });
  });
});

const several = hooks.filter((hook) => !/listen|recv_accept/.test(hook));

describe.each(several)("several programs on %s", (hook) => {
  it("given 16 programs of one compartment, then a 17th is refused, and one of another compartment is not", async () => {
    const on = machine();
    for (let i = 0; i < 16; i++) await on.attach(hook, returning(SOFT), { name: `p${i}` });
    await expect(on.attach(hook, returning(SOFT))).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED" });
    await on.attach(hook, returning(SOFT), { parameter: u32(1) });
    const { runs } = await drives[hook](on);
    expect(runs[0]?.program).toBe("test");
  });

  it("given several programs, then they run in the order that they were attached, until one rejects", async () => {
    const on = machine();
    const first = await on.attach(hook, returning(SOFT), { name: "first" });
    await on.attach(hook, returning(HARD), { name: "second" });
    await on.attach(hook, returning(REJECT), { name: "third" });
    await on.attach(hook, returning(HARD), { name: "fourth" });
    const names = async () => (await drives[hook](on)).runs.map(({ program }) => program);
    expect(await names()).toEqual(["first", "second", "third"]);
    expect(await drives[hook](on)).toMatchObject({ allowed: false, by: "third" });
    first.detach();
    await on.attach(hook, returning(SOFT), { name: "first" });
    expect(await names()).toEqual(["second", "third"]);
  });

  it("given hard and soft permits in any order, then the verdict is the hard one", async () => {
    for (const values of [
      [SOFT, HARD],
      [HARD, SOFT],
    ]) {
      const on = machine();
      for (const value of values) await on.attach(hook, returning(value), { name: `gives${value}` });
      expect(await drives[hook](on)).toMatchObject({ verdict: "PROCEED_HARD", by: "gives2" });
    }
  });

  it("given a program that fails, then those behind it do not run", async () => {
    const on = machine();
    await on.attach(hook, faulting, { name: "broken" });
    await on.attach(hook, returning(HARD), { name: "never" });
    expect((await drives[hook](on)).runs.map(({ program }) => program)).toEqual(["broken"]);
  });

  it("given a specific and a wildcard program, then the specific one runs first whatever the order of attaching", async () => {
    for (const wildcardFirst of [true, false]) {
      const on = machine();
      const wildcard = () => on.attach(hook, returning(REJECT), { name: "wildcard", parameter: u32(0) });
      if (wildcardFirst) await wildcard();
      await on.attach(hook, returning(SOFT), { name: "specific", parameter: u32(1) });
      if (!wildcardFirst) await wildcard();
      expect((await drives[hook](on)).runs[0]?.program).toBe("specific");
    }
  });
});

describe.each(["cgroup/listen4", "cgroup/recv_accept6"] as const)("one program on %s", (hook) => {
  it("given a program of the same compartment, then a second is refused", async () => {
    const on = machine();
    await on.attach(hook, returning(SOFT), { parameter: u32(1) });
    await expect(on.attach(hook, returning(SOFT), { parameter: u32(1) })).rejects.toMatchObject({
      code: "EBPF_ATTACH_FAILED",
      native: { result: 23, errno: 22 },
    });
    await on.attach(hook, returning(SOFT), { parameter: u32(2) });
  });

  it("given any program, then one for all compartments is refused; given one for all, then a specific one is not", async () => {
    const on = machine();
    const { detach } = await on.attach(hook, returning(SOFT), { parameter: u32(2) });
    await expect(on.attach(hook, returning(SOFT))).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED" });
    detach();
    await on.attach(hook, returning(REJECT), { name: "wildcard" });
    await on.attach(hook, returning(SOFT), { name: "specific", parameter: u32(1) });
    expect(await drives[hook](on)).toMatchObject({ allowed: true, by: "specific" });
  });
});
