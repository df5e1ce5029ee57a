import { parse } from "../../../src/elf/index.ts";
import { EbpfError } from "../../../src/errors.ts";
import { simulate } from "../../../src/runtime/index.ts";
import type { ObjectSpec } from "../../../src/spec/index.ts";
import { type DialectName, verify } from "../../../src/verifier/index.ts";
import { objectFile } from "./object-file.ts";
import { randomProgram } from "./random-program.ts";
import { RandomSource } from "./random-source.ts";

/** What became of a random program: refused, run without a fault, or a fault's text. */
export type Outcome =
  | { readonly kind: "refused" | "sound" | "endless" }
  | { readonly kind: "faulted"; readonly reason: string };

/** Helpers that the simulated kernel has for XDP programs, and the generator knows how to call. */
const HELPERS: ReadonlySet<number> = new Set([1, 2, 3, 6, 7, 8, 9, 12, 13, 65536]);
const RUNS = 4;
/** Steps of analysis; random loops can take any number. */
const STEPS = 20_000;

function bytes(random: RandomSource, length: number): Uint8Array {
  return Uint8Array.from({ length }, () =>
    random.once(3) ? random.pick([0, 1, 0x7f, 0x80, 0xff]) : random.next() & 0xff,
  );
}

/** Without the maps that the program does not use: the simulated kernel has not every kind. */
function usedMapsOnly(object: ObjectSpec): ObjectSpec {
  const used = new Set(
    object.programs.flatMap(({ references }) =>
      references.flatMap((reference) => ("map" in reference ? [reference.map] : [])),
    ),
  );
  return { ...object, maps: object.maps.filter(({ name }) => used.has(name)) };
}

async function run(object: ObjectSpec, random: RandomSource): Promise<Outcome> {
  const runtime = simulate({ seed: random.next(), limits: { instructions: 1_000_000 } });
  const used = usedMapsOnly(object);
  const loaded = await runtime.load(used);
  const [program] = loaded.programs;
  if (program === undefined) throw new Error("no program");
  for (let at = 0; at < RUNS; at++) {
    for (const { name, keySize, valueSize } of used.maps) {
      const map = loaded.maps.get(name);
      for (let entry = 0; entry < 4; entry++) {
        const index = random.below(4);
        const key = keySize === 4 ? index : Uint8Array.from({ length: keySize }, (_, byte) => (byte === 0 ? index : 0));
        if (random.once(2)) map.set(key, bytes(random, valueSize));
      }
    }
    const context = bytes(random, 32);
    context.fill(0, 0, 24);
    await program.run({ data: bytes(random, random.pick([0, 1, 8, 14, 20, 64, 200])), context });
  }
  return { kind: "sound" };
}

/** Verifies the XDP program of a seed and, where it is accepted, runs it on random packets, contexts and map contents. */
export async function soundnessOf(seed: number, dialect: DialectName): Promise<Outcome> {
  const object = parse(objectFile(randomProgram(seed, { section: "xdp", helpers: HELPERS })));
  const [program] = object.programs;
  if (program === undefined) throw new Error("no program");
  const report = await verify(object, program, { dialect, budget: { steps: STEPS } });
  if (report.verdict === "fail") return { kind: "refused" };
  try {
    return await run(object, new RandomSource(seed ^ 0x5eed));
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    if (error.code === "EBPF_BUDGET_EXCEEDED") return { kind: "endless" };
    return { kind: "faulted", reason: `seed ${seed}: ${error.code} ${error.message}` };
  }
}
