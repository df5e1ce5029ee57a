export { assemble } from "./assemble.ts";
export { AssemblyError } from "./assembly-error.ts";
export { decode, LDDW } from "./decode.ts";
export { type DisassembleOptions, disassemble, formatListing, type ListingLine } from "./disassemble.ts";
export { encode } from "./encode.ts";
export type {
  ConformanceGroup,
  DstUse,
  FieldUses,
  HighUse,
  ImmUse,
  InstructionClass,
  InstructionForm,
  Kind,
  OffsetUse,
  Operation,
  Selector,
  SrcUse,
} from "./form.ts";
export { formatAssembly } from "./format-assembly.ts";
export { formatInstruction } from "./format-instruction.ts";
export { formById, formOf, forms, formsOfOpcode } from "./forms.ts";
export type { HelperPrototype } from "./helper-call.ts";
export { type InstructionRule, type ProgramRule, type Rule, rfcRules, targetOf, vmRules } from "./rules.ts";
export { unusedFields } from "./unused-fields.ts";
export { type Problem, type ReadCode, readCode, validate } from "./validate.ts";
