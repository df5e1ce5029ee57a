import fc from "fast-check";
import { expect, test } from "vitest";
import { placeOf } from "../../src/runtime/place.ts";

test.each([1, 3, 4, 8, 9, 16])("places of %i bytes are equal exactly where their bytes are", (length) => {
  // Few different bytes, so that equal places, and such as differ in their upper halves only, come up.
  const place = fc.array(fc.constantFrom(0, 1, 0x80, 0xff), { minLength: length, maxLength: length });
  fc.assert(
    fc.property(place, place, (a, b) => {
      const isEqual = a.every((byte, at) => byte === b[at]);
      expect(new Set([placeOf(Uint8Array.from(a)), placeOf(Uint8Array.from(b))]).size).toBe(isEqual ? 1 : 2);
    }),
    { numRuns: 500 },
  );
});
