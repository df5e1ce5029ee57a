import { expect, it } from "vitest";
import { tell } from "./story.ts";

const packet = Uint8Array.from({ length: 200 }, (_, i) => i);

it("flows come through the ring buffer, in order, with whose they are", async () => {
  const { kernel, object, program } = await tell("event_export");
  const { network, processes, clock } = kernel;
  await program("export_flow").attach();
  const { process = processes.own } = await processes.start({ image: "C:\\a.exe" });
  const { socket } = await network.connect({ process, to: "10.0.0.1:443", from: "10.0.0.2:50000" });
  await network.incoming({ from: "10.0.0.7:50001", to: "10.0.0.2:80", process });
  clock.advance(700n);
  socket?.close();

  const events: unknown[] = [];
  for await (const { data, lost } of object.maps.get("flows").records()) {
    const event = Buffer.from(data);
    events.push([
      event.readUInt32LE(16),
      event.readUInt16LE(20),
      event.readUInt16LE(22),
      Number(event.readBigUInt64LE(0)),
      lost,
    ]);
    expect(event.readBigUInt64LE(8)).toBe(BigInt(process.id));
    if (events.length === 3) break;
  }
  expect(events).toEqual([
    [0, 50_000, 443, 1_000_000_000, 0],
    [1, 80, 50_001, 1_000_000_000, 0],
    [2, 50_000, 443, 1_000_000_700, 0],
  ]);
});

it("packets come through the perf event array of their CPU, with their beginning behind the record", async () => {
  const { kernel, object, program } = await tell("event_export", {}, { cpus: 2 });
  await program("export_packet").attach({ capture: "drop" });
  kernel.cpu = 1;
  const drop = { type: "drop", packet, originalLength: 1500, dropReason: 9 } as const;
  expect(kernel.network.report(drop)).toMatchObject({ captured: true, runs: [{ program: "export_packet", value: 0 }] });
  expect(kernel.network.report({ type: "flow", packet })).toMatchObject({ captured: false });
  kernel.cpu = 0;
  kernel.network.report({ ...drop, packet: packet.subarray(0, 20) });

  const seen: unknown[] = [];
  for await (const { data, cpu } of object.maps.get("packets").records()) {
    const event = Buffer.from(data);
    const captured = event.readUInt32LE(12);
    seen.push([cpu, event.readUInt32LE(0), event.readUInt32LE(4), event.readUInt32LE(8), captured]);
    expect([...event.subarray(16, 16 + captured)]).toEqual([...packet.subarray(0, captured)]);
    if (seen.length === 2) break;
  }
  expect(new Set(seen)).toEqual(
    new Set([
      [1, 100, 9, 1500, 128],
      [0, 100, 9, 1500, 20],
    ]),
  );
});

it("the program attached last says what is captured, for all", async () => {
  const { kernel, program } = await tell("event_export");
  await expect(program("export_packet").attach()).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED" });
  await program("export_packet").attach({ capture: "all" });
  await program("export_packet").attach({ capture: "none" });
  expect(kernel.network.report({ type: "drop", packet })).toMatchObject({ captured: false, runs: [] });
});
