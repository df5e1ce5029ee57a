import { type Assertion, LOOP_LIMIT, type ValidAccess } from "./assertion.ts";
import type { Operand, Register } from "./operand.ts";
import { typeGroupText } from "./type-names.ts";
import { isSingleton, TYPE_GROUPS, type TypeGroup } from "./type-set.ts";

export function operandText(operand: Operand): string {
  return operand.kind === "register" ? `r${operand.register}` : `${operand.value}`;
}

function typeConstraintText(register: Register, group: TypeGroup): string {
  return `r${register}.type ${isSingleton(TYPE_GROUPS[group]) ? "==" : "in"} ${typeGroupText(group)}`;
}

function accessText(assertion: ValidAccess): string {
  const { register, offset, width } = assertion;
  const orNull = assertion.orNull ? `(${typeConstraintText(register, "number")} and r${register}.value == 0) or ` : "";
  const offsetText = offset === 0 ? "" : offset > 0 ? `+${offset}` : `${offset}`;
  const isComparison = width.kind === "immediate" && width.value === 0;
  const rest = isComparison
    ? ") for comparison/subtraction"
    : `, width=${operandText(width)}) for ${assertion.mode === "read" ? "read" : "write"}`;
  return `${orNull}valid_access(r${register}.offset${offsetText}${rest}`;
}

/**
 * An assertion as verification reports write it: what people paste into a search box. `narrowDivisorAsRegister` (D22)
 * writes the divisor of a 32-bit division as `r1`, not `w1`.
 */
export function printAssertion(assertion: Assertion, narrowDivisorAsRegister = false): string {
  switch (assertion.kind) {
    case "comparable": {
      const orNumber = assertion.orRightIsNumber ? `${typeConstraintText(assertion.right, "number")} or ` : "";
      const group = typeGroupText("singleton_ptr");
      return `${orNumber}r${assertion.left}.type == r${assertion.right}.type in ${group}`;
    }
    case "addable":
      return `${typeConstraintText(assertion.pointer, "pointer")} -> ${typeConstraintText(assertion.number, "number")}`;
    case "valid-divisor":
      return `${assertion.is64 || narrowDivisorAsRegister ? "r" : "w"}${assertion.register} != 0`;
    case "valid-access":
      return accessText(assertion);
    case "valid-store":
      return `r${assertion.memory}.type != stack -> ${typeConstraintText(assertion.value, "number")}`;
    case "valid-size":
      return `r${assertion.register}.value ${assertion.canBeZero ? ">=" : ">"} 0`;
    case "valid-map-key-value":
      return `within(r${assertion.access}:${assertion.isKey ? "key_size" : "value_size"}(r${assertion.map}))`;
    case "valid-callback-target":
      return `valid_callback_target(r${assertion.register})`;
    case "type-constraint":
      return typeConstraintText(assertion.register, assertion.types);
    case "function-constraint":
      return `r${assertion.register}.type is helper`;
    case "zero-context-offset":
      return `r${assertion.register}.ctx_offset == 0`;
    case "bounded-loop-count":
      return `pc[${assertion.loop}] < ${LOOP_LIMIT}`;
    case "valid-argument-zero":
      return `r${assertion.register} == 0`;
    case "valid-map-type":
      return `valid_map_type(r${assertion.map}, ${assertion.helper})`;
  }
}
