import { describe, expect, test } from "vitest";
import { findBases, mutate } from "../../scripts/fuzz-elf.mjs";
import { parse } from "../../src/elf/index.ts";
import { EbpfError } from "../../src/errors.ts";

const CASES = 3000;

describe("mutated object files", () => {
  test(`given ${CASES} of them, then each is parsed or refused with an EbpfError within 2 s`, () => {
    const bases = findBases();
    let [parsed, refused] = [0, 0];
    for (let index = 0; index < CASES; index++) {
      const { name, bytes } = mutate(bases, 20, index);
      const begin = performance.now();
      try {
        parse(bytes, { platform: index % 2 === 0 ? "windows" : "linux" });
        parsed += 1;
      } catch (error) {
        if (!(error instanceof EbpfError)) throw new Error(`case ${index} (${name})`, { cause: error });
        refused += 1;
      }
      expect(performance.now() - begin, `case ${index} (${name})`).toBeLessThan(2000);
    }
    // Both happen: the mutations are neither harmless nor hopeless.
    expect([parsed > CASES / 20, refused > CASES / 20]).toEqual([true, true]);
  });
});
