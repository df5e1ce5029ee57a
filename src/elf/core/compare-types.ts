import type { BtfType } from "../../spec/index.ts";
import type { TypeGraph } from "../btf/type-graph.ts";
import { essentialName, isComposite, isEnum, nameOf, sameKind } from "./type-names.ts";

/** Steps that all comparisons for one object may take together. */
const BUDGET = 5_000_000;

/** Types inside types; libbpf stops at 32. */
const MAX_DEPTH = 32;

/**
 * Compares types of the object with types of the target, by the rules that libbpf documents for fields, for "type
 * exists" and for "type matches". Answers are remembered, and a comparison under way counts as true, so that types
 * which contain themselves end.
 */
export class TypeComparison {
  readonly #local: TypeGraph;
  readonly #target: TypeGraph;
  readonly #known = new Map<string, boolean>();
  #budget = BUDGET;
  #depth = 0;

  constructor(local: TypeGraph, target: TypeGraph) {
    this.#local = local;
    this.#target = target;
  }

  /** Takes a step of the budget. */
  spend(id: number): void {
    this.#budget -= 1;
    if (this.#budget < 0) this.#local.fail("CO-RE: too many types to compare", id);
  }

  /** May a field of the one type be read as the other? Sizes may differ; structs are taken on trust. */
  fieldsFit(localId: number, targetId: number): boolean {
    return this.#once("field", localId, targetId, (local, target) => {
      if (isComposite(local) && isComposite(target)) return true;
      if (!sameKind(local, target)) return false;
      if (isEnum(local)) {
        const [a, b] = [essentialName(nameOf(local)), essentialName(nameOf(target))];
        return a === "" || b === "" || a === b;
      }
      if (local.kind === "int" && target.kind === "int") return local.bitOffset === 0 && target.bitOffset === 0;
      if (local.kind === "array" && target.kind === "array") return this.fieldsFit(local.type, target.type);
      return ["ptr", "fwd", "float", "func_proto"].includes(local.kind);
    });
  }

  /** Is the target type there, for "type exists"? Only the outline counts. */
  typesFit(localId: number, targetId: number): boolean {
    return this.#once("type", localId, targetId, (local, target) => {
      if (!sameKind(local, target)) return false;
      if (local.kind === "int" && target.kind === "int") return local.bitOffset === 0 && target.bitOffset === 0;
      if (local.kind === "ptr" && target.kind === "ptr") return this.typesFit(local.type, target.type);
      if (local.kind === "array" && target.kind === "array") return this.typesFit(local.type, target.type);
      if (local.kind === "func_proto" && target.kind === "func_proto") {
        return (
          local.parameters.length === target.parameters.length &&
          local.parameters.every((one, index) => this.typesFit(one.type, target.parameters[index]?.type ?? 0)) &&
          this.typesFit(local.returnType, target.returnType)
        );
      }
      return ["void", "struct", "union", "enum", "enum64", "fwd"].includes(local.kind);
    });
  }

  /** Does the target type have everything that the local one has, for "type matches"? Numbers need one name, too. */
  typesMatch(localId: number, targetId: number, behindPointer = false): boolean {
    return this.#once(behindPointer ? "behind" : "match", localId, targetId, (local, target) => {
      const [a, b] = [essentialName(nameOf(local)), essentialName(nameOf(target))];
      if (a !== b) return false;
      if (isComposite(local) || local.kind === "fwd") return this.#compositesMatch(local, target, behindPointer);
      if (isEnum(local)) return isEnum(target) && enumsMatch(local, target, behindPointer);
      if (local.kind !== target.kind) return false;
      if (local.kind === "int" && target.kind === "int") {
        return local.size === target.size && local.encoding === target.encoding;
      }
      if (local.kind === "ptr" && target.kind === "ptr") return this.typesMatch(local.type, target.type, true);
      if (local.kind === "array" && target.kind === "array") {
        return local.length === target.length && this.typesMatch(local.type, target.type, behindPointer);
      }
      if (local.kind === "func_proto" && target.kind === "func_proto") {
        return (
          local.parameters.length === target.parameters.length &&
          local.parameters.every((one, index) => this.typesMatch(one.type, target.parameters[index]?.type ?? 0)) &&
          this.typesMatch(local.returnType, target.returnType)
        );
      }
      return local.kind === "void" || local.kind === "float";
    });
  }

  #compositesMatch(local: BtfType, target: BtfType, behindPointer: boolean): boolean {
    const outline = (type: BtfType): string | undefined =>
      isComposite(type) ? type.kind : type.kind === "fwd" ? (type.union ? "union" : "struct") : undefined;
    if (outline(local) !== outline(target)) return false;
    if (behindPointer) return true;
    if (!isComposite(local) || !isComposite(target)) return local.kind === target.kind;
    const members = new Map<string, number[]>();
    for (const { name, type } of target.members) {
      this.spend(0);
      members.set(name, [...(members.get(name) ?? []).slice(0, 16), type]);
    }
    return local.members.every(({ name, type }) => {
      this.spend(0);
      return (members.get(name) ?? []).some((candidate) => this.typesMatch(type, candidate, behindPointer));
    });
  }

  #once(
    rule: string,
    localId: number,
    targetId: number,
    compare: (local: BtfType, target: BtfType) => boolean,
  ): boolean {
    const [a, b] = [this.#local.strip(localId), this.#target.strip(targetId)];
    const key = `${rule} ${a} ${b}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.spend(a);
    if (this.#depth >= MAX_DEPTH) this.#local.fail("CO-RE: types nest too deeply", a);
    this.#known.set(key, true);
    this.#depth += 1;
    const answer = compare(this.#local.type(a), this.#target.type(b));
    this.#depth -= 1;
    this.#known.set(key, answer);
    return answer;
  }
}

function enumsMatch(
  local: Extract<BtfType, { readonly values: unknown }>,
  target: Extract<BtfType, { readonly values: unknown }>,
  behindPointer: boolean,
): boolean {
  if (behindPointer) return true;
  if (local.kind === target.kind && local.size !== target.size) return false;
  const names = new Set(target.values.map(({ name }) => essentialName(name)));
  return local.values.every(({ name }) => names.has(essentialName(name)));
}
