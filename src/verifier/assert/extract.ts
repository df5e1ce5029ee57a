import {
  type Assertion,
  type Atomic,
  type Binary,
  CONTEXT_OF_PACKET_LOADS,
  type Condition,
  type IrInstruction,
  immediateOperand,
  type Memory,
  RETURN_VALUE,
  STACK_POINTER,
  type TypeGroup,
} from "../ir/index.ts";
import { type AssertionRules, contextPointer, typed, validAccess } from "./constraint.ts";
import { assertionsOfContract } from "./contract.ts";

const SIGNED_COMPARISONS: ReadonlySet<string> = new Set(["slt", "sle", "sgt", "sge"]);

function comparison(condition: Condition, rules: AssertionRules, depth: number): Assertion[] {
  if (rules.isPrivileged) return [];
  const { left, right, operation } = condition;
  if (right.kind === "immediate") {
    if (right.value !== 0) return [typed(left, "number")];
    // Anything can be compared with zero, pointers only whole and unsigned.
    const allowsPointers = condition.is64 && !SIGNED_COMPARISONS.has(operation);
    const access = validAccess(depth, left, "compare");
    return allowsPointers ? [access] : [typed(left, "number"), access];
  }
  const ordered = operation !== "eq" && operation !== "ne";
  return [
    validAccess(depth, left, "compare"),
    validAccess(depth, right.register, "compare"),
    ...(ordered ? [typed(left, "ptr_or_num")] : []),
    { kind: "comparable", left, right: right.register, orRightIsNumber: false },
  ];
}

function binary(instruction: Binary): Assertion[] {
  const { dst, operand, operation } = instruction;
  const source = operand.kind === "register" ? operand.register : undefined;
  switch (operation) {
    case "mov":
      return source !== undefined && !instruction.is64 ? [typed(source, "number")] : [];
    case "movsx8":
    case "movsx16":
    case "movsx32":
      return source === undefined ? [] : [typed(source, "number")];
    case "add":
      if (source === undefined) return [typed(dst, "ptr_or_num")];
      return [
        typed(dst, "ptr_or_num"),
        typed(source, "ptr_or_num"),
        { kind: "addable", pointer: source, number: dst },
        { kind: "addable", pointer: dst, number: source },
      ];
    case "sub":
      if (source === undefined) return [typed(dst, "ptr_or_num")];
      return [typed(dst, "ptr_or_num"), { kind: "comparable", left: dst, right: source, orRightIsNumber: true }];
    case "udiv":
    case "umod":
    case "sdiv":
    case "smod": {
      if (source === undefined) return [typed(dst, "number")];
      const isSigned = operation === "sdiv" || operation === "smod";
      return [typed(dst, "number"), { kind: "valid-divisor", register: source, isSigned, is64: instruction.is64 }];
    }
    default:
      return source === undefined ? [typed(dst, "number")] : [typed(dst, "number"), typed(source, "number")];
  }
}

function memory(instruction: Memory, rules: AssertionRules, depth: number): Assertion[] {
  const { base, offset, width } = instruction.access;
  const access = validAccess(depth, base, instruction.isLoad ? "read" : "write", immediateOperand(width), offset);
  if (base === STACK_POINTER) {
    // Inside the frame nothing can go wrong; that a loaded value was never written shows when it is used.
    return offset < -rules.subprogramStackSize || offset + width > 0 ? [access] : [];
  }
  const assertions = [typed(base, dereferenceable(rules)), access];
  if (!rules.isPrivileged && !instruction.isLoad && instruction.operand.kind === "register") {
    const value = instruction.operand.register;
    assertions.push(width === 8 ? { kind: "valid-store", memory: base, value } : typed(value, "number"));
  }
  return assertions;
}

function atomic(instruction: Atomic, rules: AssertionRules, depth: number): Assertion[] {
  const { base, offset, width } = instruction.access;
  return [
    typed(instruction.value, "number"),
    typed(base, dereferenceable(rules)),
    validAccess(depth, base, "write", immediateOperand(width), offset),
  ];
}

function dereferenceable(rules: AssertionRules): TypeGroup {
  return rules.dialect.onlyRegionsDereferenceable ? "region_pointer" : "dereferenceable";
}

/**
 * What must hold before an instruction is executed, in the order of checking. `callStackDepth` counts frames in use, 1
 * for the program's own.
 */
export function assertionsOf(
  instruction: IrInstruction,
  rules: AssertionRules,
  callStackDepth: number,
): readonly Assertion[] {
  switch (instruction.kind) {
    case "binary":
      return binary(instruction);
    case "unary":
      return [typed(instruction.dst, "number")];
    case "memory":
      return memory(instruction, rules, callStackDepth);
    case "atomic":
      return atomic(instruction, rules, callStackDepth);
    case "packet":
      return contextPointer(CONTEXT_OF_PACKET_LOADS, false);
    case "exit":
      return callStackDepth === 1 ? [typed(RETURN_VALUE, "number")] : [];
    case "jump":
      return instruction.condition === undefined ? [] : comparison(instruction.condition, rules, callStackDepth);
    case "assume":
      return instruction.implicit ? [] : comparison(instruction.condition, rules, callStackDepth);
    case "call":
      return instruction.target === undefined ? [] : assertionsOfContract(instruction.target, rules, callStackDepth);
    case "call-register": {
      const { register } = instruction;
      return [typed(register, "number"), { kind: "function-constraint", register }];
    }
    case "increment-loop-counter":
      return [{ kind: "bounded-loop-count", loop: instruction.loop }];
    case "undefined":
    case "load-map":
    case "load-map-address":
    case "load-address":
    case "call-local":
      return [];
  }
}
