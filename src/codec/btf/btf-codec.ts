import { assertInteger, assertIterable, assertObject } from "../../arguments.ts";
import { EbpfError } from "../../errors.ts";
import type { BtfMember, BtfSpec } from "../../spec/index.ts";
import { array } from "../array.ts";
import { bytes as rawBytes } from "../bytes.ts";
import type { Codec } from "../codec.ts";
import { MAX_VALUE_BYTES } from "../extent.ts";
import { f32, f64 } from "../float.ts";
import { u64 } from "../integer.ts";
import { type Element, fieldsOf, record } from "../record.ts";
import { charArray } from "./char-array.ts";
import { bitFieldCodec, integerCodec } from "./integer.ts";
import { integerOf, isByte, isChar } from "./integer-of.ts";
import { type ResolvedType, resolve } from "./resolve.ts";
import { btfTypeName } from "./type-name.ts";
import { uniqueNames } from "./unique-names.ts";
import { checkWeight, MAX_DEPTH, unionWeight } from "./weight.ts";

interface Compiled {
  readonly codec: Codec<unknown>;
  /** Steps that a value takes. */
  readonly weight: number;
}

type Aggregate = Extract<ResolvedType, { readonly kind: "struct" | "union" }>;

interface Elements {
  readonly elements: readonly Element[];
  readonly weight: number;
}

const broken = (message: string): EbpfError => new EbpfError("EBPF_INVALID_ARGUMENT", message);

/** Renames fields so that no two of a record share a name; leaves the rest as it is. */
const withUniqueNames = (elements: readonly Element[]): readonly Element[] => {
  const names = uniqueNames(fieldsOf(elements).map((field) => field.name)).values();
  const rename = (some: readonly Element[]): Element[] =>
    some.map((element) =>
      "codec" in element
        ? { ...element, name: names.next().value ?? element.name }
        : { ...element, alternatives: element.alternatives.map(rename) },
    );
  return rename(elements);
};

class Compiler {
  readonly #btf: BtfSpec;
  readonly #done = new Map<number, Compiled>();
  readonly #open = new Set<number>();
  /** Members looked at: anonymous ones are walked wherever they occur, which doubles with each level of nesting. */
  #members = 0;

  constructor(btf: BtfSpec) {
    this.#btf = btf;
  }

  compile(typeId: number): Compiled {
    const { id, type } = resolve(this.#btf, typeId);
    const known = this.#done.get(id);
    if (known !== undefined) return known;
    const name = btfTypeName(this.#btf, id);
    const compiled = this.#inside(id, name, () => this.#compileType(type, id, name));
    checkWeight(compiled.weight, name);
    this.#done.set(id, compiled);
    return compiled;
  }

  /** Runs `body` as one level of nesting, which must end and must not come back to itself. */
  #inside<T>(id: number, name: string, body: () => T): T {
    if (this.#open.has(id)) throw broken(`${name} (BTF type ${id}) contains itself`);
    if (this.#open.size >= MAX_DEPTH) {
      throw new EbpfError("EBPF_NOT_SUPPORTED", `${name} (BTF type ${id}) is nested more than ${MAX_DEPTH} deep`);
    }
    this.#open.add(id);
    try {
      return body();
    } finally {
      this.#open.delete(id);
    }
  }

  #compileType(type: ResolvedType, id: number, name: string): Compiled {
    const leaf = (codec: Codec<unknown>): Compiled => ({ codec, weight: 1 });
    switch (type.kind) {
      case "int":
      case "enum":
      case "enum64": {
        const { integer, range } = integerOf(type);
        return leaf(integerCodec(name, type.size, integer, range));
      }
      case "ptr":
        return leaf(u64);
      case "float":
        // C's long double and half have no number in JavaScript that would keep their bits.
        return leaf(type.size === 4 ? f32 : type.size === 8 ? f64 : rawBytes(type.size));
      case "array":
        return this.#compileArray(type.type, type.length, name);
      case "struct":
      case "union": {
        this.#checkSize(type.size, name);
        const { elements, weight } = this.#elementsOf(type, 0);
        return { codec: record(name, type.size, 1, withUniqueNames(elements)), weight: weight + 1 };
      }
      case "datasec":
        return this.#compileSection(type, name);
      case "void":
      case "fwd":
      case "func":
      case "func_proto":
        throw new EbpfError("EBPF_NOT_SUPPORTED", `${name} (BTF type ${id}, ${type.kind}) has no size and no values`);
    }
  }

  #compileArray(elementType: number, length: number, name: string): Compiled {
    const { type } = resolve(this.#btf, elementType);
    if (isChar(type)) return { codec: charArray(length), weight: 1 };
    if (isByte(type)) return { codec: rawBytes(length), weight: 1 };
    const element = this.compile(elementType);
    const weight = checkWeight(1 + length * element.weight, name);
    return { codec: array(element.codec, length), weight };
  }

  #compileSection(type: Extract<ResolvedType, { readonly kind: "datasec" }>, name: string): Compiled {
    this.#checkSize(type.size, name);
    const fields: Element[] = [];
    let weight = 1;
    for (const variable of type.variables) {
      const declared = this.#btf.types[variable.type];
      const compiled = this.compile(variable.type);
      if (variable.offset + compiled.codec.size > type.size) throw broken(`a variable lies outside ${name}`);
      weight = checkWeight(weight + compiled.weight, name);
      fields.push({
        name: declared?.kind === "var" ? declared.name : "",
        offset: variable.offset,
        codec: compiled.codec,
      });
    }
    return { codec: record(name, type.size, 1, withUniqueNames(fields)), weight };
  }

