// A map of maps: each tenant (network compartment) serves the ports in a map of its own.
import assert from "node:assert/strict";
import { MapType, simulate, u16, u64 } from "winbpf";

const kernel = simulate();
try {
  const { programs, maps } = await kernel.load(new URL("../test/programs/tenants.o", import.meta.url));
  await programs.get("accept4").attach();
  const served = { 1: [80, 443], 2: [80] };
  for (const [compartment, ports] of Object.entries(served)) {
    const inner = kernel.createMap({ type: MapType.HASH, key: u16, value: u64, maxEntries: 64 });
    for (const port of ports) inner.set(port, 0n);
    maps.get("tenants").setObject(Number(compartment), inner);
  }
  const process = kernel.processes.own;
  for (const compartment of [1, 2, 3]) {
    const { allowed } = await kernel.network.incoming({
      from: "10.0.0.7:50000",
      to: "10.0.0.2:443",
      compartment,
      process,
    });
    console.log(`compartment ${compartment}, port 443: ${allowed ? "accepted" : "rejected"}`);
    assert.equal(allowed, compartment === 1);
  }
} finally {
  kernel.close();
}
