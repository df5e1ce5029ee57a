/** Kinds of CO-RE relocation by number (`enum bpf_core_relo_kind`, Linux' Documentation/bpf/llvm_reloc.rst). */
export const coreKinds = [
  "field-byte-offset",
  "field-byte-size",
  "field-exists",
  "field-signed",
  "field-left-shift",
  "field-right-shift",
  "type-id-local",
  "type-id-target",
  "type-exists",
  "type-size",
  "enumerator-exists",
  "enumerator-value",
  "type-matches",
] as const;

export type CoreKind = (typeof coreKinds)[number];

/** One relocation: what of which local type the instruction's number stands for. */
export interface CoreRelocation {
  readonly kind: CoreKind;
  /** Id in the object's own BTF. */
  readonly type: number;
  /** Indexes from the type to the field: of an element behind the pointer first, then members and elements. */
  readonly access: readonly number[];
}
