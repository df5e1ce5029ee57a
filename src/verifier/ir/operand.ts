/** Number of a register: 0 to 10; 11 is the scratch register that atomic operations are analysed with. */
export type Register = number;

/** A 64-bit integer, read as signed: a `number` where it is exact, a `bigint` beyond 2^53. */
export type Integer = number | bigint;

export type RegisterOperand = { readonly kind: "register"; readonly register: Register };
export type ImmediateOperand = { readonly kind: "immediate"; readonly value: Integer };
/** Source of an operation: a register, or a constant that is sign-extended to 64 bits already. */
export type Operand = RegisterOperand | ImmediateOperand;

export function registerOperand(register: Register): RegisterOperand {
  return { kind: "register", register };
}

export function immediateOperand(value: Integer): ImmediateOperand {
  return { kind: "immediate", value };
}

export const RETURN_VALUE: Register = 0;
export const CONTEXT_OF_PACKET_LOADS: Register = 6;
export const STACK_POINTER: Register = 10;
export const ATOMIC_SCRATCH: Register = 11;
