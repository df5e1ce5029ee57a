// Lets a source ask five DNS questions a second: XDP, with packets from winbpf/testing.
import assert from "node:assert/strict";
import { simulate, XdpAction } from "winbpf";
import { dns, eth, ipv4, packet, udp } from "winbpf/testing";

const kernel = simulate();
try {
  const globals = { questions_per_second: 5 };
  const object = await kernel.load(new URL("../test/programs/dns_flood.o", import.meta.url), { globals });
  await object.programs.get("dns_flood").attach({ ifIndex: 1 });
  const question = packet(
    eth(),
    ipv4({ src: "198.51.100.1", dst: "10.0.0.2" }),
    udp({ dport: 53 }),
    dns({ questions: [{ name: "example.org" }] }),
  );
  for (let second = 1; second <= 2; second++) {
    let dropped = 0;
    for (let i = 0; i < 8; i++) if (kernel.network.receive(1, question).action === XdpAction.DROP) dropped++;
    console.log(`second ${second}: ${dropped} of 8 dropped`);
    assert.equal(dropped, 3);
    kernel.clock.advance(1_000_000_000n);
  }
} finally {
  kernel.close();
}
