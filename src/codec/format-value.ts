import { printable, quote } from "../printable.ts";
import type { BtfSpec } from "../spec/index.ts";
import { enumeratorNames } from "./btf/enumerators.ts";
import { resolve } from "./btf/resolve.ts";

export interface FormatOptions {
  /** With `typeId`: enumerations are printed with the names of their values. */
  readonly btf?: BtfSpec | undefined;
  /** Id of the value's type in `btf`. */
  readonly typeId?: number | undefined;
}

const MAX_DEPTH = 128;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** Ids of the types of an aggregate's members and elements, as far as the BTF tells. */
interface Types {
  readonly of: (member: string) => number | undefined;
  readonly element: number | undefined;
  readonly names: ReadonlyMap<number | bigint, string> | undefined;
}

const NO_TYPES: Types = { of: () => undefined, element: undefined, names: undefined };

const memberTypes = (btf: BtfSpec, typeId: number, into: Map<string, number>, depth: number): void => {
  const { type } = resolve(btf, typeId);
  if (depth > MAX_DEPTH || (type.kind !== "struct" && type.kind !== "union")) return;
  for (const member of type.members) {
    if (member.name === "") memberTypes(btf, member.type, into, depth + 1);
    else if (!into.has(member.name)) into.set(member.name, member.type);
  }
};

const typesOf = ({ btf, typeId }: FormatOptions): Types => {
  if (btf === undefined || typeId === undefined) return NO_TYPES;
  const { type } = resolve(btf, typeId);
  switch (type.kind) {
    case "enum":
    case "enum64":
      return { ...NO_TYPES, names: enumeratorNames(btf, typeId) };
    case "array":
      return { ...NO_TYPES, element: type.type };
    case "struct":
    case "union": {
      const members = new Map<string, number>();
      memberTypes(btf, typeId, members, 0);
      return { ...NO_TYPES, of: (name) => members.get(name) };
    }
    default:
      return NO_TYPES;
  }
};

const formatObject = (value: object, types: Types, btf: BtfSpec | undefined, depth: number): string => {
  const members = Object.entries(value).map(([name, member]) => {
    const label = IDENTIFIER.test(name) ? name : quote(name);
    return `${label}: ${format(member, { btf, typeId: types.of(name) }, depth + 1)}`;
  });
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
};

const format = (value: unknown, options: FormatOptions, depth: number): string => {
  if (depth > MAX_DEPTH) return "…";
  if (typeof value === "string") return quote(value);
  if (value instanceof Uint8Array) return value.length === 0 ? "(no bytes)" : hex(value);
  const types = typesOf(options);
  if (typeof value === "bigint" || typeof value === "number") {
    const name = types.names?.get(value);
    return name === undefined ? String(value) : `${value} (${printable(name)})`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) {
    const { btf } = options;
    return `[${value.map((item) => format(item, { btf, typeId: types.element }, depth + 1)).join(", ")}]`;
  }
  return formatObject(value, types, options.btf, depth);
};

/**
 * A decoded value as one line of text that is safe to print: integers in decimal, bytes as `0a 1b`, text quoted and
 * escaped, `{ packets: 3, state: 2 (OPEN) }`. Equal values give equal texts, so a key's text can stand for it.
 */
export function formatValue(value: unknown, options: FormatOptions = {}): string {
  return format(value, options, 0);
}
