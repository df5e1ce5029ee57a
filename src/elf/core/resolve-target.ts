import type { BtfMember, BtfType } from "../../spec/index.ts";
import type { TypeGraph } from "../btf/type-graph.ts";
import { TypeComparison } from "./compare-types.ts";
import { CoreFailure } from "./core-failure.ts";
import { type FieldPath, type FieldPlace, type FieldStep, followAccess } from "./field-path.ts";
import type { CoreRelocation } from "./kinds.ts";
import { enumerator, isSigned } from "./resolve-own.ts";
import { essentialName, isComposite, isEnum, nameOf, sameKind } from "./type-names.ts";

/** What an instruction's number becomes. */
export interface CoreResult {
  readonly value: bigint;
  /** Bytes that the field has here and there, where a load or store must change with it. */
  readonly sizes?: { readonly local: number; readonly target: number };
}

/** How deep a member may lie in structs and unions without a name. */
const MAX_NESTING = 32;

/**
 * Resolves relocations against the types of the kernel that the object is to run on, as libbpf documents it
 * (Documentation/bpf/libbpf/libbpf_overview.rst and the comments of bpf_core_relo): candidates are the target's types
 * of the same name and kind, flavours aside; those that lack what is asked for drop out, the others have to agree.
 */
export class TargetResolver {
  readonly #local: TypeGraph;
  readonly #target: TypeGraph;
  readonly #comparison: TypeComparison;
  readonly #byName = new Map<string, number[]>();

  constructor(local: TypeGraph, target: TypeGraph) {
    this.#local = local;
    this.#target = target;
    this.#comparison = new TypeComparison(local, target);
    target.spec.types.forEach((type, id) => {
      const name = essentialName(nameOf(type));
      if (name === "") return;
      const ids = this.#byName.get(name);
      if (ids === undefined) this.#byName.set(name, [id]);
      else ids.push(id);
    });
  }

  /** Undefined where the target has nothing that fits and the code must not run. */
  resolve(relocation: CoreRelocation): CoreResult | undefined {
    const { kind, type: id } = relocation;
    if (kind === "type-id-local") return { value: BigInt(id) };
    const results: CoreResult[] = [];
    for (const candidate of this.#candidates(id)) {
      const result = this.#inCandidate(relocation, candidate);
      if (result !== undefined) results.push(result);
    }
    const [first, ...others] = results;
    if (first === undefined) return missing(relocation);
    if (others.some((other) => other.value !== first.value)) {
      throw new CoreFailure(`the target's candidates for BTF type ${id} disagree`);
    }
    return first;
  }

