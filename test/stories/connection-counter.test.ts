import { expect, it } from "vitest";
import { address, tell } from "./story.ts";

const peer = (text: string) => ({ family: 2, address: address(text).bytes });

it("connections are counted by peer, with how many are open and how long they took", async () => {
  const { kernel, map, program } = await tell("connection_counter", { globals: { most_open: 2 } });
  const { network, processes, clock } = kernel;
  const link = await program("connection_counter").attach();
  const connect = () => network.connect({ to: "10.0.0.1:443" });
  const first = await connect();
  clock.advance(5_000n);
  const second = await connect();
  expect(await connect()).toMatchObject({ allowed: false, by: "connection_counter", hook: "sockops" });
  await network.incoming({ from: "10.0.0.7:50000", to: "10.0.0.2:80", process: processes.own });
  expect(map("peers").get(peer("10.0.0.1"))).toEqual({
    outbound: 2n,
    inbound: 0n,
    refused: 1n,
    open: 2n,
    nanoseconds: 0n,
  });
  expect(map("peers").get(peer("10.0.0.7"))).toMatchObject({ outbound: 0n, inbound: 1n, open: 1n });

  clock.advance(1_000n);
  first.socket?.close();
  second.socket?.close();
  expect(map("peers").get(peer("10.0.0.1"))).toMatchObject({ open: 0n, nanoseconds: 7_000n });
  expect((await connect()).allowed).toBe(true);
  expect(map("flows").count()).toBe(2);

  // A detached program hears nothing more.
  link.close();
  for (let i = 0; i < 3; i++) expect((await connect()).allowed).toBe(true);
  expect(map("peers").get(peer("10.0.0.1"))).toMatchObject({ outbound: 3n });
});
