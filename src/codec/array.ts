import { assertObject } from "../arguments.ts";
import { blankArrays } from "./blank-array.ts";
import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec, worksInPlace } from "./codec.ts";
import { CodecError, inside } from "./codec-error.ts";
import { describe } from "./describe.ts";
import { checkExtent } from "./extent.ts";

/** `length` values of `element`, one behind the other. `EBPF_INVALID_ARGUMENT` when encoding fewer or more. */
export function array<T>(element: Codec<T>, length: number): Codec<T[]> {
  assertObject(element, "An element's codec");
  checkExtent(length, "a number of elements");
  const size = checkExtent(length * element.size, "a number of bytes");
  // C writes the outer dimension first: array(array(u8, 3), 2) is u8[2][3].
  const bracket = element.name.indexOf("[");
  const at = bracket < 0 ? element.name.length : bracket;
  const name = `${element.name.slice(0, at)}[${length}]${element.name.slice(at)}`;
  const blank = blankArrays<T>(length);
  return ownCodec(
    {
      name,
      size,
      align: element.align,
      encode(value: T[], bytes: Uint8Array, offset: number): void {
        checkBounds(bytes, offset, size, name);
        if (!Array.isArray(value) || value.length !== length) {
          throw new CodecError(`${name} takes an array of ${length}, not ${describe(value)}`);
        }
        let index = 0;
        try {
          // Not by iterating: a list's iterator may give more than there is room for.
          for (; index < length; index++) element.encode(value[index], bytes, offset + index * element.size);
        } catch (error) {
          throw inside(error, index);
        }
      },
      decode(bytes: Uint8Array, offset: number): T[] {
        checkBounds(bytes, offset, size, name);
        const value = blank();
        for (let index = 0; index < length; index++)
          value[index] = element.decode(bytes, offset + index * element.size);
        return value;
      },
    },
    worksInPlace(element),
  );
}
