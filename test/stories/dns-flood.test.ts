import { expect, it } from "vitest";
import { XdpAction } from "../../src/index.ts";
import { dns, eth, ipv4, packet, tcp, udp } from "../../src/testing/index.ts";
import { address, tell } from "./story.ts";

const { PASS, DROP } = XdpAction;
const question = (src: string) =>
  packet(eth(), ipv4({ src, dst: "10.0.0.2" }), udp({ dport: 53 }), dns({ questions: [{ name: "example.org" }] }));

it("a source asks as much as it may each second; the others are not hindered", async () => {
  const { kernel, map, program } = await tell("dns_flood", { globals: { questions_per_second: 3 } });
  const { network, clock } = kernel;
  await program("dns_flood").attach({ ifIndex: 2 });
  const ask = (src: string, times: number) =>
    Array.from({ length: times }, () => network.receive(2, question(src)).action);

  expect(ask("198.51.100.1", 5)).toEqual([PASS, PASS, PASS, DROP, DROP]);
  expect(ask("198.51.100.2", 3)).toEqual([PASS, PASS, PASS]);
  clock.advance(999_999_999n);
  expect(ask("198.51.100.1", 1)).toEqual([DROP]);
  clock.advance(1n);
  expect(ask("198.51.100.1", 4)).toEqual([PASS, PASS, PASS, DROP]);
  expect(map("sources").get(address("198.51.100.1").word)).toMatchObject({ questions: 4, dropped: 4 });
  expect(network.receive(3, question("198.51.100.1")).action).toBe(PASS);
});

it("what is no question passes", async () => {
  const { kernel, map, program } = await tell("dns_flood", { globals: { questions_per_second: 0 } });
  await program("dns_flood").attach();
  const src = "198.51.100.1";
  const ip = ipv4({ src, dst: "10.0.0.2" });
  const others = [
    packet(eth(), ip, udp({ dport: 53 }), dns({ response: true, questions: [{ name: "example.org" }] })),
    packet(eth(), ip, udp({ dport: 54 }), dns({ questions: [{ name: "example.org" }] })),
    packet(eth(), ip, tcp({ dport: 53 })),
    packet(eth(), ip, udp({ dport: 53 })),
    question(src).subarray(0, 53),
  ];
  for (const other of others) expect(kernel.network.receive(1, other).action).toBe(PASS);
  expect([...map("sources")]).toEqual([]);
});
