import { describe, expect, it } from "vitest";
import "../../src/testing/vitest.ts";
import { fileURLToPath } from "node:url";
import { simulate } from "../../src/index.ts";
import { eth, ipv4, matchers, packet, tcp, udp } from "../../src/testing/index.ts";
import { address, swapped, tell } from "../stories/story.ts";

const path = (name: string) => fileURLToPath(new URL(`../programs/${name}.o`, import.meta.url));

/** What a failing assertion says. */
async function complaint(assertion: () => unknown): Promise<string> {
  try {
    await assertion();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

describe("matchers for XDP verdicts", () => {
  it("given packets and test runs, then both can be asked", async () => {
    const runtime = simulate();
    const object = await runtime.load(path("drop_udp"));
    const program = object.programs.get("drop_udp");
    await program.attach({ ifIndex: 1 });
    const dropped = runtime.network.receive(1, packet(eth(), ipv4(), udp({ dport: 53 })));
    expect(dropped).toDrop();
    expect(dropped).not.toPass();
    expect(await program.run({ data: packet(eth(), ipv4(), tcp()) })).toPass();
    expect(await complaint(() => expect(dropped).toPass())).toBe('expected program "drop_udp" to say PASS, but: DROP');
    expect(await complaint(() => expect(undefined).toTransmit())).toMatch(/there is no verdict/);
  });
});

describe("matchers for decisions", () => {
  const refused = { allowed: false, by: "policy", runs: [{ hook: "bind", program: "policy", value: 1 }] };
  const moved = { allowed: true, by: "proxy", redirectedTo: "10.0.0.9:8080" };

  it("given decisions, then they are told apart", () => {
    expect(refused).toBeRefused();
    expect(refused).toBeRefusedBy("policy");
    expect(refused).not.toBeRefusedBy("proxy");
    expect(refused).not.toBeAllowed();
    expect(moved).toBeAllowed();
    expect(moved).toBeRedirectedTo("10.0.0.9:8080");
    expect(moved).not.toBeRefused();
  });

  it("given a wrong expectation, then the message says who decided what", async () => {
    expect(await complaint(() => expect(refused).toBeAllowed())).toBe(
      'expected it to be allowed, but it was refused by "policy" (bind: policy returned 1)',
    );
    expect(await complaint(() => expect(moved).toBeRefusedBy("policy"))).toMatch(/redirected to 10\.0\.0\.9:8080/);
  });

  it("given another redirection, none, or a promise, then the message says so", async () => {
    const to = (received: unknown) => complaint(() => expect(received).toBeRedirectedTo("10.0.0.1:443"));
    expect(await to(moved)).toBe(
      'expected it to be redirected to 10.0.0.1:443, but it was allowed by "proxy", redirected to 10.0.0.9:8080',
    );
    expect(await to({ allowed: true })).toMatch(/but it was allowed, and goes where it was to go$/);
    expect(await to(refused)).toMatch(/but it was refused by "policy"/);
    expect(await to(Promise.resolve(moved))).toMatch(/but there is no decision yet: await what connect\(\)/);
    expect(await complaint(() => expect(moved).not.toBeRedirectedTo("10.0.0.9:8080"))).toMatch(
      /expected it not to be redirected to 10\.0\.0\.9:8080, but it was allowed by "proxy"/,
    );
  });

  it("given connections of a simulated machine, then a proxy's and a policy's answers are told", async () => {
    const { kernel, map, program } = await tell("redirect_proxy");
    const { network } = kernel;
    await program("redirect4").attach();
    const to = "93.184.216.34:80";
    const before = await network.connect({ to });
    expect(before).toBeAllowed();
    expect(await complaint(() => expect(before).toBeRedirectedTo("127.0.0.1:8080"))).toMatch(
      /goes where it was to go$/,
    );
    const site = { family: 2, address: address("93.184.216.34").bytes, port: swapped(80), protocol: 6 };
    map("proxies").set(site, { address: [address("127.0.0.1").word, 0, 0, 0], port: swapped(8080), unused: 0 });
    await network.listen({ address: "127.0.0.1:8080" });
    const moved = await network.connect({ to });
    expect(moved).toBeRedirectedTo("127.0.0.1:8080");
    expect(await complaint(() => expect(moved).toBeRefused())).toMatch(
      /allowed by "redirect4", redirected to 127\.0\.0\.1:8080 \(.*redirect4 returned/,
    );
  });

  it("given something that is no decision, then neither allowed nor refused", () => {
    for (const received of [undefined, 7, {}, { allowed: "yes" }]) {
      expect(matchers.toBeAllowed(received).pass).toBe(false);
      expect(matchers.toBeRefused(received).pass).toBe(false);
    }
  });
});

describe("toVerify", () => {
  it("given a good object, then it verifies", async () => {
    await expect(path("count_ports")).toVerify();
    await expect(path("count_ports")).toVerify({ program: "count_ports" });
  });

  it("given a refused one, then the message is the verifier's report", async () => {
    const refused = path("refused/packet_unchecked");
    await expect(refused).not.toVerify();
    expect(await complaint(() => expect(refused).toVerify())).toMatch(/it refuses 1 of 1 programs\n\nerror\[bounds\]/);
  });

  it("given no such program, then it does not verify", async () => {
    expect(await complaint(() => expect(path("echo")).toVerify({ program: "none" }))).toMatch(/no program "none"/);
  });
});
