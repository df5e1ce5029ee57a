import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encode, formById, forms, type InstructionForm } from "../../src/isa/index.ts";
import type { Instruction } from "../../src/spec/index.ts";
import { link } from "../../src/vm/index.ts";
import { operationOf } from "../../src/vm/operation.ts";
import { fixture, register, value32, value64 } from "./fixture.ts";
import { Model } from "./model.ts";

/** Deprecated, or meaningless before something is resolved that this machine does not have. */
const refused = forms.filter(
  ({ kind, operation }) => kind === "packet" || operation === "runtime" || operation === "function",
);
const executed = forms.filter((form) => !refused.includes(form));

const none = { dst: 0, src: 0, offset: 0, imm: 0 };
const lddw = (dst: number, value: bigint): Instruction => ({
  ...none,
  opcode: 0x18,
  dst,
  imm: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
});
const exit: Instruction = { ...none, opcode: 0x95 };

function instance(form: InstructionForm, fields: Partial<Instruction>): Instruction {
  const used = Object.entries(fields).filter(([name]) => {
    const use = form.fields[name as keyof typeof form.fields];
    return use !== "unused" && use !== "absent" && use !== "selector";
  });
  const selector = form.selector === undefined ? {} : { [form.selector.field]: form.selector.value };
  return { ...none, opcode: form.opcode, ...Object.fromEntries(used), ...selector };
}

describe("every form of instruction", () => {
  test.each(executed.map((form) => [form.id, form] as const))("%s has an operation", (_, form) => {
    expect(operationOf(form)).toBeDefined();
  });

  test.each(refused.map((form) => [form.id, form] as const))("%s is refused as not supported", (_, form) => {
    const code = encode([{ ...instance(form, {}), ...(form.slots === 2 ? { high: 0 } : {}) }, exit]);
    expect(() => link(code, { helpers: new Map() })).toThrowError(
      expect.objectContaining({ code: "EBPF_NOT_SUPPORTED" }),
    );
  });
});

describe("given any operands, the result is the standard's", () => {
  const worked = executed.filter(({ kind }) => kind === "alu" || kind === "swap" || kind === "jump");

  test.each(worked.map((form) => [form.id, form] as const))("%s", (_, form) => {
    const { run, machine } = fixture();
    const registers = fc.constantFrom([1, 2], [2, 1], [3, 3], [9, 0]);
    fc.assert(
      fc.property(value64, value64, value32, registers, (a, b, imm, [dst, src]) => {
        const instruction = instance(form, form.kind === "jump" ? { dst, src, offset: 1, imm } : { dst, src, imm });
        if (form.fields.imm === "jump") Object.assign(instruction, { imm: 1 });
        const mark: Instruction = { ...none, opcode: 0xb7, dst: 8, imm: 1 };
        const program = [lddw(dst, a), lddw(src, b), instruction, mark, exit];
        const model = new Model(0, new Uint8Array());
        model.run(slots(program), 100);

        run(encode(program));

        expect([dst, src, 8].map((r) => register(machine, r))).toEqual([dst, src, 8].map((r) => model.registers[r]));
        expect(machine.instructions).toBe(model.instructions);
      }),
      { numRuns: 80 },
    );
  });
});

describe("given any memory, accesses are the standard's", () => {
  const accesses = executed.filter(({ fields }) => fields.offset === "memory");
  /** Far from the frame pointer, at it, and through a copy of it: three operations for one instruction. */
  const bases = fc.constantFrom("packet", "frame", "copy");

  test.each(accesses.map((form) => [form.id, form] as const))("%s", (_, form) => {
    const { run, machine, memory, packet } = fixture();
    fc.assert(
      fc.property(value64, value64, value64, value32, bases, fc.nat(8), (content, b, r0, imm, base, skew) => {
        const isFrame = base === "frame";
        const pointer = isFrame ? 10 : 1;
        const offset = base === "packet" ? skew : skew - 24;
        const fields = form.kind === "load" ? { dst: 4, src: pointer } : { dst: pointer, src: 2 };
        const program = [
          ...(base === "copy" ? [{ ...none, opcode: 0xbf, dst: 1, src: 10 }] : []),
          lddw(5, content),
          ...[0, 8, 16].map((at) => ({
            ...none,
            opcode: 0x7b,
            dst: pointer,
            src: 5,
            offset: base === "packet" ? at : at - 24,
          })),
          lddw(2, b),
          lddw(0, r0),
          instance(form, { ...fields, offset, imm }),
          exit,
        ];

        run(encode(program));

        const start = base === "packet" ? packet.start : machine.lo[10] - 24;
        const model = new Model(start, new Uint8Array(24));
        model.registers[pointer] = BigInt(base === "packet" ? start : start + 24);
        model.run(slots(base === "copy" ? program.slice(1) : program), 100);
        expect([0, 2, 4].map((r) => register(machine, r))).toEqual([0, 2, 4].map((r) => model.registers[r]));
        expect(memory.bytes.slice(start, start + 24)).toEqual(new Uint8Array(model.bytes.buffer));
      }),
      { numRuns: 60 },
    );
  });
});

test("given a wide load of any constant, then the register holds it", () => {
  const { run } = fixture();
  fc.assert(fc.property(value64, (value) => run(encode([lddw(0, value), exit])) === value));
  expect(formById("lddw")).toBeDefined();
});

/** As `decode` gives them: the second slot of a wide instruction is a hole. */
function slots(program: readonly Instruction[]): (Instruction | undefined)[] {
  return program.flatMap((instruction) => (instruction.high === undefined ? [instruction] : [instruction, undefined]));
}
