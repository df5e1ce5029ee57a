import { InvalidObjectError } from "../../errors.ts";
import type { BtfSpec, BtfType } from "../../spec/index.ts";
import { MAX_TYPE_CHAIN } from "../limits.ts";
import type { StringTable } from "../string-table.ts";
import type { BtfData } from "./read-types.ts";

export type BtfKind = BtfType["kind"];
/** The variant of `BtfType` that kind K is of. */
export type BtfOf<K extends BtfKind, T = BtfType> = T extends { readonly kind: infer J }
  ? K extends J
    ? T
    : never
  : never;

const POINTER_BYTES = 8;

/** Questions about the types of one BTF, each answered in bounded time whatever the types say. */
export class TypeGraph {
  readonly spec: BtfSpec;
  readonly #section: string;
  readonly #offsets: readonly number[];
  readonly #strings: StringTable | undefined;

  /** `section` is what refusals call the place. */
  constructor(data: Pick<BtfData, "spec"> & Partial<BtfData>, section: string) {
    this.spec = data.spec;
    this.#offsets = data.offsets ?? [];
    this.#strings = data.strings;
    this.#section = section;
  }

  /** Strings that are named from `.BTF.ext`. */
  get strings(): StringTable | undefined {
    return this.#strings;
  }

  /** Refuses the object because of type `id`. */
  fail(message: string, id: number): never {
    throw new InvalidObjectError(message, { section: this.#section, offset: this.#offsets[id] ?? 0 });
  }

  /** Bytes from the start of the section to type `id`. */
  offsetOf(id: number): number {
    return this.#offsets[id] ?? 0;
  }

  type(id: number): BtfType {
    return this.spec.types[id] ?? this.fail(`There is no BTF type ${id}`, 0);
  }

  /** The type if it is of that kind, else the object is refused; `what` names it. */
  expect<K extends BtfKind>(id: number, kind: K, what: string): BtfOf<K> {
    const type = this.type(id);
    return isKind(type, kind) ? type : this.fail(`${what} is of BTF kind ${type.kind}, not ${kind}`, id);
  }

  /** The id behind typedefs, const, volatile, restrict and type tags. */
  strip(id: number): number {
    let at = id;
    for (let step = 0; step <= MAX_TYPE_CHAIN; step++) {
      const type = this.type(at);
      switch (type.kind) {
        case "typedef":
        case "const":
        case "volatile":
        case "restrict":
        case "type_tag":
          at = type.type;
          break;
        default:
          return at;
      }
    }
    return this.fail(`BTF type ${id} leads nowhere`, id);
  }

  /** Bytes that a value of the type takes; 0 for void, functions and what has no size. */
  sizeOf(id: number): number {
    let at = id;
    let count = 1;
    for (let step = 0; step <= MAX_TYPE_CHAIN; step++) {
      const type = this.type(at);
      switch (type.kind) {
        case "array":
          count *= type.length;
          at = type.type;
          break;
        case "typedef":
        case "const":
        case "volatile":
        case "restrict":
        case "type_tag":
        case "var":
          at = type.type;
          break;
        case "ptr":
          return count * POINTER_BYTES;
        default:
          return "size" in type ? count * type.size : 0;
      }
    }
    return this.fail(`The size of BTF type ${id} cannot be told`, id);
  }

  /** Id of the first type of that kind and name. */
  find(kind: BtfKind, name: string): number | undefined {
    const id = this.spec.types.findIndex((type) => type.kind === kind && "name" in type && type.name === name);
    return id < 0 ? undefined : id;
  }
}

function isKind<K extends BtfKind>(type: BtfType, kind: K): type is BtfOf<K> {
  return type.kind === kind;
}
