import { EbpfError } from "../../errors.ts";
import type { BtfSpec, BtfType } from "../../spec/index.ts";

/** A type that is more than a name or a qualifier for another one. */
export type ResolvedType = Exclude<
  BtfType,
  { readonly kind: "typedef" | "volatile" | "const" | "restrict" | "type_tag" | "decl_tag" | "var" }
>;

/** The type with this id. Throws `EBPF_INVALID_ARGUMENT` where the BTF has none. */
export function typeAt(btf: BtfSpec, id: number): BtfType {
  const type = btf.types[id];
  if (type === undefined) throw new EbpfError("EBPF_INVALID_ARGUMENT", `BTF has no type ${id}`);
  return type;
}

/** The longest chain of typedefs and qualifiers to follow: real ones stay below ten. */
const MAX_STEPS = 256;

/** The type behind typedefs, qualifiers, tags and variables, and its id. Throws `EBPF_INVALID_ARGUMENT` on a loop. */
export function resolve(btf: BtfSpec, id: number): { readonly id: number; readonly type: ResolvedType } {
  let at = id;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const type = typeAt(btf, at);
    switch (type.kind) {
      case "typedef":
      case "volatile":
      case "const":
      case "restrict":
      case "type_tag":
      case "decl_tag":
      case "var":
        at = type.type;
        break;
      default:
        return { id: at, type };
    }
  }
  throw new EbpfError("EBPF_INVALID_ARGUMENT", `BTF type ${id} is a name for itself, or for too many others`);
}
