import type { ProgramOptions } from "../engine/index.ts";
import { decode, formOf } from "../isa/index.ts";
import type { MapSpec, ObjectSpec, ProgramSpec, Reference } from "../spec/index.ts";
import { VerifierError, verify } from "../verifier/index.ts";
import type { MapReference } from "./program.ts";

/**
 * Verifies a program that is about to be loaded, as ebpfsvc does for Windows (libs/service/verifier_service.cpp). An
 * object file's program is judged with all that the file says; bare instructions with the maps that they refer to.
 *
 * @throws VerifierError `EBPF_VERIFICATION_FAILED` (EACCES) with the report.
 */
export async function verifyBeforeLoad(options: ProgramOptions, references: readonly MapReference[]): Promise<void> {
  const { object, program } = options.source ?? describe(options, references);
  const report = await verify(object, program, { type: options.type });
  if (report.verdict === "fail") throw new VerifierError(report);
}

/** What an object file would have said of bare instructions and their maps. */
function describe(
  options: ProgramOptions,
  references: readonly MapReference[],
): { readonly object: ObjectSpec; readonly program: ProgramSpec } {
  const maps = [...new Set(references.map(({ map }) => map))];
  const specs = maps.map(({ options: { type, keySize, valueSize, maxEntries } }, index): MapSpec => {
    // Names of kernel maps need not be unique, or be there at all.
    const name = `map ${index}`;
    const sizes = { keySize, valueSize, maxEntries };
    return { name, type, ...sizes, flags: 0, pinByName: false, section: "maps", descriptor: index + 1 };
  });
  const { name, section, type, code, lines } = options;
  const slots = code.length / 8;
  const program: ProgramSpec = {
    name,
    section,
    sectionIndex: 0,
    type,
    code: withDescriptors(code, references, (map) => maps.indexOf(map) + 1),
    references: references.map(
      ({ slot, map }): Reference => ({ slot, kind: "map", map: specs[maps.indexOf(map)]?.name ?? "" }),
    ),
    functions: [{ name, start: 0, end: slots, section, sectionOffset: 0 }],
    lines,
  };
  const object: ObjectSpec = {
    platform: "windows",
    programs: [program],
    subprograms: [],
    maps: specs,
    globals: [],
    btf: undefined,
    license: undefined,
  };
  return { object, program };
}

/** The code with the maps' descriptors in its `lddw` instructions, where callers have descriptors of their own. */
function withDescriptors(
  code: Uint8Array,
  references: readonly MapReference[],
  descriptor: (map: MapReference["map"]) => number,
): Uint8Array {
  const patched = code.slice();
  const view = new DataView(patched.buffer);
  const instructions = decode(code);
  for (const { slot, map } of references) {
    const instruction = instructions[slot];
    if (instruction && formOf(instruction)?.kind === "wide") view.setInt32(slot * 8 + 4, descriptor(map), true);
  }
  return patched;
}
