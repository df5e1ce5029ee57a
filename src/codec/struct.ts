import { assertObject } from "../arguments.ts";
import { EbpfError } from "../errors.ts";
import { quote } from "../printable.ts";
import type { Codec, CodecValue } from "./codec.ts";
import { checkExtent } from "./extent.ts";
import { type Field, type RecordValue, record } from "./record.ts";

export interface StructOptions {
  /** Without padding, as `__attribute__((packed))`. Default false: C's natural alignment. */
  readonly packed?: boolean;
}

/** Member names that JavaScript would move to the front of an object, and with them the layout. */
const INDEX = /^(?:0|[1-9][0-9]*)$/;

const roundUp = (size: number, align: number): number => Math.ceil(size / align) * align;

const narrowTo = <T extends RecordValue>(codec: Codec<RecordValue>): Codec<T> =>
  // The record's members are those of T by construction; the type system cannot follow the loop that made them.
  codec as Codec<T>;

/**
 * A C struct: members in the order of the object literal, each at its natural alignment, the size rounded up to the
 * largest alignment. Decodes to an object without a prototype; encoding takes an object with exactly these members and
 * writes padding as zeros. `EBPF_INVALID_ARGUMENT` for member names that are numbers.
 *
 * @example
 * const stats = struct({ packets: u64, bytes: u64, port: be16 }); // 24 bytes
 */
export function struct<const S extends { readonly [name: string]: Codec<unknown> }>(
  members: S,
  options: StructOptions = {},
): Codec<{ -readonly [K in keyof S]: CodecValue<S[K]> }> {
  assertObject(members, "What a struct is made of");
  const fields: Field[] = [];
  let end = 0;
  let align = 1;
  for (const [name, codec] of Object.entries(members)) {
    if (INDEX.test(name)) {
      throw new EbpfError(
        "EBPF_INVALID_ARGUMENT",
        `a struct's member cannot be called ${quote(name)}: JavaScript reorders such names`,
        { hint: "Give it a name that is no number." },
      );
    }
    assertObject(codec, "A member's codec");
    const own = options.packed === true ? 1 : codec.align;
    const offset = roundUp(end, own);
    fields.push({ name, offset, codec });
    end = offset + codec.size;
    align = Math.max(align, own);
  }
  const size = checkExtent(roundUp(end, align), "a number of bytes");
  return narrowTo(record("struct", size, align, fields));
}
