import fc from "fast-check";
import { expect, test } from "vitest";
import { btfCodec, btfTypeName, type Codec, formatValue, jsonValue } from "../../src/codec/index.ts";
import { EbpfError } from "../../src/errors.ts";
import type { BtfType } from "../../src/spec/index.ts";

const TYPES = 12;

const id = fc.oneof({ weight: 20, arbitrary: fc.nat(TYPES) }, { weight: 1, arbitrary: fc.integer() });
const name = fc.oneof(fc.constant(""), fc.constantFrom("a", "b", "char", "__proto__", "toString"), fc.string());
const size = fc.oneof(fc.constantFrom(0, 1, 2, 4, 8, 16), fc.nat(40), fc.integer());
const bit = fc.oneof(
  fc.nat(12).map((byte) => 8 * byte),
  fc.nat(128),
);
const member = fc.record({ name, type: id, bitOffset: bit, bitSize: fc.oneof(fc.constant(0), fc.nat(70)) });

/** Types as a broken file may have them: any kind, pointing anywhere, of any size. */
const type: fc.Arbitrary<BtfType> = fc.oneof(
  fc.record({
    kind: fc.constant("int" as const),
    name,
    size,
    bits: fc.oneof(fc.constantFrom(8, 16, 32, 64, 128), fc.nat(200)),
    bitOffset: fc.oneof(fc.constant(0), fc.nat(20)),
    encoding: fc.constantFrom("unsigned" as const, "signed" as const, "char" as const, "bool" as const),
  }),
  fc.record({ kind: fc.constant("ptr" as const), type: id }),
  fc.record({ kind: fc.constant("array" as const), type: id, indexType: id, length: fc.oneof(fc.nat(5), size) }),
  fc.record({
    kind: fc.constantFrom("struct" as const, "union" as const),
    name,
    size,
    members: fc.array(member, { maxLength: 5 }),
  }),
  fc.record({
    kind: fc.constantFrom("enum" as const, "enum64" as const),
    name,
    size,
    signed: fc.boolean(),
    values: fc.array(fc.record({ name, value: fc.bigInt() }), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constantFrom("typedef" as const, "type_tag" as const), name, type: id }),
  fc.record({ kind: fc.constantFrom("volatile" as const, "const" as const), type: id }),
  fc.record({ kind: fc.constant("float" as const), name, size }),
  fc.record({ kind: fc.constant("fwd" as const), name, union: fc.boolean() }),
  fc.record({ kind: fc.constant("var" as const), name, type: id, linkage: fc.nat(1) }),
  fc.record({
    kind: fc.constant("datasec" as const),
    name,
    size,
    variables: fc.array(fc.record({ type: id, offset: fc.nat(16), size: fc.nat(16) }), { maxLength: 3 }),
  }),
);

const compile = (types: readonly BtfType[], typeId: number): Codec<unknown> | undefined => {
  try {
    return btfCodec({ types }, typeId);
  } catch (error) {
    expect(error).toBeInstanceOf(EbpfError);
    return undefined;
  }
};

test("given any BTF, then a type is refused with an EbpfError, or its values come back as they went in", () => {
  let compiled = 0;
  const content = fc.infiniteStream(fc.nat(255));
  fc.assert(
    fc.property(fc.array(type, { minLength: TYPES, maxLength: TYPES }), content, (rest, random) => {
      const types: BtfType[] = [{ kind: "void" }, ...rest];
      for (let typeId = -1; typeId <= types.length; typeId++) {
        btfTypeName({ types }, typeId);
        const codec = compile(types, typeId);
        if (codec === undefined || codec.size > 10_000) continue;
        compiled++;
        const bytes = Uint8Array.from({ length: codec.size }, () => random.next().value ?? 0);
        const value = codec.decode(bytes, 0);
        formatValue(value, { btf: { types }, typeId });
        jsonValue(value);
        const again = new Uint8Array(codec.size).fill(0xff);
        codec.encode(value, again, 0);
        expect(codec.decode(again, 0)).toEqual(value);
      }
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect(compiled).toBeGreaterThan(2500);
});
