import { describe, expect, test } from "vitest";
import { EbpfError } from "../../src/errors.ts";
import { assemble } from "../../src/isa/index.ts";
import { simulate } from "../../src/runtime/index.ts";
import { verify } from "../../src/verifier/index.ts";
import { programOf } from "./assembled.ts";
import { objectSpec } from "./random/object-spec.ts";
import { randomInput } from "./random/random-input.ts";
import { randomProgram } from "./random/random-program.ts";
import { RandomSource } from "./random/random-source.ts";

async function lookAt(text: string) {
  const { object, program } = programOf(assemble(text));
  const { verdict, findings } = await verify(object, program);
  return { verdict, safe: findings[0]?.safe };
}

describe("given a program that is refused although it is safe", () => {
  test("a loop that halves a number ends after as many rounds as the number has bits", async () => {
    const { verdict, safe } = await lookAt(`
      ldxw %r1, [%r1+24]
      mov %r0, 0
      xor %r0, %r1
      rsh %r1, 1
      jne %r1, 0, -3
      mov %r0, 0
      exit`);
    expect(verdict).toBe("fail");
    expect(safe?.reason).toBe("this loop ends: it goes round 32 times at most");
  });

  test("a loop whose rounds are few, but whose number is known only by trying, ends too", async () => {
    // x & (x - 1) takes the lowest bit away: a byte has 8.
    const { safe } = await lookAt(`
      ldxw %r2, [%r1+24]
      and %r2, 255
      mov %r3, %r2
      add %r3, -1
      and %r2, %r3
      jne %r2, 0, -4
      mov %r0, 0
      exit`);
    expect(safe?.reason).toMatch(/^this loop ends: it goes round 8 times at most$/);
  });
});

describe("given a program that is refused and not safe, nothing is said", () => {
  test.each([
    ["a loop that may go round for ever", "ldxw %r1, [%r1+24]\nmul %r1, 3\njne %r1, 1, -2\nmov %r0, 0\nexit"],
    [
      "stack bytes that may not be written",
      "ldxw %r1, [%r1+24]\nand %r1, 7\nmov %r2, %r10\nadd %r2, -8\nadd %r2, %r1\nldxb %r0, [%r2]\nexit",
    ],
    [
      "an access that is outside for one input",
      "ldxw %r1, [%r1+24]\nand %r1, 15\nmov %r2, %r10\nadd %r2, -15\nadd %r2, %r1\nstb [%r2], 1\nmov %r0, 0\nexit",
    ],
  ])("%s", async (_, text) => {
    expect(await lookAt(text)).toEqual({ verdict: "fail", safe: undefined });
  });
});

/** `npm run fuzz -- soundness` sets them. */
const FIRST = Number(process.env["WINBPF_FUZZ_SEED"] ?? 1);
const COUNT = Number(process.env["WINBPF_FUZZ_COUNT"] ?? 300);
const RUNS = 8;

/** Slot at which a run faults; undefined if it does not. */
async function faultOf(seed: number, object: ReturnType<typeof objectSpec>): Promise<number | undefined> {
  const random = new RandomSource(seed ^ 0x5afe);
  using runtime = simulate({ seed, verify: false, limits: { instructions: 200_000 } });
  try {
    const [program] = (await runtime.load(object)).programs;
    for (let run = 0; run < RUNS; run++) await program?.run(randomInput(program.type, random));
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    const [, slot] = /instruction (\d+)/.exec(error.message) ?? [];
    return error.code === "EBPF_FAULT" && slot !== undefined ? Number(slot) : undefined;
  }
  return undefined;
}

test(
  "given random programs that are refused for what is said to be safe, no run faults there",
  async () => {
    let claims = 0;
    const wrong: string[] = [];
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const object = objectSpec(randomProgram(seed, "windows"));
      const [program] = object.programs;
      if (program === undefined) throw new Error("no program");
      const { findings } = await verify(object, program, { dialect: "latest", budget: { steps: 20_000 } });
      const [first] = findings;
      if (first?.safe === undefined) continue;
      claims++;
      if ((await faultOf(seed, object)) === first.slot) wrong.push(`seed ${seed}: ${first.safe.reason}`);
    }
    console.log(`${COUNT} random programs: ${claims} said to be safe`);
    expect(wrong).toEqual([]);
  },
  60_000 + COUNT * 2000,
);
