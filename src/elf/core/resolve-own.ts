import type { TypeGraph } from "../btf/type-graph.ts";
import { CoreFailure } from "./core-failure.ts";
import { type FieldPlace, followAccess } from "./field-path.ts";
import type { CoreRelocation } from "./kinds.ts";

/**
 * The number that a relocation stands for when the object's own types are all there is, as on Windows: what is local
 * is true everywhere (PREVAIL's src/io/elf_core_reloc.cpp).
 */
export function resolveOwn(types: TypeGraph, { kind, type, access }: CoreRelocation): bigint {
  switch (kind) {
    case "field-exists":
    case "type-exists":
    case "type-matches":
      return 1n;
    case "type-id-local":
    case "type-id-target":
      return BigInt(types.strip(type));
    case "type-size":
      return BigInt(types.sizeOf(type));
    case "enumerator-exists":
    case "enumerator-value": {
      const value = enumerator(types, type, access).value;
      return kind === "enumerator-exists" ? 1n : value;
    }
    default:
      return BigInt(fieldNumber(types, kind, followAccess(types, type, access, { flexibleArrays: false }).place));
  }
}

/** The enumerator that a relocation names. */
export function enumerator(
  types: TypeGraph,
  type: number,
  access: readonly number[],
): { readonly name: string; readonly value: bigint } {
  const id = types.strip(type);
  const of = types.type(id);
  if (of.kind !== "enum" && of.kind !== "enum64") {
    throw new CoreFailure(
      `an enumerator of a type of kind ${of.kind}`,
      "CO-RE enum relocation target is not enum/enum64",
    );
  }
  const index = access.at(-1) ?? -1;
  const found = of.values[index];
  if (found !== undefined) return found;
  throw new CoreFailure(`BTF type ${id} has no enumerator ${index}`, `CO-RE ${of.kind} member index out of bounds`);
}

/** Whether values of the type have a sign. */
export function isSigned(types: TypeGraph, id: number): boolean {
  const type = types.type(id);
  if (type.kind === "int") return type.encoding === "signed";
  return (type.kind === "enum" || type.kind === "enum64") && type.signed;
}

function fieldNumber(types: TypeGraph, kind: CoreRelocation["kind"], place: FieldPlace): number {
  const width = bitWidth(types, place);
  const skipped = place.bitOffset % 8;
  switch (kind) {
    case "field-byte-offset":
      return Math.floor(place.bitOffset / 8);
    case "field-byte-size":
      return types.sizeOf(place.type);
    case "field-signed":
      return isSigned(types, place.type) ? 1 : 0;
    case "field-left-shift":
      if (width === 0 || skipped + width > 64) tooWide(width);
      return 64 - (skipped + width);
    default:
      if (width === 0 || width > 64) tooWide(width);
      return 64 - width;
  }
}

function bitWidth(types: TypeGraph, { bitSize, type }: FieldPlace): number {
  if (bitSize !== 0) return bitSize;
  const of = types.type(type);
  return of.kind === "int" && of.bits !== 0 ? of.bits : types.sizeOf(type) * 8;
}

function tooWide(bits: number): never {
  throw new CoreFailure(`a field of ${bits} bits`, "CO-RE field bit width exceeds 64 bits");
}
