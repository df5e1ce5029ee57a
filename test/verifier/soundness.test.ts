import { expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { simulate } from "../../src/runtime/index.ts";
import { verify } from "../../src/verifier/index.ts";
import { CodeWriter } from "./random/code-writer.ts";
import { objectFile } from "./random/object-file.ts";
import { HASH_MAP } from "./random/random-program.ts";
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
    let known = 0;
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const outcome = await soundnessOf(seed, "latest");
      if (outcome.kind === "refused") continue;
      accepted++;
      if (outcome.kind === "null-arithmetic") known++;
      if (outcome.kind === "faulted") faults.push(outcome.reason);
      if (outcome.kind === "endless") faults.push(`seed ${seed}: runs on`);
    }
    console.log(`${COUNT} random programs, ${accepted} accepted and run; ${known} add to a null pointer`);
    expect(faults).toEqual([]);
    if (COUNT > 100) expect(accepted).toBeGreaterThan(COUNT / 100);
  },
  60_000 + COUNT * MILLISECONDS_EACH,
);

/** An 8-byte key at the stack's last 4 bytes: the original looks only at the bytes below the top (docs/verifier.md). */
function keyOverTop(): Uint8Array {
  const code = new CodeWriter();
  code.emit(0x62, 10, 0, -4, 0);
  code.emitWide(1, 1, HASH_MAP, 0);
  code.emit(0xbf, 2, 10);
  code.emit(0x07, 2, 0, 0, -4);
  code.emit(0x85, 0, 0, 0, 1);
  code.emit(0xb7);
  code.emit(0x95);
  return objectFile({ section: "xdp", code: code.bytes() });
}

async function passesButFaults(bytes: Uint8Array): Promise<void> {
  const object = parse(bytes);
  const [program] = object.programs;
  if (program === undefined) throw new Error("no program");
  expect(await verify(object, program, { dialect: "latest" })).toMatchObject({ verdict: "pass" });
  expect(await verify(object, program, { dialect: "windows-1.6" })).toMatchObject({ verdict: "pass" });
  const [loaded] = (await simulate().load(object)).programs;
  await expect(loaded?.run({ data: new Uint8Array(64) })).rejects.toMatchObject({ code: "EBPF_FAULT" });
}

test("given a map key that reaches over the stack's top, both verifiers accept it and the interpreter does not", async () => {
  await passesButFaults(keyOverTop());
});

/** Adds to what a lookup found before asking whether it found anything: the sum is not null, so no check is missed. */
function nullPlusEight(): Uint8Array {
  const code = new CodeWriter();
  code.emit(0x7a, 10, 0, -8, 0);
  code.emitWide(1, 1, HASH_MAP, 0);
  code.emit(0xbf, 2, 10);
  code.emit(0x07, 2, 0, 0, -8);
  code.emit(0x85, 0, 0, 0, 1);
  code.emit(0x07, 0, 0, 0, 8);
  code.emit(0x79, 0, 0, 0);
  code.emit(0x95);
  return objectFile({ section: "xdp", code: code.bytes() });
}

test("given a null pointer that something is added to, both verifiers accept it and the interpreter does not", async () => {
  await passesButFaults(nullPlusEight());
});
