import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish } from "../../../src/turns/index.ts";
import { canonical, Interval, State, type Variable, VariableSpace } from "../../../src/verifier/domain/index.ts";
import {
  type Assume,
  type Binary,
  type BinaryOperation,
  type ComparisonOperation,
  type IrInstruction,
  immediateOperand,
  type Operand,
  registerOperand,
  T_NUMBER,
  type Unary,
} from "../../../src/verifier/ir/index.ts";
import { transfer } from "../../../src/verifier/transfer/index.ts";
import { environmentOf } from "../environment.ts";

const REGISTERS = [0, 1, 2] as const;
const environment = environmentOf();

const BINARY: readonly BinaryOperation[] = [
  "mov",
  "add",
  "sub",
  "mul",
  "udiv",
  "umod",
  "or",
  "and",
  "lsh",
  "rsh",
  "arsh",
  "xor",
  "sdiv",
  "smod",
];
const EXTENSIONS: readonly BinaryOperation[] = ["movsx8", "movsx16", "movsx32"];
const COMPARISONS: readonly ComparisonOperation[] = [
  "eq",
  "ne",
  "set",
  "nset",
  "lt",
  "le",
  "gt",
  "ge",
  "slt",
  "sle",
  "sgt",
  "sge",
];

const register = fc.constantFrom(...REGISTERS);
const immediate = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom(31, 32, 63, 64, 127, 255, 256, 0xffff, 0x7fffffff, -0x7fffffff, -128, -0x8000),
  fc.integer({ min: -0x7fffffff, max: 0x7fffffff }),
);
const operand: fc.Arbitrary<Operand> = fc.oneof(register.map(registerOperand), immediate.map(immediateOperand));

const instruction: fc.Arbitrary<IrInstruction> = fc.oneof(
  fc.record<Binary>({
    kind: fc.constant("binary"),
    operation: fc.constantFrom(...BINARY),
    dst: register,
    operand,
    is64: fc.boolean(),
    wide: fc.constant(false),
  }),
  fc.record<Binary>({
    kind: fc.constant("binary"),
    operation: fc.constantFrom(...EXTENSIONS),
    dst: register,
    operand: register.map(registerOperand),
    is64: fc.constant(true),
    wide: fc.constant(false),
  }),
  fc.record<Unary>({
    kind: fc.constant("unary"),
    operation: fc.constantFrom("neg", "be16", "be32", "be64", "le16", "le32", "swap16", "swap32", "swap64"),
    dst: register,
    is64: fc.boolean(),
  }),
  fc.record<Assume>({
    kind: fc.constant("assume"),
    condition: fc.record({
      operation: fc.constantFrom(...COMPARISONS),
      left: register,
      right: operand,
      is64: fc.boolean(),
    }),
    implicit: fc.constant(true),
  }),
);

const u = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);
const s = (width: number, value: bigint): bigint => BigInt.asIntN(width, value);

/** 64-bit registers, unsigned. */
type Machine = bigint[];

function read(machine: Machine, source: Operand): bigint {
  return source.kind === "register" ? (machine[source.register] ?? 0n) : u(64, BigInt(source.value));
}

/** RFC 9669 section 4.1, on operands of `w` bits. */
function arithmetic(operation: BinaryOperation, a: bigint, b: bigint, w: number): bigint {
  const count = b & BigInt(w - 1);
  switch (operation) {
    case "mov":
      return b;
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "udiv":
      return b === 0n ? 0n : a / b;
    case "umod":
      return b === 0n ? a : a % b;
    case "sdiv":
      return b === 0n ? 0n : s(w, a) / s(w, b);
    case "smod":
      return b === 0n ? a : s(w, a) % s(w, b);
    case "or":
      return a | b;
    case "and":
      return a & b;
    case "xor":
      return a ^ b;
    case "lsh":
      return a << count;
    case "rsh":
      return a >> count;
    case "arsh":
      return s(w, a) >> count;
    case "movsx8":
      return s(8, b);
    case "movsx16":
      return s(16, b);
    case "movsx32":
      return s(32, b);
  }
}

