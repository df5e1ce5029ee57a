import { EbpfError } from "../../errors.ts";
import type { BitRange } from "../bit-field.ts";
import type { IntegerType } from "./integer.ts";
import type { ResolvedType } from "./resolve.ts";

type Integer = Extract<ResolvedType, { readonly kind: "int" | "enum" | "enum64" }>;

/** Bytes of C's widest integer, `__int128`. */
const MAX_BYTES = 16;

/** What kind of number an integer or enumeration is, and which of its bits count. Throws `EBPF_INVALID_ARGUMENT`. */
export function integerOf(type: Integer): { readonly integer: IntegerType; readonly range: BitRange } {
  const bits = type.kind === "int" ? type.bits : 8 * type.size;
  const shift = type.kind === "int" ? type.bitOffset : 0;
  if (type.size < 1 || type.size > MAX_BYTES || bits < 1 || shift + bits > 8 * type.size) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `BTF has an integer of ${bits} bits in ${type.size} bytes`);
  }
  if (type.kind === "int") {
    // clang calls char signed; the encoding "char" is another compiler's.
    const signed = type.encoding === "signed" || type.encoding === "char";
    const kind = type.encoding === "bool" ? "bool" : signed ? "signed" : "unsigned";
    return { integer: { kind }, range: { shift, bits, signed } };
  }
  const byName = new Map(type.values.map(({ name, value }) => [name, value]));
  return {
    integer: { kind: type.signed ? "signed" : "unsigned", byName },
    range: { shift, bits, signed: type.signed },
  };
}

/** C's plain `char`, which clang tells from `signed char` by its name only. */
export const isChar = (type: ResolvedType): boolean =>
  type.kind === "int" && type.size === 1 && (type.name === "char" || type.encoding === "char");

/** `unsigned char`, `__u8`: an array of these is bytes. */
export const isByte = (type: ResolvedType): boolean =>
  type.kind === "int" && type.size === 1 && type.bits === 8 && type.encoding === "unsigned";
