// A map of no program, with declared types: 64-bit numbers are bigint, network byte order is explicit.
import assert from "node:assert/strict";
import { be16, ipv4, MapType, simulate, struct, u64 } from "winbpf";

const runtime = simulate();
try {
  const flows = runtime.createMap({
    name: "flows",
    type: MapType.HASH,
    key: struct({ address: ipv4, port: be16 }),
    value: struct({ packets: u64, bytes: u64 }),
    maxEntries: 1024,
  });
  flows.set({ address: "10.0.0.1", port: 443 }, { packets: 1n, bytes: 60n });
  for (const [flow, { packets, bytes }] of flows) console.log(`${flow.address}:${flow.port}`, packets, bytes);
  assert.deepEqual({ ...flows.get({ address: "10.0.0.1", port: 443 }) }, { packets: 1n, bytes: 60n });
  assert.throws(() => flows.set({ address: "10.0.0.1", port: 70_000 }, { packets: 1n, bytes: 60n }), {
    code: "EBPF_INVALID_ARGUMENT",
  });
} finally {
  runtime.close();
}
