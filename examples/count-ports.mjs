// Counts packets by destination port, as an XDP program does it, on frames of our own making.
import assert from "node:assert/strict";
import { simulate } from "winbpf";
import { udpFrame } from "./frames/udp.mjs";

const runtime = simulate();
try {
  const object = await runtime.load(new URL("../test/programs/count_ports.o", import.meta.url));
  await object.programs.get("count_ports").attach({ ifIndex: 3 });
  for (const port of [53, 53, 443]) runtime.network.receive(3, udpFrame(port));

  const ports = object.maps.get("ports");
  for (const [port, packets] of ports) console.log(`port ${port}: ${packets} packets`);
  assert.equal(ports.get(53), 2n);
  assert.equal(ports.get(443), 1n);
} finally {
  runtime.close();
}
