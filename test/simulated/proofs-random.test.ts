import { expect, test } from "vitest";
import { EbpfError } from "../../src/errors.ts";
import { type BpfObject, type SimulatedRuntime, simulate } from "../../src/runtime/index.ts";
import type { ObjectSpec, ProgramProof } from "../../src/spec/index.ts";
import { verify } from "../../src/verifier/index.ts";
import { objectSpec } from "../verifier/random/object-spec.ts";
import { randomInput } from "../verifier/random/random-input.ts";
import { randomProgram } from "../verifier/random/random-program.ts";
import { RandomSource } from "../verifier/random/random-source.ts";
import { fillMaps } from "../verifier/random/soundness.ts";

/** `npm run fuzz -- proofs` sets them. */
const FIRST = Number(process.env["WINBPF_FUZZ_SEED"] ?? 1);
const COUNT = Number(process.env["WINBPF_FUZZ_COUNT"] ?? 120);
const MILLISECONDS_EACH = 2000;
const RUNS = 4;
const STEPS = 20_000;

const text = (value: unknown): string =>
  JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? `${each}n` : each)) ?? "";

async function answer(work: () => unknown): Promise<string> {
  try {
    return text(await work());
  } catch (error) {
    if (error instanceof EbpfError) return `${error.code} ${error.message}`;
    throw error;
  }
}

/** What the maps hold that can be listed. */
async function contents({ maps }: BpfObject): Promise<string[]> {
  return await Promise.all([...maps].map((map) => answer(() => [...map])));
}

/** What can be seen of a program on a few random inputs, in one engine. */
async function seen(runtime: SimulatedRuntime, object: ObjectSpec, seed: number, proof?: ProgramProof) {
  const random = new RandomSource(seed ^ 0x5eed);
  const loaded = await runtime.load(object, proof === undefined ? {} : { proofs: { f: proof } });
  const [program] = loaded.programs;
  if (program === undefined) throw new Error("no program");
  const all: string[] = [];
  for (let run = 0; run < RUNS; run++) {
    fillMaps(loaded, random);
    const input = randomInput(program.type, random);
    all.push(await answer(async () => ({ ...(await program.run(input)), duration: 0 })), ...(await contents(loaded)));
  }
  return { all, tier: runtime.tierOf(program) };
}

test(
  "given random programs that the newest verifier accepts, then with its proofs they do what the interpreter does",
  async () => {
    const tally = { refused: 0, notLoaded: 0, equal: 0, proven: 0, checked: 0 };
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const object = objectSpec(randomProgram(seed));
      const [spec] = object.programs;
      if (spec === undefined) throw new Error("no program");
      const { verdict, proof } = await verify(object, spec, {
        dialect: "latest",
        proof: true,
        budget: { steps: STEPS },
      });
      if (verdict === "fail" || object.platform !== "windows") {
        tally.refused++;
        continue;
      }
      const options = { cpus: 2, seed, verify: false, limits: { instructions: 1_000_000 } };
      using plain = simulate({ ...options, engine: "interpreter" });
      using fast = simulate({ ...options, engine: "compiled" });
      let expected: Awaited<ReturnType<typeof seen>>;
      try {
        expected = await seen(plain, object, seed);
      } catch (error) {
        // A helper that nothing implements, or a byte of a map that is not there.
        if (!(error instanceof EbpfError)) throw error;
        tally.notLoaded++;
        continue;
      }
      const { all, tier } = await seen(fast, object, seed, proof);
      expect([seed, ...all]).toEqual([seed, ...expected.all]);
      expect([seed, tier.engine, tier.unproven]).toEqual([seed, "compiled", undefined]);
      tally.equal++;
      tally.proven += tier.checks?.proven ?? 0;
      tally.checked += tier.checks?.checked ?? 0;
    }
    console.log(`${COUNT} random programs:`, tally);
    if (COUNT >= 100) expect(tally.equal).toBeGreaterThan(COUNT / 5);
    if (COUNT >= 100) expect(tally.proven).toBeGreaterThan(tally.checked);
  },
  60_000 + COUNT * MILLISECONDS_EACH,
);
