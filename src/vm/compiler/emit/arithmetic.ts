import { forms, type InstructionForm, type Operation } from "../../../isa/index.ts";
import type { Node } from "../analysis/graph.ts";
import { type Code, type, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

/** Operations that are one instruction, 64 and 32 bits wide. WebAssembly takes shift counts modulo the width too. */
const direct: ReadonlyMap<Operation, readonly [wide: number, narrow: number]> = new Map([
  ["add", [wasm.i64Add, wasm.i32Add]],
  ["sub", [wasm.i64Sub, wasm.i32Sub]],
  ["mul", [wasm.i64Mul, wasm.i32Mul]],
  ["or", [wasm.i64Or, wasm.i32Or]],
  ["and", [wasm.i64And, wasm.i32And]],
  ["xor", [wasm.i64Xor, wasm.i32Xor]],
  ["lsh", [wasm.i64Shl, wasm.i32Shl]],
  ["rsh", [wasm.i64ShrU, wasm.i32ShrU]],
  ["arsh", [wasm.i64ShrS, wasm.i32ShrS]],
]);

/** The same by form; 0 for all others. */
const directByRow = Uint8Array.from(forms, ({ kind, operation, width }) => {
  const [wide, narrow] = (kind === "alu" && direct.get(operation)) || [0, 0];
  return width === 64 ? wide : narrow;
});

/** Divisions, which WebAssembly traps on where eBPF does not. */
const divisions: ReadonlyMap<Operation, readonly [wide: number, narrow: number]> = new Map([
  ["div", [wasm.i64DivU, wasm.i32DivU]],
  ["sdiv", [wasm.i64DivS, wasm.i32DivS]],
  ["mod", [wasm.i64RemU, wasm.i32RemU]],
  ["smod", [wasm.i64RemS, wasm.i32RemS]],
]);

const signExtensions: ReadonlyMap<number | undefined, readonly [wide: number, narrow: number | undefined]> = new Map([
  [8, [wasm.i64Extend8S, wasm.i32Extend8S]],
  [16, [wasm.i64Extend16S, wasm.i32Extend16S]],
  [32, [wasm.i64Extend32S, undefined]],
]);

/** The two operands and the result of one instruction, at its width. */
class Operands {
  readonly #body: Body;
  readonly #node: Node;
  readonly #form: InstructionForm;
  readonly #fields: { readonly dst: number; readonly src: number; readonly imm: number };

  constructor(body: Body, node: Node, form: InstructionForm, index: number) {
    this.#body = body;
    this.#node = node;
    this.#form = form;
    this.#fields = body.unit.source.instructions[index];
  }

  get isWide(): boolean {
    return this.#form.width === 64;
  }

  get immediate(): number | undefined {
    return this.#form.source === "k" ? this.#fields.imm : undefined;
  }

  first(): void {
    this.#read(this.#fields.dst);
  }

  second(): void {
    if (this.#form.source !== "k") this.#read(this.#fields.src);
    else this.constant(this.#fields.imm);
  }

  constant(value: number): void {
    if (this.isWide) this.#body.code.i64(value);
    else this.#body.code.i32(value);
  }

  op([wide, narrow]: readonly [number, number]): void {
    this.#body.code.op(this.isWide ? wide : narrow);
  }

  result(): void {
    if (!this.isWide) this.#body.code.op(wasm.i64ExtendI32U);
    this.#body.set(this.#fields.dst);
  }

  #read(r: number): void {
    this.#body.get(r, this.#node.instance);
    if (!this.isWide) this.#body.code.op(wasm.i32WrapI64);
  }
}

/** RFC 9669 section 4.1: x / 0 = 0, x % 0 = x; the most negative number divided by -1 is itself. */
function divide(code: Code, operands: Operands, operation: Operation): void {
  const instruction = divisions.get(operation);
  if (instruction === undefined) return;
  const { immediate, isWide } = operands;
  const isRemainder = operation === "mod" || operation === "smod";
  const byMinusOne = () => {
    operands.constant(0);
    operands.first();
    operands.op([wasm.i64Sub, wasm.i32Sub]);
  };
  const byZero = () => {
    if (isRemainder) operands.first();
    else operands.constant(0);
  };
  const plain = () => {
    operands.first();
    operands.second();
    operands.op(instruction);
  };
  if (immediate === 0) byZero();
  else if (immediate === -1 && operation === "sdiv") byMinusOne();
  else if (immediate !== undefined) plain();
  else {
    const result = isWide ? type.i64 : type.i32;
    const choose = (constant: number, special: () => void, otherwise: () => void) => {
      operands.second();
      operands.constant(constant);
      operands.op([wasm.i64Eq, wasm.i32Eq]);
      code.open(wasm.if, result);
      special();
      code.otherwise();
      otherwise();
      code.end();
    };
    choose(0, byZero, operation === "sdiv" ? () => choose(-1, byMinusOne, plain) : plain);
  }
}

export function emitArithmetic(body: Body, node: Node, form: InstructionForm, index: number): void {
  const opcode = directByRow[body.unit.source.rows[index]];
  if (opcode === 0) emitOther(body, node, form, index);
  else emitDirect(body, node, form, index, opcode);
}

/** Nearly all of it, with nothing made on the way. */
function emitDirect(body: Body, { instance }: Node, form: InstructionForm, index: number, opcode: number): void {
  const { code } = body;
  const { dst, src, imm } = body.unit.source.instructions[index];
  const isWide = form.width === 64;
  body.get(dst, instance);
  if (!isWide) code.op(wasm.i32WrapI64);
  if (form.source !== "k") {
    body.get(src, instance);
    if (!isWide) code.op(wasm.i32WrapI64);
  } else if (isWide) code.i64(imm);
  else code.i32(imm);
  code.op(opcode);
  if (!isWide) code.op(wasm.i64ExtendI32U);
  body.set(dst);
}

function emitMove(body: Body, { instance }: Node, form: InstructionForm, index: number): void {
  const { code } = body;
  const { dst, src, imm } = body.unit.source.instructions[index];
  const isWide = form.width === 64;
  if (form.source !== "k") {
    body.get(src, instance);
    if (!isWide) code.extendLow();
  } else if (isWide || imm >= 0) {
    code.i64(imm);
  } else {
    code.i32(imm);
    code.op(wasm.i64ExtendI32U);
  }
  body.set(dst);
}

function emitOther(body: Body, node: Node, form: InstructionForm, index: number): void {
  const { code } = body;
  const { operation } = form;
  if (operation === "mov") {
    emitMove(body, node, form, index);
    return;
  }
  const operands = new Operands(body, node, form, index);
  if (operation === "neg") {
    operands.constant(0);
    operands.first();
    operands.op([wasm.i64Sub, wasm.i32Sub]);
  } else if (operation === "movsx") {
    operands.second();
    const extension = signExtensions.get(form.from)?.[operands.isWide ? 0 : 1];
    if (extension !== undefined) code.op(extension);
  } else {
    divide(code, operands, operation);
  }
  operands.result();
}
