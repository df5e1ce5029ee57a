import type { BtfSpec } from "../../spec/index.ts";
import { typeAt } from "./resolve.ts";

const MAX_DEPTH = 32;

/**
 * A type as C spells it: `u32`, `struct stats`, `char[16]`, `struct flow *`. Typedefs keep their name, qualifiers are
 * left out. Names come from the file: escape them before printing. Broken references read `?`.
 */
export function btfTypeName(btf: BtfSpec, id: number): string {
  let at = id;
  let suffix = "";
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (btf.types[at] === undefined) break;
    const type = typeAt(btf, at);
    switch (type.kind) {
      case "void":
        return `void${suffix}`;
      case "ptr":
        suffix = ` *${suffix}`;
        break;
      case "array":
        suffix = `${suffix}[${type.length}]`;
        break;
      case "struct":
      case "union":
      case "enum":
        return `${type.kind}${type.name === "" ? "" : ` ${type.name}`}${suffix}`;
      case "enum64":
        return `enum${type.name === "" ? "" : ` ${type.name}`}${suffix}`;
      case "fwd":
        return `${type.union ? "union" : "struct"} ${type.name}${suffix}`;
      case "func_proto":
        return `function${suffix}`;
      case "volatile":
      case "const":
      case "restrict":
      case "type_tag":
      case "decl_tag":
      case "var":
        break;
      default:
        return `${type.name}${suffix}`;
    }
    at = "type" in type ? type.type : 0;
  }
  return `?${suffix}`;
}
