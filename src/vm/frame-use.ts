import type { InstructionForm } from "../isa/index.ts";
import type { Instruction } from "../spec/index.ts";
import { FRAME_BYTES } from "./frame.ts";

const FRAME_POINTER = 10;

/** True where an access is of the running function's own frame whatever happens: r10 is read-only. */
export function isOwnFrame(form: InstructionForm, instruction: Instruction): boolean {
  const base = form.fields.src === "base" ? instruction.src : instruction.dst;
  if (form.fields.offset !== "memory" || base !== FRAME_POINTER) return false;
  return instruction.offset >= -FRAME_BYTES && instruction.offset + form.width / 8 <= 0;
}

/** Bytes below r10 that an instruction may cause to be touched: all of the frame when it takes r10's value away. */
export function frameUse(form: InstructionForm, instruction: Instruction): number {
  if (instruction.dst !== FRAME_POINTER && instruction.src !== FRAME_POINTER) return 0;
  if (isOwnFrame(form, instruction)) {
    // A store of r10 itself, in the frame or elsewhere, takes it away too.
    const storesPointer =
      form.fields.dst === "base" && form.fields.src !== "unused" && instruction.src === FRAME_POINTER;
    return storesPointer ? FRAME_BYTES : -instruction.offset;
  }
  const reads =
    (form.fields.dst !== "unused" && instruction.dst === FRAME_POINTER) ||
    (form.fields.src !== "unused" && form.fields.src !== "selector" && instruction.src === FRAME_POINTER);
  return reads ? FRAME_BYTES : 0;
}
