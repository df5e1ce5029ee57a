import { checkBounds } from "./bounds.ts";
import type { Codec } from "./codec.ts";
import { CodecError, inside } from "./codec-error.ts";
import { describe } from "./describe.ts";
import { quote } from "./printable.ts";

/** A named member at a byte offset from the record's start. */
export interface Field {
  readonly name: string;
  readonly offset: number;
  readonly codec: Codec<unknown>;
}

/** A union's members: alternatives for the same bytes. `offset` and `size` in bytes say which. */
export interface Choice {
  readonly alternatives: readonly (readonly Element[])[];
  readonly offset: number;
  readonly size: number;
}

/** What a struct or union is made of. Members of anonymous structs and unions are elements of the record around them. */
export type Element = Field | Choice;

/** A struct's value: an object without a prototype, because member names come from strangers (`__proto__`). */
export type RecordValue = { [name: string]: unknown };

/** Every named member, inside choices too, in the order of declaration. */
export const fieldsOf = (elements: readonly Element[]): Field[] =>
  elements.flatMap((element) => ("codec" in element ? [element] : element.alternatives.flatMap(fieldsOf)));

/** What the caller's object says of a member. What `Object.prototype` lends to it (`constructor`) does not count. */
const given = (value: RecordValue, name: string): unknown => {
  const member = value[name];
  const lent = (typeof member === "function" || name === "__proto__") && !Object.hasOwn(value, name);
  return lent ? undefined : member;
};

const isRecord = (value: unknown): value is RecordValue =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const encodeField = (field: Field, value: RecordValue, bytes: Uint8Array, base: number): void => {
  const member = given(value, field.name);
  if (member === undefined) throw new CodecError("is missing", [field.name]);
  try {
    field.codec.encode(member, bytes, base + field.offset);
  } catch (error) {
    throw inside(error, field.name);
  }
};

const encodeElements = (elements: readonly Element[], value: RecordValue, bytes: Uint8Array, base: number): void => {
  for (const element of elements) {
    if ("codec" in element) encodeField(element, value, bytes, base);
    else encodeChoice(element, value, bytes, base);
  }
};

/**
 * One member of a union says it all. Several are taken where they say the same, as in a value that came from `decode`:
 * their bytes are laid over one another, and each must still read as it was given.
 */
const encodeChoice = (choice: Choice, value: RecordValue, bytes: Uint8Array, base: number): void => {
  const isGiven = (field: Field): boolean => given(value, field.name) !== undefined;
  const chosen = choice.alternatives.filter((elements) => fieldsOf(elements).some(isGiven));
  const [only] = chosen;
  if (only === undefined) {
    const names = choice.alternatives
      .map((elements) => fieldsOf(elements)[0]?.name)
      .filter((name) => name !== undefined);
    if (names.length > 0) throw new CodecError(`needs one of ${names.slice(0, 8).map(quote).join(", ")}`);
    return;
  }
  if (chosen.length === 1) {
    encodeElements(only, value, bytes, base);
    return;
  }
  const end = choice.offset + choice.size;
  const images = chosen.map((elements) => {
    const image = new Uint8Array(end);
    encodeElements(elements, value, image, 0);
    return image;
  });
  const merged = new Uint8Array(end);
  for (const image of images)
    for (let at = choice.offset; at < end; at++) merged[at] = (merged[at] ?? 0) | (image[at] ?? 0);
  for (const [index, elements] of chosen.entries()) {
    const again = new Uint8Array(end);
    encodeElements(elements, decodeFields(fieldsOf(elements), merged, 0), again, 0);
    if (again.some((byte, at) => byte !== images[index]?.[at])) {
      const names = chosen.map((alternative) => quote(fieldsOf(alternative).find(isGiven)?.name ?? ""));
      throw new CodecError(
        `the union's members ${names.slice(0, 8).join(", ")} contradict each other: give one of them`,
      );
    }
  }
  for (let at = choice.offset; at < end; at++) bytes[base + at] = merged[at] ?? 0;
};

const decodeFields = (fields: readonly Field[], bytes: Uint8Array, base: number): RecordValue => {
  const value: RecordValue = Object.create(null);
  let name = "";
  try {
    for (const field of fields) {
      name = field.name;
      value[name] = field.codec.decode(bytes, base + field.offset);
    }
  } catch (error) {
    throw inside(error, name);
  }
  return value;
};

/** A codec for the elements of a struct or union. Decoding gives every member; encoding zeroes what lies between them. */
export function record(name: string, size: number, align: number, elements: readonly Element[]): Codec<RecordValue> {
  const fields = fieldsOf(elements);
  const known = new Set(fields.map((field) => field.name));
  return Object.freeze({
    name,
    size,
    align,
    encode(value: RecordValue, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, size, name);
      if (!isRecord(value)) throw new CodecError(`${name} takes an object, not ${describe(value)}`);
      const unknown = Object.keys(value).find((key) => !known.has(key));
      if (unknown !== undefined) throw new CodecError(`${name} has no member ${quote(unknown)}`);
      bytes.fill(0, offset, offset + size);
      encodeElements(elements, value, bytes, offset);
    },
    decode(bytes: Uint8Array, offset: number): RecordValue {
      checkBounds(bytes, offset, size, name);
      return decodeFields(fields, bytes, offset);
    },
  });
}
