import { describe, expect, test } from "vitest";
import { Comparison, generator, Program } from "../../../scripts/fuzz-vm.mjs";
import { acceptor, Judges } from "../../../scripts/fuzz-vm-judges.mjs";
import { forms } from "../../../src/isa/index.ts";
import { HashTable } from "../../../src/simulated/maps/hash-table.ts";
import { verify } from "../../../src/verifier/index.ts";
import * as vm from "../../../src/vm/index.ts";

const CASES = 400;

describe("random programs", () => {
  test(`given ${CASES} of them, then interpreter and compiled code agree on results, memory and faults`, () => {
    const comparison = new Comparison({ ...vm, HashTable }, forms);
    for (let index = 0; index < CASES; index++) expect(comparison.compare(7, index), `case ${index}`).toBeUndefined();
    const { returned, faulted } = comparison.counts;
    expect([returned > CASES / 4, faulted > CASES / 4]).toEqual([true, true]);
  });

  test("given some that verify, then all engines, and the other machines that there are, agree on them", async () => {
    const judges = new Judges(vm, acceptor(verify));
    const make = (index: number) => {
      const random = generator(11, index);
      return { random, program: new Program(random, forms) };
    };
    expect(await judges.compare(make, 0, 100)).toBeUndefined();
    expect(judges.counts.verified).toBeGreaterThan(15);
  });
});
