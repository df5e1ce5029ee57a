import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { disassemble, formatListing } from "../../src/isa/index.ts";
import { generalHelpers, specificHelpers } from "../../src/platform/index.ts";
import type { ObjectSpec, ProgramSpec } from "../../src/spec/index.ts";
import { shared } from "../shared.ts";

const recordings = shared("conformance/ebpfapi/given/text_disassemble");
const root = shared("conformance/ebpfapi");

/** A recorded call of `ebpf_api_elf_disassemble_program`: file, section or any, program or the first. */
interface Step {
  readonly call: string;
  readonly args: readonly [{ str: string }, { str: string } | null, { str: string } | null, ...unknown[]];
  readonly ret: number;
  readonly out: { readonly disassembly: string | null; readonly error_message: string | null };
}

function readSteps(file: string): Step[] {
  const lines = readFileSync(join(recordings ?? "", file), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line)).filter((step) => step.call === "ebpf_api_elf_disassemble_program");
}

/** The program that the call means: the first of that section and name, in the order of the file. */
function choose(object: ObjectSpec, [, section, name]: Step["args"]): ProgramSpec | undefined {
  return [...object.programs, ...object.subprograms]
    .sort((a, b) => a.sectionIndex - b.sectionIndex)
    .find((program) => (!section?.str || program.section === section.str) && (!name || program.name === name.str));
}

function listing(program: ProgramSpec): string {
  const rows = [...generalHelpers, ...(specificHelpers[program.type] ?? [])];
  const helpers = new Map(rows.map((row) => [row.id, row]));
  return formatListing(disassemble(program.code, { lines: program.lines, helpers }));
}

/** Source text is recorded byte by byte, a byte above 127 as the character of that number. */
const bytewise = (text: string) => Buffer.from(text, "utf8").toString("latin1");

const files = recordings === undefined ? [] : readdirSync(recordings).filter((file) => file.endsWith(".jsonl"));

describe.skipIf(files.length === 0)("disassemble, on what ebpf-for-windows answered", () => {
  test.each(files)("%s", (file) => {
    for (const { args, ret, out } of readSteps(file)) {
      const bytes = readFileSync(join(root ?? "", args[0].str));
      if (ret !== 0) {
        // All recorded refusals are the loader's: how the API words them is not for a listing to say.
        expect(() => parse(bytes)).toThrow(out.error_message?.replace("error: ", ""));
        continue;
      }
      const program = choose(parse(bytes), args);
      const label = `${args[0].str} ${args[1]?.str} ${args[2]?.str}`;
      expect(program && bytewise(listing(program)), label).toBe(out.disassembly);
    }
  });

  test("there are 231 of them", () => {
    expect(files.flatMap(readSteps).length).toBe(231);
  });
});
