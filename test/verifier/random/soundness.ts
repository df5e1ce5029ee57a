import { EbpfError } from "../../../src/errors.ts";
import { mapTypes } from "../../../src/platform/index.ts";
import { type BpfObject, simulate } from "../../../src/runtime/index.ts";
import type { ObjectSpec } from "../../../src/spec/index.ts";
import { type DialectName, verify } from "../../../src/verifier/index.ts";
import { objectSpec } from "./object-spec.ts";
import { randomBytes, randomInput } from "./random-input.ts";
import { DIRECT_MAPS, RANDOM_MAPS, VALUE_MAPS } from "./random-maps.ts";
import type { RandomProgram } from "./random-program.ts";
import { RandomSource } from "./random-source.ts";

/** What became of a random program. The gaps of the original that are known are in docs/verifier.md. */
export type Outcome =
  | { readonly kind: "refused" | "sound" | "endless" | "null-arithmetic" | "null-map" | "over-top" }
  /** Accepted, and not loaded: nothing implements a helper that it calls, or it names a map, or a byte of one, that is not there. */
  | { readonly kind: "not-loaded" }
  | { readonly kind: "faulted"; readonly reason: string };

const RUNS = 4;
/** Steps of analysis; random loops can take any number. */
const STEPS = 20_000;

/** Puts random values into the maps that hold any. */
export function fillMaps(loaded: BpfObject, random: RandomSource): void {
  for (const { descriptor, name, type, keySize, valueSize } of RANDOM_MAPS) {
    if (!VALUE_MAPS.some((each) => each === descriptor)) continue;
    const map = loaded.maps.get(name);
    const isPerCpu = mapTypes[type]?.perCpu === true;
    const isArray = DIRECT_MAPS.some((each) => each === descriptor);
    for (let entry = 0; entry < 4; entry++) {
      const index = random.below(isArray ? 2 : 8);
      const key = Uint8Array.from({ length: keySize }, (_, at) => (at === 0 ? index : 0));
      if (!random.once(2)) continue;
      if (isPerCpu) map.set(isArray ? index : key, [randomBytes(random, valueSize), randomBytes(random, valueSize)]);
      else map.set(isArray ? index : key, randomBytes(random, valueSize));
    }
  }
}

async function run(object: ObjectSpec, random: RandomSource): Promise<Outcome> {
  using runtime = simulate({ cpus: 2, seed: random.next(), verify: false, limits: { instructions: 1_000_000 } });
  const loaded = await runtime.load(object);
  const [program] = loaded.programs;
  if (program === undefined) throw new Error("no program");
  for (let at = 0; at < RUNS; at++) {
    fillMaps(loaded, random);
    await program.run(randomInput(program.type, random));
  }
  return { kind: "sound" };
}

/**
 * A null pointer that something was added to before it is used: the original's null check looks at the sum. Of the fault
 * it shows that the distance from 0 is not the access's own offset.
 */
function isNullArithmetic(reason: string): boolean {
  const match = /\(r\d+ ([+-]) (\d+)\).*null pointer plus (\d+)/.exec(reason);
  if (match === null) return false;
  const [, sign, offset, distance] = match;
  return Number(distance) !== (sign === "-" ? -Number(offset) : Number(offset));
}

const FAULT = /instruction (\d+), .*call.*: (?:read|write) of (\d+) bytes/;
const MOVE = 0xbf;
const ADD = 0x07;
const STACK_POINTER = 10;

/** A map's key (or value) that begins on the stack and ends above it, as the code before the call shows. */
function isOverTop(reason: string, code: Uint8Array): boolean {
  const [, slot, size] = FAULT.exec(reason) ?? [];
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = Number(slot) - 1; at > 0 && at > Number(slot) - 12; at--) {
    const [move, add] = [at * 8 - 8, at * 8];
    if (view.getUint8(add) !== ADD || view.getUint8(move) !== MOVE) continue;
    if (view.getUint8(move + 1) >> 4 !== STACK_POINTER) continue;
    const imm = view.getInt32(add + 4, true);
    if (imm <= 0 && imm + Number(size) > 0) return true;
  }
  return false;
}

/** Unreachable code and addresses that nobody uses do not trouble the verifier. */
const NOT_LOADED = /helper -?\d+ is not known here|no byte -?\d+ that a program|nothing gives the address of the map/;

function outcomeOf(error: EbpfError, code: Uint8Array): Outcome {
  if (error.code === "EBPF_BUDGET_EXCEEDED") return { kind: "endless" };
  if (NOT_LOADED.test(error.message)) return { kind: "not-loaded" };
  if (isNullArithmetic(error.message)) return { kind: "null-arithmetic" };
  // What a lookup in a map of maps found is used as a map, and it found none.
  if (/r1 is not a map$/.test(error.message)) return { kind: "null-map" };
  if (isOverTop(error.message, code)) return { kind: "over-top" };
  return { kind: "faulted", reason: `${error.code} ${error.message}` };
}

/** Verifies a random program and, where it is accepted, runs it on random packets, contexts and map contents. */
export async function soundnessOf(program: RandomProgram, seed: number, dialect: DialectName): Promise<Outcome> {
  const object = objectSpec(program);
  const [spec] = object.programs;
  if (spec === undefined) throw new Error("no program");
  const report = await verify(object, spec, { dialect, budget: { steps: STEPS } });
  if (report.verdict === "fail") return { kind: "refused" };
  try {
    return await run(object, new RandomSource(seed ^ 0x5eed));
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    return outcomeOf(error, program.code);
  }
}
