import { quote } from "../printable.ts";
import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec, worksInPlace } from "./codec.ts";
import { CodecError, inside } from "./codec-error.ts";
import { describe } from "./describe.ts";

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

/** The bytes of `choice` with nothing in them but one alternative of it. */
const imageOf = (choice: Choice, alternative: readonly Element[], value: RecordValue): Uint8Array => {
  const image = new Uint8Array(choice.size);
  encodeElements(alternative, value, image, -choice.offset);
  return image;
};

/**
 * Bytes of a union that say everything that `images` say, each the image of one of `chosen`; undefined where there are
 * none. All images laid over one another are tried first (one has padding where another has content), then each alone
 * (of members that lose bits when decoded, a bool of 2 or a NaN's payload, another member may know better).
 */
const reconcile = (
  chosen: readonly (readonly Element[])[],
  images: readonly Uint8Array[],
  choice: Choice,
): Uint8Array | undefined => {
  const all = new Uint8Array(choice.size);
  for (const image of images) for (let at = 0; at < choice.size; at++) all[at] = (all[at] ?? 0) | (image[at] ?? 0);
  const says = (candidate: Uint8Array): boolean =>
    chosen.every((elements, index) => {
      const again = imageOf(choice, elements, decodeFields(fieldsOf(elements), candidate, -choice.offset));
      return again.every((byte, at) => byte === images[index]?.[at]);
    });
  return [all, ...images].find(says);
};

/** One member of a union says it all. Several are taken where they agree, as in a value that came from `decode`. */
const encodeChoice = (choice: Choice, value: RecordValue, bytes: Uint8Array, base: number): void => {
  const isGiven = (field: Field): boolean => given(value, field.name) !== undefined;
  const chosen = choice.alternatives.filter((elements) => fieldsOf(elements).some(isGiven));
  const [only] = chosen;
  if (only === undefined) {
    const names = choice.alternatives.flatMap((elements) =>
      fieldsOf(elements)
        .slice(0, 1)
        .map(({ name }) => quote(name)),
    );
    if (names.length > 0) throw new CodecError(`needs one of ${names.slice(0, 8).join(", ")}`);
    return;
  }
  if (chosen.length === 1) {
    encodeElements(only, value, bytes, base);
    return;
  }
  const images = chosen.map((elements) => imageOf(choice, elements, value));
  const agreed = reconcile(chosen, images, choice);
  if (agreed === undefined) {
    const names = chosen.map((elements) => quote(fieldsOf(elements).find(isGiven)?.name ?? ""));
    throw new CodecError(`the union's members ${names.slice(0, 8).join(", ")} contradict each other: give one of them`);
  }
  bytes.set(agreed, base + choice.offset);
};

/**
 * An object without prototype, for that many members. What `Object.create(null)` gives V8 keeps as a dictionary; what loses
 * its prototype only afterwards keeps a shape. That takes 100 ns more, and saves more of filling it from 6 members on,
 * half of all the time with 12 (Node.js 20 and 26); more than 16 named by variables become a dictionary anyway.
 */
const emptyRecord = (members: number): RecordValue =>
  members >= 6 && members <= 16 ? Object.setPrototypeOf({}, null) : Object.create(null);

const decodeFields = (fields: readonly Field[], bytes: Uint8Array, base: number): RecordValue => {
  const value = emptyRecord(fields.length);
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

/** Bytes from the start that members lie in, one behind the other; NaN where they leave some out, or share one. */
const coveredBytes = (fields: readonly Field[]): number =>
  fields.reduce((end, { offset, codec }) => (offset === end ? end + codec.size : Number.NaN), 0);

/** A codec for the elements of a struct or union. Decoding gives every member; encoding zeroes what lies between them. */
export function record(name: string, size: number, align: number, elements: readonly Element[]): Codec<RecordValue> {
  const fields = fieldsOf(elements);
  const names = fields.map((field) => field.name);
  const known = new Set(names);
  const isInPlace = fields.every(({ codec }) => worksInPlace(codec));
  // Members like these write every byte of theirs: bit-fields, which are none, do not.
  const isFull = isInPlace && elements.every((element) => "codec" in element) && coveredBytes(fields) === size;
  return ownCodec(
    {
      name,
      size,
      align,
      encode(value: RecordValue, bytes: Uint8Array, offset: number): void {
        checkBounds(bytes, offset, size, name);
        if (!isRecord(value)) throw new CodecError(`${name} takes an object, not ${describe(value)}`);
        for (const [index, key] of Object.keys(value).entries()) {
          // Most objects have their members in this order.
          if (key !== names[index] && !known.has(key)) throw new CodecError(`${name} has no member ${quote(key)}`);
        }
        if (!isFull) bytes.fill(0, offset, offset + size);
        encodeElements(elements, value, bytes, offset);
      },
      decode(bytes: Uint8Array, offset: number): RecordValue {
        checkBounds(bytes, offset, size, name);
        return decodeFields(fields, bytes, offset);
      },
    },
    isInPlace,
  );
}
