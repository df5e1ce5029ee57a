import { expect, it } from "vitest";
import { tell } from "./story.ts";

const WIRELESS = 71;

it("stages are asked one after the other, until one decides or the chain ends", async () => {
  const { kernel, map, program } = await tell("tail_chain");
  const { network, processes } = kernel;
  await program("authorize").attach();
  const { process: alice = processes.own } = await processes.start({ image: "C:\\a.exe", user: { account: "alice" } });
  const stages = map("stages");
  const ran = () => [...map("ran").values()].map(Number);
  const connect = (options: object = {}) => network.connect({ process: alice, to: "10.0.0.1:443", ...options });

  // No stage: the entry's own verdict.
  expect(await connect()).toMatchObject({ allowed: true, verdict: "PROCEED_SOFT", by: "authorize" });
  expect(ran()).toEqual([0, 0, 0, 1]);

  stages.setObject(0, program("by_process")).setObject(1, program("by_port")).setObject(2, program("by_interface"));
  expect(await connect()).toMatchObject({ allowed: true });
  expect(ran()).toEqual([1, 1, 1, 2]);
  expect(await connect({ to: "10.0.0.1:80" })).toMatchObject({ allowed: false, by: "authorize" });
  expect(ran()).toEqual([2, 2, 1, 3]);
  expect(await connect({ interfaceType: WIRELESS })).toMatchObject({ allowed: false });
  expect(await connect({ process: processes.own, to: "10.0.0.1:80" })).toMatchObject({ verdict: "PROCEED_HARD" });
  expect(ran()).toEqual([4, 3, 2, 5]);

  stages.setObject(2, undefined);
  expect(await connect({ interfaceType: WIRELESS })).toMatchObject({ allowed: true });
});
