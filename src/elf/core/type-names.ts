import type { BtfType } from "../../spec/index.ts";
import type { BtfKind } from "../btf/type-graph.ts";

/** A type's name without its flavour: `task_struct___old` means `task_struct` (Linux' Documentation/bpf/libbpf). */
export function essentialName(name: string): string {
  for (let at = name.length - 5; at >= 0; at--) {
    if (name.startsWith("___", at + 1) && name[at] !== "_" && name[at + 4] !== "_") return name.slice(0, at + 1);
  }
  return name;
}

export function nameOf(type: BtfType): string {
  return "name" in type ? type.name : "";
}

export function isComposite(type: BtfType): type is Extract<BtfType, { readonly members: unknown }> {
  return type.kind === "struct" || type.kind === "union";
}

export function isEnum(type: BtfType): type is Extract<BtfType, { readonly values: unknown }> {
  return type.kind === "enum" || type.kind === "enum64";
}

/** Same kind; an enum of 64 bits is an enum like any other. */
export function sameKind(a: BtfType, b: BtfType): boolean {
  const family = (kind: BtfKind): BtfKind => (kind === "enum64" ? "enum" : kind);
  return family(a.kind) === family(b.kind);
}
