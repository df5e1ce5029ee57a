import { quote } from "../printable.ts";

const MAX_TEXT = 40;

/** A wrong value as an error message shows it: short, on one line, whatever it is. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quote(value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value);
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "bigint": {
      // A bigint of a million digits takes seconds to spell: look at its size first.
      const small = value < 1n << 128n && value > -(1n << 128n);
      return small ? String(value) : "an integer of more than 128 bits";
    }
    case "object":
      if (value === null) return "null";
      if (value instanceof Uint8Array) return `${value.length} bytes`;
      if (Array.isArray(value)) return `an array of ${value.length}`;
      return "an object";
    default:
      return `a ${typeof value}`;
  }
}
