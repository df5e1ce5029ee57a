import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { assemble, decode, encode, formatAssembly, rfcRules, validate } from "../../src/isa/index.ts";
import { shared } from "../shared.ts";
import { hex } from "./arbitrary.ts";

const folder = shared("conformance/ebpfapi/programs");
const files = folder === undefined ? [] : readdirSync(folder).filter((file) => file.endsWith(".o"));

describe.skipIf(files.length === 0)("programs that clang compiled", () => {
  test.each(files.filter((file) => file !== "no_program.o"))(
    "%s: standard code that survives every round trip",
    (file) => {
      const object = parse(readFileSync(join(folder ?? "", file)));
      for (const { name, code } of [...object.programs, ...object.subprograms]) {
        expect(validate(code, rfcRules), name).toEqual([]);
        expect(hex(encode(decode(code))), name).toBe(hex(code));
        expect(hex(assemble(formatAssembly(code))), name).toBe(hex(code));
      }
    },
  );
});
