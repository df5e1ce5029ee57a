/** BPF Type Format, decoded. Kinds and fields as Linux' Documentation/bpf/btf.rst names them. Ids are indexes. */
export interface BtfSpec {
  /** Index is the type id; entry 0 is `void`. */
  readonly types: readonly BtfType[];
}

export interface BtfMember {
  readonly name: string;
  readonly type: number;
  /** Bits from the start of the struct or union. */
  readonly bitOffset: number;
  /** Bits, for bit-fields; 0 for ordinary members. */
  readonly bitSize: number;
}

export interface BtfParameter {
  readonly name: string;
  readonly type: number;
}

export interface BtfVariable {
  /** Id of a `var` (or, for extern functions, `func`) type. */
  readonly type: number;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

export type BtfType =
  | { readonly kind: "void" }
  | {
      readonly kind: "int";
      readonly name: string;
      /** Bytes. */
      readonly size: number;
      readonly bits: number;
      readonly bitOffset: number;
      readonly encoding: "unsigned" | "signed" | "char" | "bool";
    }
  | { readonly kind: "ptr"; readonly type: number }
  | { readonly kind: "array"; readonly type: number; readonly indexType: number; readonly length: number }
  | {
      readonly kind: "struct" | "union";
      readonly name: string;
      /** Bytes. */
      readonly size: number;
      readonly members: readonly BtfMember[];
    }
  | {
      readonly kind: "enum" | "enum64";
      readonly name: string;
      /** Bytes. */
      readonly size: number;
      readonly signed: boolean;
      readonly values: readonly { readonly name: string; readonly value: bigint }[];
    }
  | { readonly kind: "fwd"; readonly name: string; readonly union: boolean }
  | { readonly kind: "typedef"; readonly name: string; readonly type: number }
  | { readonly kind: "volatile" | "const" | "restrict"; readonly type: number }
  | { readonly kind: "func"; readonly name: string; readonly type: number; readonly linkage: number }
  | { readonly kind: "func_proto"; readonly returnType: number; readonly parameters: readonly BtfParameter[] }
  | { readonly kind: "var"; readonly name: string; readonly type: number; readonly linkage: number }
  | {
      readonly kind: "datasec";
      readonly name: string;
      /** Bytes. */
      readonly size: number;
      readonly variables: readonly BtfVariable[];
    }
  | { readonly kind: "float"; readonly name: string; readonly size: number }
  | {
      readonly kind: "decl_tag";
      readonly name: string;
      readonly type: number;
      /** Index of the member or parameter that is tagged; -1 for the whole. */
      readonly component: number;
    }
  | { readonly kind: "type_tag"; readonly name: string; readonly type: number };
