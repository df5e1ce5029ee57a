/** The code does not decode: `slot` says where, the message why, in the words of verification reports. */
export class DecodingFailure extends Error {
  readonly slot: number;

  constructor(slot: number, reason: string) {
    super(reason);
    this.slot = slot;
  }
}

export function opcodeText(reason: string, opcode: number): string {
  return `${reason} op 0x${opcode.toString(16)}`;
}

export function fail(slot: number, reason: string): never {
  throw new DecodingFailure(slot, reason);
}

export function badInstruction(slot: number, opcode: number): never {
  return fail(slot, opcodeText("bad instruction", opcode));
}

export function refuseNonzero(slot: number, opcode: number, field: "imm" | "offset", value: number): void {
  if (value !== 0) fail(slot, opcodeText(`nonzero ${field} for`, opcode));
}

export function refuseDestination(slot: number, opcode: number, dst: number): void {
  if (dst !== 0) fail(slot, opcodeText("nonzero dst for register", opcode));
}

/** Highest register that an instruction may name. */
export const LAST_REGISTER = 10;

export function refuseBadRegisters(slot: number, ...registers: readonly number[]): void {
  if (registers.some((register) => register > LAST_REGISTER)) fail(slot, "bad register");
}
