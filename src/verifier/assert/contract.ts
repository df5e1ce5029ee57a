import {
  type Assertion,
  immediateOperand,
  type Register,
  type ResolvedCall,
  registerOperand,
  type SingleArgument,
} from "../ir/index.ts";
import { type AssertionRules, contextPointer, typed, validAccess } from "./constraint.ts";

const BYTES_OF_INT = 4;
const BYTES_OF_LONG = 8;
const ARGUMENTS = 5;

function writable(register: Register, depth: number, width: number): Assertion[] {
  return [typed(register, "mem"), validAccess(depth, register, "write", immediateOperand(width))];
}

function single(
  argument: SingleArgument,
  map: Register | undefined,
  rules: AssertionRules,
  depth: number,
): readonly Assertion[] {
  const { register } = argument;
  switch (argument.kind) {
    case "anything":
      return rules.isPrivileged ? [] : [typed(register, "number")];
    case "map":
      return [typed(register, "map_fd")];
    case "map-of-programs":
      return [typed(register, "map_fd_programs")];
    case "map-key":
    case "map-value": {
      const isKey = argument.kind === "map-key";
      // Without a map argument before it (bpf_kptr_xchg) the original takes r0 for the map.
      return [typed(register, "mem"), { kind: "valid-map-key-value", access: register, map: map ?? 0, isKey }];
    }
    case "stack":
      return [typed(register, argument.orNull ? "stack_or_num" : "stack")];
    case "func":
      return [typed(register, "func"), { kind: "valid-callback-target", register }];
    case "ctx":
      return contextPointer(register, argument.orNull);
    case "socket":
      return [typed(register, "socket")];
    case "btf-id":
      return [typed(register, "btf_id")];
    case "alloc-mem":
      return [typed(register, "alloc_mem")];
    case "spin-lock":
    case "timer":
      return [typed(register, "mem")];
    case "size-or-zero":
      return [typed(register, "number"), { kind: "valid-size", register, canBeZero: true }];
    case "writable-long":
      return writable(register, depth, BYTES_OF_LONG);
    case "writable-int":
      return writable(register, depth, BYTES_OF_INT);
  }
}

/** What a callee's contract asks of the registers before the call. */
export function assertionsOfContract(call: ResolvedCall, rules: AssertionRules, depth: number): Assertion[] {
  const { contract } = call;
  const assertions: Assertion[] = [];
  let map: Register | undefined;
  for (const argument of contract.singles) {
    if (argument.kind === "map") map = argument.register;
    assertions.push(...single(argument, map, rules, depth));
  }
  if (map !== undefined && contract.allowedMapTypes !== undefined) {
    assertions.push({ kind: "valid-map-type", map, allowed: contract.allowedMapTypes, helper: call.name });
  }
  for (const { memory, size, kind, orNull, canBeZero } of contract.pairs) {
    assertions.push(
      typed(size, "number"),
      { kind: "valid-size", register: size, canBeZero },
      typed(memory, orNull ? "mem_or_num" : "mem"),
      validAccess(depth, memory, kind === "readable" ? "read" : "write", registerOperand(size), 0, orNull),
    );
  }
  for (let register = 1; register <= ARGUMENTS; register++) {
    if ((contract.zeroArguments & (1 << (register - 1))) === 0) continue;
    assertions.push(typed(register, "number"), { kind: "valid-argument-zero", register });
  }
  return assertions;
}
