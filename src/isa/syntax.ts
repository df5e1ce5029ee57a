import type { InstructionForm } from "./form.ts";
import { forms } from "./forms.ts";

/** What stands in one operand's place, and so which fields it fills. */
export type Operand =
  /** `%r1` */
  | "dst"
  | "src"
  /** `[%r1+4]`: that register field and the offset. */
  | "dst-memory"
  | "src-memory"
  /** A label, or a distance with a sign. */
  | "offset-target"
  | "imm-target"
  | "imm"
  /** 64 bits: imm and high. */
  | "imm64"
  | "high";

/** The operands of a form, in the order of the syntax of bpf_conformance: destination before source, target last. */
export function operandsOf({ fields }: InstructionForm): Operand[] {
  const operands: Operand[] = [];
  if (fields.dst !== "unused") operands.push(fields.dst === "base" ? "dst-memory" : "dst");
  if (fields.src === "base") operands.push("src-memory");
  else if (fields.src === "read" || fields.src === "read-write") operands.push("src");
  if (fields.high === "high-bits") operands.push("imm64");
  else if (fields.imm === "jump") operands.push("imm-target");
  else if (fields.imm !== "unused" && fields.imm !== "selector") operands.push("imm");
  if (fields.high === "value-offset") operands.push("high");
  if (fields.offset === "jump") operands.push("offset-target");
  return operands;
}

/** The words that a form's line begins with. */
export function mnemonicOf(form: InstructionForm): string {
  if (form.kind === "wide") return form.id;
  if (form.operation === "register") return "call helper";
  if (form.operation === "bswap") return `swap${form.width}`;
  return form.name;
}

/** Other spellings that the suite, or its assembler, knows. */
function aliasesOf(form: InstructionForm): string[] {
  if (mnemonicOf(form) === "call helper") return ["call"];
  if (form.operation === "bswap") return [form.name];
  if (form.operation === "xchg" || form.operation === "cmpxchg") return [form.name.replace("lock", "lock fetch")];
  return [];
}

function byMnemonic(): Map<string, InstructionForm[]> {
  const found = new Map<string, InstructionForm[]>();
  for (const form of forms) {
    for (const name of [mnemonicOf(form), ...aliasesOf(form)]) {
      found.set(name, [...(found.get(name) ?? []), form]);
    }
  }
  return found;
}

/** All forms that a mnemonic may mean; the shape of the operands decides among them. */
export const formsOfMnemonic: ReadonlyMap<string, readonly InstructionForm[]> = byMnemonic();

/** Words of the longest mnemonic, `lock fetch add`. */
export const MOST_WORDS = 3;