  #candidates(id: number): readonly number[] {
    const type = this.#local.type(id);
    const name = essentialName(nameOf(type));
    if (name === "") throw new CoreFailure(`BTF type ${id} has no name to look for`);
    return (this.#byName.get(name) ?? []).filter((candidate) => {
      this.#comparison.spend(id);
      return sameKind(type, this.#target.type(candidate));
    });
  }

  #inCandidate({ kind, type, access }: CoreRelocation, candidate: number): CoreResult | undefined {
    switch (kind) {
      case "type-id-target":
      case "type-exists":
      case "type-size": {
        if (!this.#comparison.typesFit(type, candidate)) return undefined;
        if (kind === "type-exists") return { value: 1n };
        return { value: BigInt(kind === "type-size" ? this.#target.sizeOf(candidate) : candidate) };
      }
      case "type-matches":
        return this.#comparison.typesMatch(type, candidate) ? { value: 1n } : undefined;
      case "enumerator-exists":
      case "enumerator-value": {
        const wanted = essentialName(enumerator(this.#local, type, access).name);
        const of = this.#target.type(this.#target.strip(candidate));
        const found = isEnum(of) ? of.values.find(({ name }) => essentialName(name) === wanted) : undefined;
        if (found === undefined) return undefined;
        return { value: kind === "enumerator-exists" ? 1n : found.value };
      }
      default: {
        const path = followAccess(this.#local, type, access, { flexibleArrays: true });
        const place = this.#follow(path, candidate);
        return place === undefined ? undefined : this.#fieldResult(kind, path.place, place);
      }
    }
  }

  #follow({ first, steps }: FieldPath, root: number): FieldPlace | undefined {
    const types = this.#target;
    let type = types.strip(root);
    let bitOffset = first * types.sizeOf(type) * 8;
    let member: BtfMember | undefined;
    for (const step of steps) {
      if (step.member === undefined) {
        const array = types.type(type);
        // An array of no elements at the end of a struct is as long as the program wants it.
        if (array.kind !== "array" || (array.length > 0 && step.index >= array.length)) return undefined;
        member = undefined;
        type = types.strip(array.type);
        bitOffset += step.index * types.sizeOf(type) * 8;
        if (!this.#comparison.fieldsFit(step.type, type)) return undefined;
      } else {
        const found = this.#member(type, step.member, step, 0);
        if (found === undefined) return undefined;
        member = found.member;
        bitOffset += found.bitOffset;
        type = types.strip(member.type);
      }
    }
    return { bitOffset, bitSize: member?.bitSize ?? 0, type, isMember: member !== undefined };
  }

  /** A member by name, also inside members without a name. */
  #member(
    id: number,
    name: string,
    step: FieldStep,
    depth: number,
  ): { readonly member: BtfMember; readonly bitOffset: number } | undefined {
    const type: BtfType = this.#target.type(id);
    if (!isComposite(type) || depth > MAX_NESTING) return undefined;
    for (const member of type.members) {
      this.#comparison.spend(id);
      if (member.name === name) {
        return this.#comparison.fieldsFit(step.type, member.type) ? { member, bitOffset: member.bitOffset } : undefined;
      }
      if (member.name !== "") continue;
      const inside = this.#member(this.#target.strip(member.type), name, step, depth + 1);
      if (inside !== undefined) return { member: inside.member, bitOffset: member.bitOffset + inside.bitOffset };
    }
    return undefined;
  }

  #fieldResult(kind: CoreRelocation["kind"], local: FieldPlace, target: FieldPlace): CoreResult {
    const unit = storageUnit(this.#target, target);
    switch (kind) {
      case "field-exists":
        return { value: 1n };
      case "field-byte-offset": {
        const here = storageUnit(this.#local, local);
        const value = BigInt(unit.offset);
        const scalar = isUnsignedScalar(this.#local, local) && isUnsignedScalar(this.#target, target);
        return scalar ? { value, sizes: { local: here.size, target: unit.size } } : { value };
      }
      case "field-byte-size":
        return { value: BigInt(unit.size) };
      case "field-signed":
        return { value: isSigned(this.#target, target.type) ? 1n : 0n };
      case "field-left-shift":
        return { value: BigInt(64 - (target.bitOffset + unit.bits - unit.offset * 8)) };
      default:
        return { value: BigInt(64 - unit.bits) };
    }
  }
}

/** The aligned bytes to load for a field, and how many bits of them it has. */
function storageUnit(
  types: TypeGraph,
  place: FieldPlace,
): { readonly offset: number; readonly size: number; readonly bits: number } {
  const bytes = types.sizeOf(place.type);
  if (place.bitSize === 0) return { offset: Math.floor(place.bitOffset / 8), size: bytes, bits: bytes * 8 };
  for (let size = Math.max(bytes, 1); size <= 8; size *= 2) {
    const offset = Math.floor(place.bitOffset / 8 / size) * size;
    if (place.bitOffset + place.bitSize <= (offset + size) * 8) return { offset, size, bits: place.bitSize };
  }
  throw new CoreFailure("a bit-field that no load of 8 bytes holds");
}

function isUnsignedScalar(types: TypeGraph, { type, bitSize }: FieldPlace): boolean {
  const of = types.type(type);
  return bitSize === 0 && (of.kind === "ptr" || (of.kind === "int" && !isSigned(types, type)));
}

function missing({ kind }: CoreRelocation): CoreResult | undefined {
  const zero = kind.startsWith("type-") || kind === "field-exists" || kind === "enumerator-exists";
  return zero ? { value: 0n } : undefined;
}
