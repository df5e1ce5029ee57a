import fc from "fast-check";
import { encode, type FieldUses, forms, type InstructionForm } from "../../src/isa/index.ts";
import type { Instruction } from "../../src/spec/index.ts";

export const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");

const values: Readonly<Record<keyof FieldUses, fc.Arbitrary<number>>> = {
  dst: fc.integer({ min: 0, max: 10 }),
  src: fc.integer({ min: 0, max: 10 }),
  offset: fc.integer({ min: -0x8000, max: 0x7fff }),
  imm: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  high: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
};

/** An instance of a row: used fields are anything, selectors what the row says, the others zero. */
function instanceOf(form: InstructionForm): fc.Arbitrary<Instruction> {
  const field = (name: keyof FieldUses): fc.Arbitrary<number> => {
    if (form.selector?.field === name) return fc.constant(form.selector.value);
    const use = form.fields[name];
    return use === "unused" || use === "absent" || use === "module" ? fc.constant(0) : values[name];
  };
  const narrow = {
    opcode: fc.constant(form.opcode),
    dst: field("dst"),
    src: field("src"),
    offset: field("offset"),
    imm: field("imm"),
  };
  return form.slots === 1 ? fc.record(narrow) : fc.record({ ...narrow, high: field("high") });
}

/** Any row's instruction, all rows equally likely. */
export const validInstruction: fc.Arbitrary<Instruction> = fc.constantFrom(...forms).chain(instanceOf);

export const validCode: fc.Arbitrary<Uint8Array> = fc.array(validInstruction, { maxLength: 40 }).map(encode);

/** Any whole number of slots; opcodes that exist are likelier than others. */
export const anyCode: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...forms.map(({ opcode }) => opcode)), fc.constant(0), fc.integer({ min: 0, max: 255 })),
      fc.uint8Array({ minLength: 7, maxLength: 7 }),
      fc.boolean(),
    ),
    { maxLength: 30 },
  )
  .map((slots) =>
    Uint8Array.from(slots.flatMap(([opcode, rest, bare]) => [opcode, ...rest.map((byte) => (bare ? 0 : byte))])),
  );
