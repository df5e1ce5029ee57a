// Reads events both ways: flows from a ring buffer, dropped packets from a perf event array, until enough has come.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const kernel = simulate();
try {
  const object = await kernel.load(new URL("../test/programs/event_export.o", import.meta.url));
  await object.programs.get("export_flow").attach();
  await object.programs.get("export_packet").attach({ capture: "drop" });
  const { socket } = await kernel.network.connect({ to: "10.0.0.1:443" });
  socket.close();
  kernel.network.report({ type: "drop", packet: Uint8Array.of(1, 2, 3), dropReason: 9 });

  const ops = [];
  for await (const { data } of object.maps.get("flows").records()) {
    ops.push(["established", "accepted", "deleted"][Buffer.from(data).readUInt32LE(16)]);
    if (ops.length === 2) break;
  }
  console.log(`flow: ${ops.join(", ")}`);
  assert.deepEqual(ops, ["established", "deleted"]);

  for await (const { data, cpu } of object.maps.get("packets").records()) {
    const event = Buffer.from(data);
    console.log(`CPU ${cpu}: dropped for reason ${event.readUInt32LE(4)}, begins with ${[...event.subarray(16, 19)]}`);
    assert.equal(event.readUInt32LE(4), 9);
    break;
  }
} finally {
  kernel.close();
}
