import { expect, test } from "vitest";
import { soundnessOf } from "./random/soundness.ts";

/** `npm run fuzz -- soundness` sets them. */
const FIRST = Number(process.env["WINBPF_FUZZ_SEED"] ?? 1);
const COUNT = Number(process.env["WINBPF_FUZZ_COUNT"] ?? 400);
const MILLISECONDS_EACH = 2000;

test(
  "given random programs that the newest verifier accepts, none of them faults or runs on for ever",
  async () => {
    const faults: string[] = [];
    let accepted = 0;
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const outcome = await soundnessOf(seed, "latest");
      if (outcome.kind === "refused") continue;
      accepted++;
      if (outcome.kind === "faulted") faults.push(outcome.reason);
      if (outcome.kind === "endless") faults.push(`seed ${seed}: runs on`);
    }
    console.log(`${COUNT} random programs, ${accepted} accepted and run`);
    expect(faults).toEqual([]);
    if (COUNT > 100) expect(accepted).toBeGreaterThan(COUNT / 100);
  },
  60_000 + COUNT * MILLISECONDS_EACH,
);
