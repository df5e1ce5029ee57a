import { parse } from "../../../src/elf/index.ts";
import { EbpfError } from "../../../src/errors.ts";
import { programTypes } from "../../../src/platform/index.ts";
import { simulate } from "../../../src/runtime/index.ts";
import type { ObjectSpec } from "../../../src/spec/index.ts";
import { type DialectName, verify } from "../../../src/verifier/index.ts";
import { objectFile } from "./object-file.ts";
import { randomProgram } from "./random-program.ts";
import { RandomSource } from "./random-source.ts";

/** What became of a random program: refused, run without a fault, or a fault's text. */
export type Outcome =
  | { readonly kind: "refused" | "sound" | "endless" | "null-arithmetic" }
  | { readonly kind: "faulted"; readonly reason: string };

const RUNS = 4;
/** Of the maps that random objects declare, those whose values are bytes. */
const DATA_MAPS = 2;
/** The pointer fields that contexts with data begin with. */
const POINTER_BYTES = 24;
/** Steps of analysis; random loops can take any number. */
const STEPS = 20_000;

function bytes(random: RandomSource, length: number): Uint8Array {
  return Uint8Array.from({ length }, () =>
    random.once(3) ? random.pick([0, 1, 0x7f, 0x80, 0xff]) : random.next() & 0xff,
  );
}

async function run(object: ObjectSpec, random: RandomSource): Promise<Outcome> {
  const runtime = simulate({ seed: random.next(), limits: { instructions: 1_000_000 } });
  const loaded = await runtime.load(object);
  const [program] = loaded.programs;
  if (program === undefined) throw new Error("no program");
  for (let at = 0; at < RUNS; at++) {
    for (const { name, keySize, valueSize } of object.maps.slice(0, DATA_MAPS)) {
      const map = loaded.maps.get(name);
      for (let entry = 0; entry < 4; entry++) {
        const index = random.below(4);
        const key = keySize === 4 ? index : Uint8Array.from({ length: keySize }, (_, byte) => (byte === 0 ? index : 0));
        if (random.once(2)) map.set(key, bytes(random, valueSize));
      }
    }
    const row = programTypes.find(({ name }) => name === program.type)?.context;
    const context = bytes(random, row?.size ?? 0);
    const hasData = (row?.data ?? -1) >= 0;
    if (hasData) context.fill(0, 0, POINTER_BYTES);
    const data = bytes(random, random.pick([0, 2, 8, 14, 20, 64, 200]));
    await program.run({ context, ...(hasData ? { data } : {}) });
  }
  return { kind: "sound" };
}

/**
 * A null pointer that something was added to before it is used: the original's null check looks at the sum
 * (docs/verifier.md). Of the fault it shows that the distance from 0 is not the access's own offset.
 */
function isNullArithmetic(reason: string): boolean {
  const match = /\(r\d+ ([+-]) (\d+)\).*null pointer plus (\d+)/.exec(reason);
  if (match === null) return false;
  const [, sign, offset, distance] = match;
  return Number(distance) !== (sign === "-" ? -Number(offset) : Number(offset));
}

/** Verifies the program of a seed and, where it is accepted, runs it on random packets, contexts and map contents. */
export async function soundnessOf(seed: number, dialect: DialectName): Promise<Outcome> {
  const object = parse(objectFile(randomProgram(seed)));
  const [program] = object.programs;
  if (program === undefined) throw new Error("no program");
  const report = await verify(object, program, { dialect, budget: { steps: STEPS } });
  if (report.verdict === "fail") return { kind: "refused" };
  try {
    return await run(object, new RandomSource(seed ^ 0x5eed));
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    if (error.code === "EBPF_BUDGET_EXCEEDED") return { kind: "endless" };
    if (error.code === "EBPF_VERIFICATION_FAILED") return { kind: "refused" };
    if (isNullArithmetic(error.message)) return { kind: "null-arithmetic" };
    return { kind: "faulted", reason: `seed ${seed}: ${error.code} ${error.message}` };
  }
}
