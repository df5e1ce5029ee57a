import { expect, test } from "vitest";
import { encode, forms, type InstructionForm } from "../../../src/isa/index.ts";
import type { Instruction } from "../../../src/spec/index.ts";
import { type EngineName, link, Machine, Memory, Regions } from "../../../src/vm/index.ts";

/** Values that operations treat in their own ways. */
const values = [
  0n,
  1n,
  7n,
  31n,
  63n,
  64n,
  0x80n,
  0x8000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x0123_4567_89ab_cdefn,
]
  .flatMap((value) => [value, BigInt.asUintN(64, -value)])
  .concat(0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn);

const executable = forms.filter(
  ({ kind, operation }) => kind !== "packet" && operation !== "runtime" && operation !== "function",
);

function wide(dst: number, value: bigint): Instruction {
  const [imm, high] = [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
  return { opcode: 0x18, dst, src: 0, offset: 0, imm, high };
}

const plain = (opcode: number, dst: number, src: number, offset: number, imm: number): Instruction => ({
  opcode,
  dst,
  src,
  offset,
  imm,
});

/** The form's instruction on r2 (a stack address, where it takes one) and r3, amid what makes its effect seen in r0. */
function program(form: InstructionForm, a: bigint, b: bigint): Uint8Array {
  const isMemory = form.fields.offset === "memory";
  const isCall = form.kind === "call";
  const base = form.fields.dst === "base" ? 2 : 3;
  const fields = {
    dst: form.fields.dst === "unused" ? 0 : 2,
    src: form.fields.src === "unused" ? 0 : 3,
    offset: isMemory ? -16 : form.fields.offset === "jump" ? 1 : 0,
    imm: form.fields.imm === "jump" ? 1 : form.fields.imm === "unused" ? 0 : Number(BigInt.asIntN(32, b)),
  };
  if (form.fields.imm === "helper") fields.imm = 1;
  if (form.selector !== undefined) fields[form.selector.field] = form.selector.value;
  const instruction: Instruction = {
    opcode: form.opcode,
    ...fields,
    ...(form.slots === 2 ? { high: form.fields.high === "unused" ? 0 : 5 } : {}),
  };
  return encode([
    wide(0, a),
    wide(2, form.operation === "register" ? 1n : a),
    wide(3, b),
    plain(0x7b, 10, 0, -16, 0),
    plain(0x7b, 10, 3, -24, 0),
    ...(isMemory ? [plain(0xbf, base, 10, 0, 0)] : []),
    instruction,
    // What a jump that is taken passes by.
    plain(0x27, 0, 0, 0, 3),
    // A pointer is not the same in both machines.
    isMemory ? plain(0xb7, base, 0, 0, 9) : plain(0x67, 2, 0, 0, isCall ? 32 : 1),
    plain(0xaf, 0, 2, 0, 0),
    plain(0x67, 3, 0, 0, 2),
    plain(0xaf, 0, 3, 0, 0),
    plain(0x79, 4, 10, -16, 0),
    plain(0x0f, 0, 4, 0, 0),
    plain(0x95, 0, 0, 0, 0),
  ]);
}

function run(code: Uint8Array, form: InstructionForm, engine: EngineName): string {
  const machine = new Machine({ memory: world.memory, regions: world.regions, engine });
  const slot = form.kind === "wide" ? new Map([[6 + 2, 0x1_0000]]) : new Map<number, number>();
  const helpers = new Map([
    [
      1,
      (of: Machine) => {
        of.lo[0] = 77;
        of.hi[0] = -1;
      },
    ],
  ]);
  const linked = link(code, { helpers, addresses: slot });
  machine.run(linked, 0, 0, { instructions: 1000 });
  const reason = machine.fallbackOf(linked);
  machine.forget(linked);
  return reason ?? `${machine.lo[0]} ${machine.hi[0]} after ${machine.instructions}`;
}

const world = { memory: new Memory(), regions: new Regions() };

test.each(executable.map((form) => [form.id, form] as const))(
  "given %s, then interpreter and compiled code do the same",
  (_, form) => {
    const pairs = values.flatMap((a, index) => [
      [a, values[(index * 7 + 3) % values.length]] as const,
      [a, values[(index * 5 + 1) % values.length]] as const,
    ]);
    for (const [a, b] of pairs) {
      const code = program(form, a, b);
      expect(run(code, form, "compiled"), `${a} ${b}`).toBe(run(code, form, "interpreter"));
    }
  },
);

test("given rows of the table that are in neither engine, then no program with them is linked", () => {
  const others = forms.filter((form) => !executable.includes(form));
  expect(others.length).toBeGreaterThan(0);
  for (const form of others) {
    const fields = { dst: 0, src: 0, offset: 0, imm: 0 };
    if (form.selector !== undefined) fields[form.selector.field] = form.selector.value;
    const instruction = { opcode: form.opcode, ...fields, ...(form.slots === 2 ? { high: 0 } : {}) };
    const code = encode([plain(0xb7, 0, 0, 0, 0), instruction, plain(0x95, 0, 0, 0, 0)]);
    expect(() => link(code, { helpers: new Map() }), form.id).toThrow();
  }
});
