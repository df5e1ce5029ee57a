import { describe, expect, test } from "vitest";
import { Comparison } from "../../../scripts/fuzz-vm.mjs";
import { forms } from "../../../src/isa/index.ts";
import { HashTable } from "../../../src/simulated/maps/hash-table.ts";
import * as vm from "../../../src/vm/index.ts";

const CASES = 400;

describe("random programs", () => {
  test(`given ${CASES} of them, then interpreter and compiled code agree on results, memory and faults`, () => {
    const comparison = new Comparison({ ...vm, HashTable }, forms);
    for (let index = 0; index < CASES; index++) expect(comparison.compare(7, index), `case ${index}`).toBeUndefined();
    const { returned, faulted } = comparison.counts;
    expect([returned > CASES / 4, faulted > CASES / 4]).toEqual([true, true]);
  });
});
