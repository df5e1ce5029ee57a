import { expect, it } from "vitest";
import { address, tell } from "./story.ts";

const [REJECT, SOFT, HARD] = [0, 1, 2];

it("the longest prefix that fits decides; what fits none is rejected", async () => {
  const { kernel, map, program } = await tell("allow_list");
  const { network } = kernel;
  await program("allow4").attach();
  await program("allow6").attach();
  const allow = (text: string, bits: number, verdict: number) =>
    map("allowed4").set({ bits, address: address(text).bytes.subarray(0, 4) }, verdict);
  allow("10.0.0.0", 8, SOFT);
  allow("10.1.0.0", 16, REJECT);
  allow("10.1.2.0", 24, HARD);
  allow("10.1.2.3", 32, REJECT);
  const documentation = Uint8Array.of(0x20, 1, 0xd, 0xb8, ...new Array<number>(12).fill(0));
  map("allowed6").set({ bits: 32, address: documentation }, SOFT);

  const verdict = async (to: string) => (await network.connect({ to })).verdict;
  expect(await verdict("10.9.9.9:443")).toBe("PROCEED_SOFT");
  expect(await verdict("10.1.9.9:443")).toBe("REJECT");
  expect(await verdict("10.1.2.9:443")).toBe("PROCEED_HARD");
  expect(await verdict("10.1.2.3:443")).toBe("REJECT");
  expect(await verdict("11.0.0.1:443")).toBe("REJECT");
  expect(await verdict("[2001:db8::1]:443")).toBe("PROCEED_SOFT");
  expect(await verdict("[2001:db9::1]:443")).toBe("REJECT");
  // A mapped address is IPv4's business.
  expect(await verdict("[::ffff:10.1.2.9]:443")).toBe("PROCEED_HARD");

  map("allowed4").delete({ bits: 24, address: address("10.1.2.0").bytes.subarray(0, 4) });
  expect(await verdict("10.1.2.9:443")).toBe("REJECT");
});