  /** The elements of a struct or union that begins `base` bytes into the record. */
  #elementsOf(type: Aggregate, base: number): Elements {
    const members = type.members.map((member) => this.#elementsOfMember(member, type, base));
    let weight = 0;
    for (const member of members) weight = checkWeight(weight + member.weight, `${type.kind} ${type.name}`);
    if (type.kind === "struct") return { elements: members.flatMap((member) => member.elements), weight };
    const alternatives = members.map((member) => member.elements).filter((elements) => elements.length > 0);
    const choice = { alternatives, offset: base, size: type.size };
    return { elements: [choice], weight: unionWeight(weight, alternatives.length, type.size) };
  }

  #elementsOfMember(member: BtfMember, parent: Aggregate, base: number): Elements {
    const { id, type } = resolve(this.#btf, member.type);
    const name = `${parent.kind} ${parent.name}`;
    this.#members = checkWeight(this.#members + 1, name);
    const offset = Math.floor(member.bitOffset / 8);
    const shift = member.bitOffset % 8;
    const isInteger = type.kind === "int" || type.kind === "enum" || type.kind === "enum64";
    if (isInteger && (member.bitSize > 0 || shift > 0)) {
      // Unnamed bit-fields are padding.
      if (member.name === "") return { elements: [], weight: 0 };
      const { integer, range } = integerOf(type);
      const bits = member.bitSize > 0 ? member.bitSize : range.bits;
      if (bits > 8 * type.size || member.bitOffset + bits > 8 * parent.size)
        throw broken(`a bit-field lies outside ${name}`);
      const label = `${btfTypeName(this.#btf, member.type)}:${bits}`;
      const codec = bitFieldCodec(label, integer, { shift, bits, signed: range.signed });
      return { elements: [{ name: member.name, offset: base + offset, codec }], weight: 1 };
    }
    if (shift > 0 || member.bitSize > 0) throw broken(`a member of ${name} is a bit-field of no integer`);
    if (member.name === "" && (type.kind === "struct" || type.kind === "union")) {
      this.#checkSize(offset + type.size, name, parent.size);
      return this.#inside(id, name, () => this.#elementsOf(type, base + offset));
    }
    const compiled = this.compile(member.type);
    this.#checkSize(offset + compiled.codec.size, name, parent.size);
    return { elements: [{ name: member.name, offset: base + offset, codec: compiled.codec }], weight: compiled.weight };
  }

  #checkSize(end: number, name: string, limit = MAX_VALUE_BYTES): void {
    if (end >= 0 && end <= limit) return;
    throw broken(limit === MAX_VALUE_BYTES ? `${name} is too large` : `a member lies outside ${name}`);
  }
}

/**
 * The codec for a type of an object's BTF. Types are walked once, here; encoding and decoding run closures.
 *
 * | C | JavaScript |
 * |---|---|
 * | integers and bit-fields up to 32 bits | `number` (encoding takes a `bigint` that fits as well) |
 * | wider integers, up to 128 bits; pointers | `bigint` (encoding takes a safe integer as well) |
 * | `bool` | `boolean` |
 * | `enum` | `number` or `bigint` by size; encoding takes an enumerator's name as well; `enumeratorNames` has the names |
 * | `float`, `double` | `number`; floats of other sizes as raw bytes |
 * | `char[N]` | `string` where the bytes are NUL-padded UTF-8, else `Uint8Array` |
 * | `unsigned char[N]` | `Uint8Array` |
 * | other arrays | array |
 * | `struct`, data sections | object without prototype; members of anonymous structs and unions are its own |
 * | `union` | object of all members; encoding takes one of them (more only where they agree) |
 *
 * Members that share a name are told apart as `name`, `name#2`. Throws `EBPF_NOT_SUPPORTED` for types without values
 * (functions, `void`, forward declarations) and for more than a million members, `EBPF_INVALID_ARGUMENT` for broken BTF.
 */
export function btfCodec(btf: BtfSpec, typeId: number): Codec<unknown> {
  assertObject(btf, "What parseBtf gives");
  assertIterable(btf.types, "The list of types");
  if (typeof typeId !== "number") assertInteger(typeId, "A type's id");
  return new Compiler(btf).compile(typeId).codec;
}
