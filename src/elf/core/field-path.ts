import type { BtfMember } from "../../spec/index.ts";
import type { TypeGraph } from "../btf/type-graph.ts";
import { CoreFailure } from "./core-failure.ts";

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

/**
 * Follows an access through the object's own types. Members without a name are passed through and leave no step. An array
 * of no elements that ends a struct is as long as the program wants it to libbpf, and has no elements to PREVAIL.
 */
export function followAccess(
  types: TypeGraph,
  root: number,
  access: readonly number[],
  { flexibleArrays }: { readonly flexibleArrays: boolean },
): FieldPath {
  const [first = 0, ...rest] = access;
  let type = types.strip(root);
  let bitOffset = first * types.sizeOf(type) * 8;
  let member: BtfMember | undefined;
  // Whether the last step went to the last member of its struct.
  let ends = false;
  const path = access.join(":");
  const steps: FieldStep[] = [];
  for (const index of rest) {
    const container = types.type(type);
    if (container.kind === "struct" || container.kind === "union") {
      member = container.members[index];
      if (member === undefined) {
        const size = container.members.length;
        throw new CoreFailure(
          `BTF type ${type} has no member ${index}`,
          `CO-RE: ${container.kind} member index ${index} out of bounds (size ${size}) for access path ${path}`,
        );
      }
      ends = member === container.members.at(-1);
      bitOffset += member.bitOffset;
      type = types.strip(member.type);
      if (member.name !== "") steps.push({ member: member.name, index, type });
    } else if (container.kind === "array") {
      if (index >= container.length && !(flexibleArrays && ends && container.length === 0)) {
        throw new CoreFailure(
          `element ${index} of an array of ${container.length}`,
          `CO-RE: array index ${index} out of bounds (size ${container.length}) for access path ${path}`,
        );
      }
      member = undefined;
      ends = false;
      type = types.strip(container.type);
      bitOffset += index * types.sizeOf(type) * 8;
      steps.push({ member: undefined, index, type });
    } else {
      throw new CoreFailure(`a field of a type of kind ${container.kind}`, "CO-RE: indexing into non-aggregate type");
    }
  }
  const place = { bitOffset, bitSize: member?.bitSize ?? 0, type, isMember: member !== undefined };
  return { first, steps, place };
}
