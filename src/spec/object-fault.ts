import { SLOT_BYTES } from "./instruction.ts";
import type { ProgramSpec } from "./program-spec.ts";

/**
 * Something that an object file asks for and that cannot be done, with the file in order otherwise: a relocation against a
 * field that there is not, a map inside a map that is none. The rest can be looked at; nothing of the file is loaded.
 */
export interface ObjectFault {
  /** What cannot be done. */
  readonly message: string;
  /** What PREVAIL says, which refuses the whole file for it. */
  readonly verdict: string;
  /** Section of the file: of the code, where an instruction is to blame. */
  readonly section: string;
  /** Bytes from the start of the section. */
  readonly offset: number;
}

/** The slot of a program's code that a fault lies at; undefined where it lies elsewhere. */
export function slotOfFault(program: ProgramSpec, { section, offset }: ObjectFault): number | undefined {
  for (const part of program.functions) {
    const slot = (offset - part.sectionOffset) / SLOT_BYTES;
    if (part.section === section && slot >= 0 && slot < part.end - part.start) return part.start + slot;
  }
  return undefined;
}
