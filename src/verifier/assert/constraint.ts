import type { Dialect } from "../dialect.ts";
import {
  type AccessMode,
  type Assertion,
  immediateOperand,
  type Operand,
  type Register,
  type TypeGroup,
  type ValidAccess,
} from "../ir/index.ts";

/** Facts about the program that decide which assertions its instructions carry. */
export interface AssertionRules {
  readonly dialect: Dialect;
  /** Privileged program types may leak pointers. */
  readonly isPrivileged: boolean;
  /** Bytes. */
  readonly subprogramStackSize: number;
}

export function typed(register: Register, types: TypeGroup): Assertion {
  return { kind: "type-constraint", register, types };
}

export function contextPointer(register: Register, orNull: boolean): Assertion[] {
  return [typed(register, orNull ? "ctx_or_num" : "ctx"), { kind: "zero-context-offset", register, orNull }];
}

const NOTHING = immediateOperand(0);

export function validAccess(
  callStackDepth: number,
  register: Register,
  mode: AccessMode,
  width: Operand = NOTHING,
  offset = 0,
  orNull = false,
): ValidAccess {
  return { kind: "valid-access", callStackDepth, register, offset, width, orNull, mode };
}
