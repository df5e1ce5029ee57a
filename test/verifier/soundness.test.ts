import { expect, test } from "vitest";
import { assemble } from "../../src/isa/index.ts";
import { helperOverrides, unimplementedGeneralHelpers } from "../../src/platform/index.ts";
import { simulate } from "../../src/runtime/index.ts";
import { verify } from "../../src/verifier/index.ts";
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
/** Descriptors of the shape's maps. */
const HASH_MAP = 2;
const ARRAY_OF_MAPS = 7;
const QUEUE = 10;

/** `call helper` with a map and an address below the stack's top. */
const withKey = (helper: number, map: number, offset: number): string =>
  `lddw.map %r1, ${map}\nmov %r2, %r10\nadd %r2, ${offset}\nmov %r3, 0\ncall ${helper}\n`;
const LOOKUP = 1;
const PUSH = 16;
const POP = 17;
const END = "mov %r0, 0\nexit\n";

// Each of these is accepted by both versions of the original (docs/verifier.md, "What both accept although it is not safe").
test.each<[string, string]>([
  ["a map key that reaches over the stack's top", `stw [%r10-4], 0\n${withKey(LOOKUP, HASH_MAP, -4)}${END}`],
  [
    "room for a value that reaches over the stack's top",
    `stdw [%r10-8], 0\n${withKey(PUSH, QUEUE, -8)}${withKey(POP, QUEUE, -4)}${END}`,
  ],
  [
    "a null pointer that something is added to before it is asked whether it is null",
    `stdw [%r10-8], 0\n${withKey(LOOKUP, HASH_MAP, -8)}add %r0, 8\nldxdw %r0, [%r0]\nexit\n`,
  ],
  [
    "the result of a lookup in a map of maps, of which it is asked that it is a map, and not that there is one",
    `stw [%r10-4], 0\n${withKey(LOOKUP, ARRAY_OF_MAPS, -4)}mov %r1, %r0\nmov %r2, %r10\nadd %r2, -4\ncall ${LOOKUP}\n${END}`,
  ],
])("given %s, then both verifiers accept it and the interpreter does not", async (_, text) => {
  if (shape === undefined) throw new Error("no shape");
  const object = objectSpec({ shape, code: assemble(text) });
  const [program] = object.programs;
  if (program === undefined) throw new Error("no program");
  expect(await verify(object, program, { dialect: "latest" })).toMatchObject({ verdict: "pass" });
  expect(await verify(object, program, { dialect: "windows-1.6" })).toMatchObject({ verdict: "pass" });
  using runtime = simulate();
  const [loaded] = (await runtime.load(object)).programs;
  await expect(loaded?.run({ data: new Uint8Array(64) })).rejects.toMatchObject({ code: "EBPF_FAULT" });
});
