import type { Instruction } from "../../../src/spec/index.ts";

/** A place in the code that jumps lead to; known once it is put down. */
export interface Place {
  slot: number | undefined;
}

interface Fixup {
  readonly index: number;
  readonly place: Place;
  readonly field: "offset" | "imm";
}

/** Puts instructions down and fills jump distances in at the end. */
export class CodeWriter {
  readonly #instructions: Instruction[] = [];
  readonly #fixups: Fixup[] = [];

  get length(): number {
    return this.#instructions.length;
  }

  emit(opcode: number, dst = 0, src = 0, offset = 0, imm = 0): void {
    this.#instructions.push({ opcode, dst, src, offset, imm });
  }

  /** A wide load: two slots. */
  emitWide(dst: number, src: number, imm: number, high: number): void {
    this.emit(0x18, dst, src, 0, imm);
    this.emit(0, 0, 0, 0, high);
  }

  place(): Place {
    return { slot: undefined };
  }

  put(place: Place): void {
    place.slot = this.length;
  }

  here(): Place {
    return { slot: this.length };
  }

  jump(opcode: number, place: Place, dst = 0, src = 0, imm = 0): void {
    this.#fixups.push({ index: this.length, place, field: "offset" });
    this.emit(opcode, dst, src, 0, imm);
  }

  call(place: Place): void {
    this.#fixups.push({ index: this.length, place, field: "imm" });
    this.emit(0x85, 0, 1);
  }

  /** A jump whose distance is an immediate (`gotol`). */
  longJump(place: Place): void {
    this.#fixups.push({ index: this.length, place, field: "imm" });
    this.emit(0x06);
  }

  /** The address of a function: two slots. */
  codeAddress(dst: number, place: Place): void {
    this.#fixups.push({ index: this.length, place, field: "imm" });
    this.emitWide(dst, 4, 0, 0);
  }

  /** The code, 8 bytes a slot. */
  bytes(): Uint8Array {
    for (const { index, place, field } of this.#fixups) {
      const instruction = this.#instructions[index];
      if (instruction === undefined || place.slot === undefined) continue;
      this.#instructions[index] = { ...instruction, [field]: place.slot - index - 1 };
    }
    const bytes = new Uint8Array(this.length * 8);
    const view = new DataView(bytes.buffer);
    for (const [at, { opcode, dst, src, offset, imm }] of this.#instructions.entries()) {
      view.setUint8(at * 8, opcode);
      view.setUint8(at * 8 + 1, (src << 4) | dst);
      view.setInt16(at * 8 + 2, offset, true);
      view.setInt32(at * 8 + 4, imm, true);
    }
    return bytes;
  }
}
