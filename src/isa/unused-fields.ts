import type { Instruction } from "../spec/index.ts";
import type { FieldUses, InstructionForm } from "./form.ts";

const FIELDS = ["dst", "src", "offset", "imm", "high"] as const satisfies readonly (keyof FieldUses)[];

/** Fields that the form does not use and that are not zero, as RFC 9669 section 3 demands them to be. */
export function unusedFields(form: InstructionForm, instruction: Instruction): (keyof FieldUses)[] {
  return FIELDS.filter((field) => form.fields[field] === "unused" && (instruction[field] ?? 0) !== 0);
}
