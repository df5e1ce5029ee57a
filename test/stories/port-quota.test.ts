import { expect, it } from "vitest";
import { tell, utf16 } from "./story.ts";

it("a process holds as many ports as its quota, gives one back, and may take another", async () => {
  const { kernel, map, program } = await tell("port_quota");
  const { network, processes } = kernel;
  await program("port_quota").attach();
  map("quotas").set({ utf16: utf16("server.exe", 64) }, 3);
  const { process: server = processes.own } = await processes.start({ image: "C:\\Program Files\\app\\server.exe" });
  const { process: other = processes.own } = await processes.start({ image: "C:\\other.exe" });

  const bind = (process: typeof server, port: number) => network.bind({ process, address: `0.0.0.0:${port}` });
  const ports = [await bind(server, 1), await bind(server, 2), await bind(server, 3)];
  expect(ports.every(({ allowed }) => allowed)).toBe(true);
  expect(await bind(server, 4)).toMatchObject({ allowed: false, by: "port_quota", hook: "bind" });
  // Connecting takes a port, too.
  expect(await network.connect({ process: server, to: "10.0.0.1:443" })).toMatchObject({
    allowed: false,
    hook: "bind",
  });

  const two = [
    await bind(other, 1),
    await network.connect({ process: other, to: "10.0.0.1:443" }),
    await bind(other, 3),
  ];
  expect(two.map(({ allowed }) => allowed)).toEqual([true, true, false]);
  expect(new Map(map("held"))).toEqual(
    new Map([
      [BigInt(server.id), 3],
      [BigInt(other.id), 2],
    ]),
  );

  ports[0]?.socket?.close();
  expect((await bind(server, 4)).allowed).toBe(true);
  server.exit();
  other.exit();
  expect([...map("held")]).toEqual([]);
});
