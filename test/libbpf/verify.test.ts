import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { simulate } from "../../src/index.ts";
import { libbpf } from "../../src/libbpf/index.ts";
import { CODE_FLAGS, code, writeElf } from "../elf/elf-writer.ts";

const door = libbpf(simulate());
const file = (name: string): Uint8Array => readFileSync(new URL(`../programs/${name}`, import.meta.url));
const verified = async (object: Uint8Array, verbosity: number) =>
  await door.ebpf_api_elf_verify_program_from_memory(object, null, null, null, verbosity);

test("given a program that passes, then verbosity 2 says what is known before the verdict, and 1 does not", async () => {
  const verbose = await verified(file("count_ports.o"), 2);
  expect(verbose.ret).toBe(0);
  expect(verbose.report).toMatch(/^\nPre-invariant : \[\n {4}r1\.type=ctx, \n.*\n\nVerification succeeded$/s);
  expect(await verified(file("count_ports.o"), 1)).toMatchObject({ ret: 0, report: "Verification succeeded" });
});

test("given one that is refused, then verbosity 1 says what led there, and 0 the error alone", async () => {
  const informational = await verified(file("refused/null_lookup.o"), 1);
  expect(informational).toMatchObject({ ret: 1, error_message: "Verification failed", stats: { total_warnings: 1 } });
  expect(informational.report).toMatch(/^=== Failure Slice 1 of 1 ===\n\n\[ERROR\] Possible null access /);
  expect((await verified(file("refused/null_lookup.o"), 0)).report).toMatch(
    /^\n; .*\n; .*\n\n7: Possible null access /,
  );
});

test("given one that cannot be decoded, then only a message, and nothing is counted (libs/api/Verifier.cpp)", async () => {
  const object = writeElf({
    sections: [{ name: "xdp", flags: CODE_FLAGS, bytes: code("ff00000000000000") }],
    symbols: [{ name: "f", section: "xdp" }],
  });
  const { ret, report, error_message, stats } = await verified(object, 2);
  expect({ ret, report, stats }).toEqual({ ret: 1, report: undefined, stats: undefined });
  expect(error_message).toMatch(/^parse failure: 0: .+\n$/);
});
