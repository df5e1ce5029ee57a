import type { Instruction } from "../spec/index.ts";
import { formById, formOf } from "./forms.ts";
import { unusedFields } from "./unused-fields.ts";

/**
 * Shifts left and back by 32 are how compilers without 32-bit moves truncate or sign-extend. PREVAIL reads such a pair
 * as one instruction, and its listing shows that: first, second, and the form that the two become.
 */
const pairs = [
  ["lsh.k", "rsh.k", "mov32.x"],
  ["lsh.k", "arsh.k", "movsx3264"],
] as const;

const SHIFT = 32;

function isShift(id: string, instruction: Instruction): boolean {
  const form = formOf(instruction);
  return form?.id === id && instruction.imm === SHIFT && unusedFields(form, instruction).length === 0;
}

/** The one instruction that two neighbours are together; `undefined` where they are not such a pair. */
export function fuse(first: Instruction, second: Instruction | undefined): Instruction | undefined {
  if (second === undefined || first.dst !== second.dst) return undefined;
  const pair = pairs.find(([one, other]) => isShift(one, first) && isShift(other, second));
  const form = pair && formById(pair[2]);
  if (form === undefined) return undefined;
  return { opcode: form.opcode, dst: first.dst, src: first.dst, offset: form.selector?.value ?? 0, imm: 0 };
}
