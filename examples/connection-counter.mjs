// Counts connections by peer, how many are open and how long they took, with a sockops program and a clock of our own.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const kernel = simulate();
try {
  const object = await kernel.load(new URL("../test/programs/connection_counter.o", import.meta.url));
  await object.programs.get("connection_counter").attach();
  const { socket } = await kernel.network.connect({ to: "10.0.0.1:443" });
  await kernel.network.connect({ to: "10.0.0.1:443" });
  kernel.clock.advance(2_000_000n);
  socket.close();

  for (const [{ address }, traffic] of object.maps.get("peers")) {
    console.log(address.subarray(0, 4).join("."), traffic);
    assert.deepEqual({ ...traffic }, { outbound: 2n, inbound: 0n, refused: 0n, open: 1n, nanoseconds: 2_000_000n });
  }
} finally {
  kernel.close();
}
