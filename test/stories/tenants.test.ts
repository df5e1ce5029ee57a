import { expect, it } from "vitest";
import { MapType, u16, u64 } from "../../src/index.ts";
import { tell } from "./story.ts";

it("a tenant's ports are its own, and a map swapped in takes over at once", async () => {
  const { kernel, map, program } = await tell("tenants");
  const { network, processes } = kernel;
  await program("accept4").attach();
  await program("accept6").attach();
  const portsOf = (...ports: number[]) => {
    const inner = kernel.createMap({ type: MapType.HASH, key: u16, value: u64, maxEntries: 64 });
    for (const port of ports) inner.set(port, 0n);
    return inner;
  };
  const [red, blue] = [portsOf(80, 443), portsOf(80)];
  map("tenants").setObject(1, red).setObject(2, blue);

  const incoming = (compartment: number, port: number) =>
    network.incoming({ from: "10.0.0.7:50000", to: `10.0.0.2:${port}`, compartment, process: processes.own });
  expect((await incoming(1, 443)).allowed).toBe(true);
  expect(await incoming(2, 443)).toMatchObject({ allowed: false, by: "accept4", hook: "cgroup/recv_accept4" });
  expect((await incoming(2, 80)).allowed).toBe(true);
  expect((await incoming(3, 80)).allowed).toBe(false);
  const six = { from: "[fd00::7]:50000", to: "[fd00::2]:443", process: processes.own };
  expect((await network.incoming(six)).allowed).toBe(true);
  expect([red.get(443), red.get(80), blue.get(80)]).toEqual([2n, 0n, 1n]);
  expect(new Map(map("rejected"))).toEqual(
    new Map([
      [2, 1n],
      [3, 1n],
    ]),
  );

  map("tenants").setObject(2, portsOf(443));
  expect((await incoming(2, 443)).allowed).toBe(true);
  expect((await incoming(2, 80)).allowed).toBe(false);
});
