import type { BtfMember } from "../../spec/index.ts";
import type { TypeGraph } from "../btf/type-graph.ts";

/** One step towards a field: a member that has a name, or an element of an array. */
export interface FieldStep {
  /** Name of the member; undefined for an element. */
  readonly member: string | undefined;
  readonly index: number;
  /** Id of the type that the step arrives at, stripped. */
  readonly type: number;
}

/** Where a field is. */
export interface FieldPlace {
  /** Bits from the start of the root type. */
  readonly bitOffset: number;
  /** Bits, for bit-fields; 0 for ordinary members. */
  readonly bitSize: number;
  /** Id of the field's type, stripped. */
  readonly type: number;
  /** The last step went to a member, not to an element or nowhere. */
  readonly isMember: boolean;
}

export interface FieldPath {
  /** Element behind the pointer that the access starts at: nearly always 0. */
  readonly first: number;
  readonly steps: readonly FieldStep[];
  readonly place: FieldPlace;
}

/** Follows an access through the object's own types. Members without a name are passed through and leave no step. */
export function followAccess(types: TypeGraph, root: number, access: readonly number[]): FieldPath {
  const [first = 0, ...rest] = access;
  let type = types.strip(root);
  let bitOffset = first * types.sizeOf(type) * 8;
  let member: BtfMember | undefined;
  const steps: FieldStep[] = [];
  for (const index of rest) {
    const container = types.type(type);
    if (container.kind === "struct" || container.kind === "union") {
      member = container.members[index] ?? types.fail(`CO-RE: BTF type ${type} has no member ${index}`, type);
      bitOffset += member.bitOffset;
      type = types.strip(member.type);
      if (member.name !== "") steps.push({ member: member.name, index, type });
    } else if (container.kind === "array") {
      if (index >= container.length) types.fail(`CO-RE: element ${index} of an array of ${container.length}`, type);
      member = undefined;
      type = types.strip(container.type);
      bitOffset += index * types.sizeOf(type) * 8;
      steps.push({ member: undefined, index, type });
    } else {
      types.fail(`CO-RE: a field of a type of kind ${container.kind}`, type);
    }
  }
  const place = { bitOffset, bitSize: member?.bitSize ?? 0, type, isMember: member !== undefined };
  return { first, steps, place };
}
