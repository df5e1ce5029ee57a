import { expect, test } from "vitest";
import { ALONE, FewTurns, LoopTurns, OutOfTurns, unhurried, type Work } from "../../src/turns/index.ts";

/** Work that never ends. */
function* endless(): Work<never> {
  for (;;) yield;
}

test("given a few turns, when there is more to do, then the work ends there", async () => {
  const few = new FewTurns(ALONE, 2);
  await few.next();
  await few.next();
  await expect(few.next()).rejects.toBeInstanceOf(OutOfTurns);
  await expect(unhurried(endless(), new FewTurns(new LoopTurns(), 3))).rejects.toBeInstanceOf(OutOfTurns);
});

test("given a signal, when another event aborts it, then the work ends with the reason", async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort("enough"));
  await expect(unhurried(endless(), new LoopTurns(controller.signal))).rejects.toMatchObject({
    code: "EBPF_ABORTED",
    cause: "enough",
  });
});

test("given a thread of its own, work waits for nobody", async () => {
  let hasTurned = false;
  setImmediate(() => {
    hasTurned = true;
  });
  for (let turn = 0; turn < 1000; turn++) await ALONE.next();
  expect(hasTurned).toBe(false);
});
