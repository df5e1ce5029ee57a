import type { Instruction } from "../spec/index.ts";
import { encode } from "./encode.ts";
import { formOf } from "./forms.ts";
import { listingText } from "./listing-text.ts";
import { targetOf } from "./rules.ts";

/** The line of a listing that stands for slots which no instruction can be read from. */
export function badText(bytes: Uint8Array, reason: string): string {
  return `bad: ${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ")} (${reason})`;
}

/** Why no listing can show the instruction; `undefined` where one can. */
export function whyBad(instruction: Instruction): string | undefined {
  const form = formOf(instruction);
  if (form === undefined) return "no such instruction";
  if (form.slots === 2 && instruction.high === undefined) return `the second slot of ${form.name} is missing`;
  return undefined;
}

/**
 * One instruction as the listing would show it, alone: helpers and maps by number, jump distances in slots.
 *
 * @param slot where it stands: jumps show the slot that they go to.
 * @example formatInstruction({ opcode: 0x05, dst: 0, src: 0, offset: 3, imm: 0 }, 10) // "goto +3 <14>"
 */
export function formatInstruction(instruction: Instruction, slot: number): string {
  const form = formOf(instruction);
  const reason = whyBad(instruction);
  if (form === undefined || reason !== undefined) return badText(encode([instruction]), reason ?? "");
  const target = targetOf(form, instruction, slot) ?? slot;
  return listingText(form, instruction, {
    helpers: undefined,
    map: instruction.imm,
    callee: undefined,
    target,
    distance: target - slot - 1,
  });
}
