import { ByteWriter } from "./byte-writer.ts";
import { simd, wasm } from "./opcode.ts";

const SIMD = 0xfd;
const BULK = 0xfc;
const FILL = 11;

/** The body of one function, instruction by instruction. */
export class Code {
  readonly #out: ByteWriter;
  /** Blocks that are open; a label's depth at its opening tells how far out it is. */
  depth = 0;
  /** Where branches are that are nearly always taken (1), or hardly ever (0). */
  readonly hints: [at: number, hint: number][] = [];
  /** The last `local.set`: its local, where it begins, and where it ends. */
  #setLocal = -1;
  #setAt = 0;
  #setEnd = -1;

  /** `room`: how many bytes are expected. */
  constructor(room?: number) {
    this.#out = new ByteWriter(room);
  }

  get bytes(): Uint8Array {
    return this.#out.bytes;
  }

  op(opcode: number): void {
    this.#out.byte(opcode);
  }

  /** Pushes a local. Right behind its `local.set`, the two become one `local.tee`: less for V8 to read and to do. */
  get(local: number): void {
    if (this.#setLocal === local && this.#setEnd === this.#out.length) {
      this.#out.replace(this.#setAt, wasm.localTee);
      this.#setEnd = -1;
      return;
    }
    this.#out.byte(wasm.localGet);
    this.#out.unsigned(local);
  }

  set(local: number): void {
    this.#setLocal = local;
    this.#setAt = this.#out.length;
    this.#out.byte(wasm.localSet);
    this.#out.unsigned(local);
    this.#setEnd = this.#out.length;
  }

  tee(local: number): void {
    this.#out.byte(wasm.localTee);
    this.#out.unsigned(local);
  }

  getGlobal(index: number): void {
    this.#out.byte(wasm.globalGet);
    this.#out.unsigned(index);
  }

  setGlobal(index: number): void {
    this.#out.byte(wasm.globalSet);
    this.#out.unsigned(index);
  }

  i32(value: number): void {
    this.#out.byte(wasm.i32Const);
    this.#out.signed(value);
  }

  /** A 64-bit constant; a whole number that a double holds exactly. */
  i64(value: number): void {
    this.#out.byte(wasm.i64Const);
    if (value === (value | 0)) this.#out.signed(value);
    else this.#out.signed64(BigInt(value));
  }

  /** A 64-bit constant from its halves. */
  i64Halves(low: number, high: number): void {
    if (high === low >> 31) this.i64(low);
    else {
      this.#out.byte(wasm.i64Const);
      this.#out.signed64((BigInt(high) << 32n) | BigInt(low >>> 0));
    }
  }

  /** Of the 64-bit number on the stack, the low half. */
  extendLow(): void {
    this.#out.byte(wasm.i32WrapI64);
    this.#out.byte(wasm.i64ExtendI32U);
  }

  /** A load or store at the address on the stack plus `offset`. No alignment is promised. */
  access(opcode: number, offset: number): void {
    this.#out.byte(opcode);
    this.#out.byte(0);
    this.#out.unsigned(offset);
  }

  call(index: number): void {
    this.#out.byte(wasm.call);
    this.#out.unsigned(index);
  }

  /** `block`, `loop` or `if`, of type `result`; the depth that `br` and `brIf` know it by. */
  open(opcode: number, result: number): number {
    this.#out.byte(opcode);
    this.#out.byte(result);
    return ++this.depth;
  }

  otherwise(): void {
    this.#out.byte(wasm.else);
  }

  end(): void {
    this.#out.byte(wasm.end);
    this.depth--;
  }

  br(label: number): void {
    this.#out.byte(wasm.br);
    this.#out.unsigned(this.depth - label);
  }

  /** `br_if` that is hardly ever taken. */
  brUnlikely(label: number): void {
    this.hints.push([this.#out.length, 0]);
    this.brIf(label);
  }

  /** `br_if` that is nearly always taken. */
  brLikely(label: number): void {
    this.hints.push([this.#out.length, 1]);
    this.brIf(label);
  }

  brIf(label: number): void {
    this.#out.byte(wasm.brIf);
    this.#out.unsigned(this.depth - label);
  }

  /** Jumps to the label that the number on the stack picks; to the last for any number beyond. */
  brTable(labels: readonly number[]): void {
    this.#out.byte(wasm.brTable);
    this.#out.unsigned(labels.length - 1);
    for (const label of labels) this.#out.unsigned(this.depth - label);
  }

  /** Reverses the order of the 8 bytes of the 64-bit number on the stack: `pshufb`, or what the machine has. */
  reverseBytes64(): void {
    this.#simd(simd.splat64);
    this.#simd(simd.constant);
    for (let lane = 0; lane < 16; lane++) this.#out.byte(lane ^ 7);
    this.#simd(simd.swizzle);
    this.#simd(simd.extractLane64);
    this.#out.byte(0);
  }

  /** Pushes a vector, in as few bytes as there are. */
  vector(): void {
    this.i64(0);
    this.#simd(simd.splat64);
  }

  /** `memory.fill`: address, value and length are on the stack. */
  fill(): void {
    this.#out.byte(BULK);
    this.#out.unsigned(FILL);
    this.#out.byte(0);
  }

  #simd(instruction: number): void {
    this.#out.byte(SIMD);
    this.#out.unsigned(instruction);
  }
}
