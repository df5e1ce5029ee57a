import { assertIterable, assertObject } from "../arguments.ts";
import { EbpfError } from "../errors.ts";
import type { GlobalSpec, MapSpec, ObjectSpec } from "../spec/index.ts";
import { TypeGraph } from "./btf/type-graph.ts";
import { quote } from "./span.ts";

/** A value for a global variable: numbers and booleans for scalars, text for character arrays, bytes for anything. */
export type GlobalValue = number | bigint | boolean | string | Uint8Array;

/** Values by variable name. */
export type GlobalValues = Readonly<Record<string, GlobalValue>>;

/** Bytes of global data that may be made up where the file has none (`.bss`); bpf2c's own limit. */
const MAX_SECTION_BYTES = 32 * 1024 * 1024;

/**
 * A copy of an object's spec in which global variables have other values; the spec itself stays as it is.
 *
 * Integers and enums take `number` (a whole one) or `bigint`, `_Bool` also takes `boolean`, floating point takes
 * `number`, arrays of `char` take text, which is padded with NUL and must leave room for one; everything takes a
 * `Uint8Array` of exactly its size, in the object's byte order. Throws `EBPF_INVALID_ARGUMENT` for a name that no
 * variable has or several have, a value out of range and a value of the wrong kind.
 *
 * @example
 * const spec = withGlobals(parse(bytes), { sample_rate: 4 });
 */
export function withGlobals(spec: ObjectSpec, values: GlobalValues): ObjectSpec {
  assertObject(spec, "A spec");
  assertIterable(spec.globals, "What a spec has of globals");
  assertObject(values, "What globals are set to");
  const byName = new Map<string, GlobalSpec[]>();
  for (const global of spec.globals) byName.set(global.name, [...(byName.get(global.name) ?? []), global]);
  const contents = new Map<string, Uint8Array>();
  for (const [name, value] of Object.entries(values)) {
    const [global, ...others] = byName.get(name) ?? [];
    if (global === undefined) refuse(`There is no global variable ${quote(name)}`, known(spec));
    if (others.length > 0) refuse(`There are ${others.length + 1} global variables ${quote(name)}`);
    const map = spec.maps.find((candidate) => candidate.name === global.map);
    if (map === undefined) refuse(`The map of global variable ${quote(name)} is missing`);
    const content = contents.get(map.name) ?? startContent(map);
    contents.set(map.name, content);
    content.set(encode(spec, global, value), global.offset);
  }
  const maps = spec.maps.map((map) => {
    const initial = contents.get(map.name);
    return initial === undefined ? map : { ...map, initial };
  });
  return { ...spec, maps };
}

function refuse(message: string, hint?: string): never {
  throw new EbpfError("EBPF_INVALID_ARGUMENT", message, hint === undefined ? {} : { hint });
}

function known(spec: ObjectSpec): string {
  const names = spec.globals.slice(0, 20).map((global) => quote(global.name));
  return names.length === 0
    ? "The object names no global variables: is it compiled with -g?"
    : `It has ${names.join(", ")}.`;
}

function startContent(map: MapSpec): Uint8Array {
  if (map.initial !== undefined) return map.initial.slice();
  if (map.valueSize > MAX_SECTION_BYTES) refuse(`Section ${map.section} of ${map.valueSize} bytes is too large`);
  return new Uint8Array(map.valueSize);
}

function encode(spec: ObjectSpec, { name, size, type }: GlobalSpec, value: GlobalValue): Uint8Array {
  const what = `Global variable ${quote(name)}`;
  if (value instanceof Uint8Array) {
    if (value.length !== size) refuse(`${what} has ${size} bytes, not ${value.length}`);
    return value;
  }
  const graph = new TypeGraph({ spec: spec.btf ?? { types: [] } }, ".BTF");
  const of = graph.type(graph.strip(type));
  switch (of.kind) {
    case "int": {
      const bits = of.encoding === "bool" ? 1 : of.size * 8;
      return integer(what, value, of.size, bits, of.encoding === "signed" || (of.encoding === "char" && of.size === 1));
    }
    case "enum":
    case "enum64":
      return integer(what, value, of.size, of.size * 8, of.signed);
    case "float":
      return float(what, value, of.size);
    case "array": {
      const element = graph.type(graph.strip(of.type));
      if (element.kind === "int" && element.size === 1) return text(what, value, size);
      return refuse(`${what} is an array: give its ${size} bytes as a Uint8Array`);
    }
    default:
      return refuse(`${what} is of kind ${of.kind}: give its ${size} bytes as a Uint8Array`);
  }
}

function integer(what: string, value: GlobalValue, bytes: number, bits: number, signed: boolean): Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) refuse(`${what} takes a number, not text`);
  if (typeof value === "number" && !Number.isSafeInteger(value)) refuse(`${what} takes a whole number, not ${value}`);
  const wide = BigInt(value);
  // Plain char is signed in some compilers and not in others: both ranges are taken.
  const low = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const high = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  if (wide < low || wide > high) refuse(`${what} takes ${low} to ${high}, not ${wide}`);
  const out = new Uint8Array(bytes);
  for (let index = 0; index < bytes; index++) out[index] = Number((wide >> BigInt(8 * index)) & 0xffn);
  return out;
}

function float(what: string, value: GlobalValue, bytes: number): Uint8Array {
  if (typeof value !== "number") return refuse(`${what} takes a number`);
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setFloat32(0, value, true);
  else if (bytes === 8) view.setFloat64(0, value, true);
  else refuse(`${what} has ${bytes} bytes: give them as a Uint8Array`);
  return new Uint8Array(view.buffer);
}

function text(what: string, value: GlobalValue, bytes: number): Uint8Array {
  if (typeof value !== "string") return refuse(`${what} is a character array: it takes text or a Uint8Array`);
  const encoded = new TextEncoder().encode(value);
  if (encoded.length >= bytes) refuse(`${what} holds ${bytes - 1} bytes of text and a NUL, not ${encoded.length}`);
  const out = new Uint8Array(bytes);
  out.set(encoded);
  return out;
}
