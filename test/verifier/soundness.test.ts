import { expect, test } from "vitest";
import { helperOverrides, unimplementedGeneralHelpers } from "../../src/platform/index.ts";
import { simulate } from "../../src/runtime/index.ts";
import { verify } from "../../src/verifier/index.ts";
import { CodeWriter } from "./random/code-writer.ts";
import { objectSpec } from "./random/object-spec.ts";
import { type Callee, SHAPES, type Shape } from "./random/program-shape.ts";
import { programCalling, randomProgram } from "./random/random-program.ts";
import { type Outcome, soundnessOf } from "./random/soundness.ts";

/** `npm run fuzz -- soundness` sets them. */
const FIRST = Number(process.env["WINBPF_FUZZ_SEED"] ?? 1);
const COUNT = Number(process.env["WINBPF_FUZZ_COUNT"] ?? 400);
const MILLISECONDS_EACH = 2000;
const FEWEST_ACCEPTED = 0.3;

const windows = SHAPES.windows;

test(
  "given random programs that the newest verifier accepts, none of them faults or runs on for ever",
  async () => {
    const tally = new Map<Outcome["kind"], number>();
    const faults: string[] = [];
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const outcome = await soundnessOf(randomProgram(seed), seed, "latest");
      tally.set(outcome.kind, (tally.get(outcome.kind) ?? 0) + 1);
      if (outcome.kind === "faulted") faults.push(`seed ${seed}: ${outcome.reason}`);
      if (outcome.kind === "endless") faults.push(`seed ${seed}: runs on`);
    }
    console.log(`${COUNT} random programs:`, Object.fromEntries(tally));
    expect(faults).toEqual([]);
    if (COUNT >= 400) expect(COUNT - (tally.get("refused") ?? 0)).toBeGreaterThan(COUNT * FEWEST_ACCEPTED);
  },
  60_000 + COUNT * MILLISECONDS_EACH,
);

/** Nothing implements them, unless the program type does. */
function isMissing({ type }: Shape, { id }: Callee): boolean {
  return unimplementedGeneralHelpers.includes(id) && helperOverrides[type]?.includes(id) !== true;
}

/** General helpers with one program type each, in turn; a type's own with that. */
const calls = windows.flatMap((shape, at) =>
  shape.callees
    .filter(({ id }) => id > 0xffff || id % windows.length === at)
    .map((callee) => ({ shape, callee, name: `${callee.name} in ${shape.type}` })),
);
const ATTEMPTS = 24;

test.each(calls)("given accepted programs that call $name, none of them faults", async ({ shape, callee }) => {
  const outcomes: Outcome[] = [];
  const isWanted = ({ kind }: Outcome): boolean => kind === (isMissing(shape, callee) ? "not-loaded" : "sound");
  for (let seed = 1; seed <= ATTEMPTS && outcomes.filter(isWanted).length === 0; seed++) {
    outcomes.push(await soundnessOf(programCalling(callee, shape, seed), seed, "latest"));
  }
  expect(outcomes.filter(({ kind }) => kind === "faulted" || kind === "endless")).toEqual([]);
  expect(outcomes.some(isWanted)).toBe(true);
});

const [shape] = windows;
const HASH_MAP = 2;
const ARRAY_OF_MAPS = 7;
const QUEUE = 10;
const PUSH = 16;
const POP = 17;

async function passesButFaults(code: CodeWriter): Promise<void> {
  if (shape === undefined) throw new Error("no shape");
  const object = objectSpec({ shape, code: code.bytes() });
  const [program] = object.programs;
  if (program === undefined) throw new Error("no program");
  expect(await verify(object, program, { dialect: "latest" })).toMatchObject({ verdict: "pass" });
  expect(await verify(object, program, { dialect: "windows-1.6" })).toMatchObject({ verdict: "pass" });
  using runtime = simulate();
  const [loaded] = (await runtime.load(object)).programs;
  await expect(loaded?.run({ data: new Uint8Array(64) })).rejects.toMatchObject({ code: "EBPF_FAULT" });
}

test("given a map key that reaches over the stack's top, both verifiers accept it and the interpreter does not", async () => {
  // An 8-byte key at the stack's last 4 bytes: the original looks only at the bytes below the top (docs/verifier.md).
  const code = new CodeWriter();
  code.emit(0x62, 10, 0, -4, 0);
  code.emitWide(1, 1, HASH_MAP, 0);
  code.emit(0xbf, 2, 10);
  code.emit(0x07, 2, 0, 0, -4);
  code.emit(0x85, 0, 0, 0, 1);
  code.emit(0xb7);
  code.emit(0x95);
  await passesButFaults(code);
});

test("given room for a value that reaches over the stack's top, both verifiers accept it and the interpreter does not", async () => {
  // An 8-byte value is taken from a queue into the stack's last 4 bytes.
  const code = new CodeWriter();
  code.emit(0x7a, 10, 0, -8, 0);
  code.emitWide(1, 1, QUEUE, 0);
  code.emit(0xbf, 2, 10);
  code.emit(0x07, 2, 0, 0, -8);
  code.emit(0xb7, 3);
  code.emit(0x85, 0, 0, 0, PUSH);
  code.emitWide(1, 1, QUEUE, 0);
  code.emit(0xbf, 2, 10);
  code.emit(0x07, 2, 0, 0, -4);
  code.emit(0x85, 0, 0, 0, POP);
  code.emit(0xb7);
  code.emit(0x95);
  await passesButFaults(code);
});

test("given a null pointer that something is added to, both verifiers accept it and the interpreter does not", async () => {
  // Adds to what a lookup found before asking whether it found anything: the sum is not null, so no check is missed.
  const code = new CodeWriter();
  code.emit(0x7a, 10, 0, -8, 0);
  code.emitWide(1, 1, HASH_MAP, 0);
  code.emit(0xbf, 2, 10);
  code.emit(0x07, 2, 0, 0, -8);
  code.emit(0x85, 0, 0, 0, 1);
  code.emit(0x07, 0, 0, 0, 8);
  code.emit(0x79, 0, 0, 0);
  code.emit(0x95);
  await passesButFaults(code);
});

test("given the result of a lookup in a map of maps that is not checked, both verifiers accept it and the interpreter does not", async () => {
  // The original asks that it is a map, and not that there is one.
  const code = new CodeWriter();
  code.emit(0x62, 10, 0, -4, 0);
  code.emitWide(1, 1, ARRAY_OF_MAPS, 0);
  code.emit(0xbf, 2, 10);
  code.emit(0x07, 2, 0, 0, -4);
  code.emit(0x85, 0, 0, 0, 1);
  code.emit(0xbf, 1, 0);
  code.emit(0xbf, 2, 10);
  code.emit(0x07, 2, 0, 0, -4);
  code.emit(0x85, 0, 0, 0, 1);
  code.emit(0xb7);
  code.emit(0x95);
  await passesButFaults(code);
});
