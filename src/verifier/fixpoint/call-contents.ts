import type { State } from "../domain/index.ts";
import { isUnwritten, type Register, T_PACKET } from "../ir/index.ts";

const REGISTERS = 11;

/** What the registers hold when a helper is called, a few bits for each: enough to say later what the call took away. */
export type CallContents = number;

/** Control does not come there. */
export const NOTHING_HELD: CallContents = 0;

export function contentsOf(state: State): CallContents {
  let contents = 0;
  for (let register = 0; register < REGISTERS; register++) {
    const types = state.typesOf(register);
    if (isUnwritten(types)) continue;
    contents |= 1 << register;
    if ((types & (1 << T_PACKET)) !== 0) contents |= 1 << (REGISTERS + register);
  }
  return contents;
}

export function holdsSomething(contents: CallContents, register: Register): boolean {
  return ((contents >> register) & 1) === 1;
}

export function mayHoldPacket(contents: CallContents, register: Register): boolean {
  return ((contents >> (REGISTERS + register)) & 1) === 1;
}
