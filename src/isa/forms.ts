import type { Instruction } from "../spec/index.ts";
import { aluForms } from "./alu.ts";
import type { InstructionForm } from "./form.ts";
import { jumpForms } from "./jump.ts";
import { memoryForms } from "./memory.ts";

/** Every form of instruction that RFC 9669 has, plus `callx` and a 32-to-32-bit `movsx`, by opcode, then selector. */
export const forms: readonly InstructionForm[] = [...aluForms, ...jumpForms, ...memoryForms].sort(
  (a, b) => a.opcode - b.opcode || (a.selector?.value ?? 0) - (b.selector?.value ?? 0),
);

const byOpcode: readonly InstructionForm[][] = Array.from({ length: 256 }, () => []);
for (const form of forms) byOpcode[form.opcode].push(form);

/** The one form of opcodes that have no other. */
const only: readonly (InstructionForm | undefined)[] = byOpcode.map(([form]) =>
  form?.selector === undefined ? form : undefined,
);

const byId: ReadonlyMap<string, InstructionForm> = new Map(forms.map((form) => [form.id, form]));

/** All forms of one opcode byte; empty where no instruction has it. */
export function formsOfOpcode(opcode: number): readonly InstructionForm[] {
  return byOpcode[opcode] ?? [];
}

/** The row with that `id`, or `undefined`. */
export function formById(id: string): InstructionForm | undefined {
  return byId.get(id);
}

/** The row that an instruction is an instance of; `undefined` for an unknown opcode or an unknown selector value. */
export function formOf(instruction: Instruction): InstructionForm | undefined {
  const single = only[instruction.opcode];
  if (single !== undefined) return single;
  for (const form of formsOfOpcode(instruction.opcode)) {
    if (form.selector === undefined || instruction[form.selector.field] === form.selector.value) return form;
  }
  return undefined;
}
