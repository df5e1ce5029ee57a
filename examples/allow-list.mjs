// Lets connections go where the longest address prefix that fits allows.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const [REJECT, SOFT, HARD] = [0, 1, 2];
const kernel = simulate();
try {
  const { programs, maps } = await kernel.load(new URL("../test/programs/allow_list.o", import.meta.url));
  await programs.get("allow4").attach();
  const allowed = maps.get("allowed4");
  allowed.set({ bits: 8, address: Uint8Array.of(10, 0, 0, 0) }, SOFT);
  allowed.set({ bits: 16, address: Uint8Array.of(10, 1, 0, 0) }, REJECT);
  allowed.set({ bits: 24, address: Uint8Array.of(10, 1, 2, 0) }, HARD);
  for (const [to, expected] of [
    ["10.9.9.9:443", "PROCEED_SOFT"],
    ["10.1.9.9:443", "REJECT"],
    ["10.1.2.9:443", "PROCEED_HARD"],
    ["192.0.2.1:443", "REJECT"],
  ]) {
    const { verdict } = await kernel.network.connect({ to });
    console.log(to, verdict);
    assert.equal(verdict, expected);
  }
} finally {
  kernel.close();
}
