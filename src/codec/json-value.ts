import { EbpfError } from "../errors.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

/** Deeper than any decoded value; a bound for values that contain themselves. */
const MAX_DEPTH = 128;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * A decoded value as JSON has it: bytes as a hex string, a `bigint` as a number where that is exact (up to 2^53 - 1
 * either way) and as a decimal string beyond, NaN and infinities as their names. Objects stay without prototype.
 */
export function jsonValue(value: unknown, depth = 0): JsonValue {
  if (depth > MAX_DEPTH) throw new EbpfError("EBPF_INVALID_ARGUMENT", "the value is nested too deep for JSON");
  switch (typeof value) {
    case "bigint":
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "string":
    case "boolean":
      return value;
    case "object": {
      if (value === null) return null;
      if (value instanceof Uint8Array) return hex(value);
      if (Array.isArray(value)) return value.map((item) => jsonValue(item, depth + 1));
      const members: { [name: string]: JsonValue } = Object.create(null);
      for (const [name, member] of Object.entries(value)) members[name] = jsonValue(member, depth + 1);
      return members;
    }
    case "undefined":
      return null;
    default:
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `a ${typeof value} has no JSON form`);
  }
}
