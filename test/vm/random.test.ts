import fc from "fast-check";
import { expect, test } from "vitest";
import { decode, encode, forms, type InstructionForm } from "../../src/isa/index.ts";
import type { Instruction } from "../../src/spec/index.ts";
import { BudgetError, FaultError, link } from "../../src/vm/index.ts";
import { fixture, register, value32 } from "./fixture.ts";
import { Model, OutOfBounds } from "./model.ts";

const BYTES = 64;
const usable = forms.filter(
  ({ kind, operation }) =>
    ["alu", "swap", "jump", "load", "store", "atomic"].includes(kind) || operation === "constant",
);

/** Forms with any fields; jumps stay near, and half of the accesses are through r1, which points to memory. */
const anyInstruction = fc
  .tuple(fc.constantFrom(...usable), fc.nat(9), fc.nat(9), value32, value32, fc.boolean(), fc.nat(BYTES + 4))
  .map(([form, dst, src, imm, high, isThroughR1, offset]) => make(form, { dst, src, imm, high, isThroughR1, offset }));

interface Choice {
  readonly dst: number;
  readonly src: number;
  readonly imm: number;
  readonly high: number;
  readonly isThroughR1: boolean;
  readonly offset: number;
}

function make(form: InstructionForm, choice: Choice): Instruction {
  const { fields, selector } = form;
  const base = choice.isThroughR1 ? 1 : undefined;
  const jump = (choice.offset % 9) - 3;
  const picked = {
    opcode: form.opcode,
    dst: fields.dst === "unused" ? 0 : fields.dst === "base" ? (base ?? choice.dst) : choice.dst,
    src: fields.src === "unused" ? 0 : fields.src === "base" ? (base ?? choice.src) : choice.src,
    offset: fields.offset === "jump" ? jump : fields.offset === "memory" ? choice.offset - 2 : 0,
    imm: fields.imm === "jump" ? jump : fields.imm === "unused" ? 0 : choice.imm,
    ...(form.slots === 2 ? { high: choice.high } : {}),
  };
  return selector === undefined ? picked : { ...picked, [selector.field]: selector.value };
}

/** Puts jumps that miss an instruction at the next one. */
function repair(program: readonly Instruction[]): Uint8Array {
  const code = encode([...program, { opcode: 0x95, dst: 0, src: 0, offset: 0, imm: 0 }]);
  const slots = decode(code);
  const fixed = slots.map((instruction, slot) => {
    if (instruction === undefined || (instruction.opcode & 7) < 5 || (instruction.opcode & 7) > 6) return instruction;
    if (slots[slot + 1 + instruction.offset] !== undefined && slots[slot + 1 + instruction.imm] !== undefined) {
      return instruction;
    }
    return instruction.opcode === 0x06 ? { ...instruction, imm: 0 } : { ...instruction, offset: 0 };
  });
  return encode(fixed);
}

test("given any program, then it leaves what the model leaves, faults where it does, and trace agrees", () => {
  const { run, machine, memory, packet, regions } = fixture({ content: new Uint8Array(BYTES) });
  fc.assert(
    fc.property(
      fc.array(anyInstruction, { minLength: 1, maxLength: 30 }),
      fc.uint8Array({ minLength: BYTES, maxLength: BYTES }),
      (instructions, content) => {
        const code = repair(instructions);
        const model = new Model(packet.start, content.slice());
        model.registers[1] = BigInt(packet.start);
        model.registers[2] = BigInt(BYTES);
        model.registers[10] = 0n;
        const ended = outcome(() => (model.run(decode(code), 1000) ? "exit" : "budget"));

        memory.bytes.set(content, packet.start);
        const ours = outcome(() => {
          run(code, { instructions: 1000 });
          return "exit";
        });

        expect(regions.find(packet.start, BYTES, true)).toBe(packet);
        // The interpreter looks at its budget at backward jumps only: it may still get to an end.
        if (ended === "budget") return;
        expect(ours).toBe(ended);
        const left = Array.from({ length: 10 }, (_, r) => register(machine, r));
        expect(left).toEqual(model.registers.slice(0, 10));
        const after = memory.bytes.slice(packet.start, packet.end);
        expect(after).toEqual(new Uint8Array(model.bytes.buffer));

        memory.bytes.set(content, packet.start);
        const executable = link(code, { helpers: new Map() });
        const traced = outcome(() => {
          for (const _ of machine.trace(executable, packet.start, BYTES));
          return "exit";
        });
        expect(traced).toBe(ended);
        expect(Array.from({ length: 10 }, (_, r) => register(machine, r))).toEqual(left);
        expect(memory.bytes.slice(packet.start, packet.end)).toEqual(after);
      },
    ),
    { numRuns: 1000 },
  );
});

function outcome(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof OutOfBounds || error instanceof FaultError) return "fault";
    if (error instanceof BudgetError) return "budget";
    throw error;
  }
}