function holds(operation: ComparisonOperation, a: bigint, b: bigint, w: number): boolean {
  const order = { eq: a === b, ne: a !== b, set: (a & b) !== 0n, nset: (a & b) === 0n };
  const unsigned = { lt: a < b, le: a <= b, gt: a > b, ge: a >= b };
  const [x, y] = [s(w, a), s(w, b)];
  return { ...order, ...unsigned, slt: x < y, sle: x <= y, sgt: x > y, sge: x >= y }[operation];
}

function swapped(value: bigint, bits: number): bigint {
  let result = 0n;
  for (let bit = 0; bit < bits; bit += 8) result = (result << 8n) | ((value >> BigInt(bit)) & 0xffn);
  return result;
}

/** Executes one instruction; false if an assumed condition does not hold. */
function execute(machine: Machine, code: IrInstruction): boolean {
  if (code.kind === "binary") {
    const w = code.is64 ? 64 : 32;
    const result = arithmetic(code.operation, u(w, machine[code.dst] ?? 0n), u(w, read(machine, code.operand)), w);
    machine[code.dst] = u(64, u(w, result));
  } else if (code.kind === "unary") {
    const before = machine[code.dst] ?? 0n;
    const bits = Number(/\d+$/.exec(code.operation)?.[0] ?? (code.is64 ? 64 : 32));
    if (code.operation === "neg") machine[code.dst] = u(bits, -before);
    else machine[code.dst] = code.operation.startsWith("le") ? u(bits, before) : swapped(before, bits);
  } else if (code.kind === "assume") {
    const { operation, left, right, is64 } = code.condition;
    const w = is64 ? 64 : 32;
    return holds(operation, u(w, machine[left] ?? 0n), u(w, read(machine, right)), w);
  }
  return true;
}

/** Every bound and relation of the state, checked against the machine. */
function describes(state: State, machine: Machine): boolean {
  const value = new Map<Variable, bigint>();
  for (const number of REGISTERS) {
    const { signed, unsigned } = state.location(number).views;
    value.set(signed, s(64, machine[number] ?? 0n));
    value.set(unsigned, machine[number] ?? 0n);
  }
  const { zone } = state;
  for (const [variable, actual] of value) {
    if (!zone.interval(variable).contains(canonical(actual))) return false;
    const vertex = zone.vertexOf(variable);
    if (vertex === 0) continue;
    for (const [other, theirs] of value) {
      const to = zone.vertexOf(other);
      if (to !== 0 && theirs - actual > zone.edge(vertex, to)) return false;
    }
  }
  return true;
}

const start = fc.array(
  fc.record({
    value: fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    known: fc.constantFrom("exact", "near", "unsigned", "signed", "nothing"),
  }),
  { minLength: REGISTERS.length, maxLength: REGISTERS.length },
);

type Start = typeof start extends fc.Arbitrary<infer T> ? T : never;

function stateFor(beginning: Start): State {
  const state = State.top(new VariableSpace(4096));
  beginning.forEach(({ value, known }, number) => {
    const { signed, unsigned } = state.location(number).views;
    const margin = known === "exact" ? 0n : 5n;
    const around = (middle: bigint, least: bigint, most: bigint): Interval =>
      Interval.of(
        canonical(middle - margin < least ? least : middle - margin),
        canonical(middle + margin > most ? most : middle + margin),
      );
    if (known !== "nothing" && known !== "unsigned") {
      state.values.set(signed, around(s(64, value), -(2n ** 63n), 2n ** 63n - 1n));
    }
    if (known !== "nothing" && known !== "signed") state.values.set(unsigned, around(value, 0n, 2n ** 64n - 1n));
    state.assignType(number, T_NUMBER);
  });
  return state;
}

describe("given registers with numbers of which something is known", () => {
  test("when any instructions run on them, then what newer verifiers know stays true", () => {
    fc.assert(
      fc.property(start, fc.array(instruction, { maxLength: 8 }), (beginning, code) => {
        const machine = beginning.map(({ value }) => value);
        const state = stateFor(beginning);
        for (const one of code) {
          if (!execute(machine, one)) return true;
          finish(transfer(state, one, environment));
          expect(state.isBottom()).toBe(false);
          expect(describes(state, machine)).toBe(true);
        }
        return true;
      }),
      { numRuns: 4000 },
    );
  });
});
