export { decode, LDDW } from "./decode.ts";
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
export { formById, formOf, forms, formsOfOpcode } from "./forms.ts";
