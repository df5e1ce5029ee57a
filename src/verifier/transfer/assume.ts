import type { Work } from "../../turns/index.ts";
import {
  ALWAYS,
  atMost,
  below,
  type Constraint,
  equal,
  KINDS_OF_TYPE,
  type State,
  unequal,
  type Variable,
} from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import type { ComparisonOperation, Condition } from "../ir/index.ts";
import { T_NUMBER } from "../ir/index.ts";
import { comparedWithConstant, comparedWithRegister } from "./comparison.ts";

/** Offsets in one region compare like the addresses; the signed operations are read as unsigned ones. */
function comparedOffsets(operation: ComparisonOperation, a: Variable, b: Variable): Constraint {
  switch (operation) {
    case "eq":
      return equal(a, b);
    case "ne":
      return unequal(a, b);
    case "ge":
    case "sge":
      return atMost(b, a);
    case "le":
    case "sle":
      return atMost(a, b);
    case "gt":
    case "sgt":
      return below(b, a);
    case "lt":
    case "slt":
      return below(a, b);
    default:
      return ALWAYS;
  }
}

/** Keeps the cases in which a condition holds; bottom if there are none. */
export function* assume(state: State, condition: Condition, { dialect }: Environment): Work<void> {
  const { left, right, operation } = condition;
  const { views } = state.location(left);
  if (right.kind === "immediate") {
    state.values.addAll(comparedWithConstant(state.zone, condition, views, right.value, dialect));
    return;
  }
  const source = state.location(right.register);
  if (state.haveSameType(left, right.register)) {
    yield* state.forEachType(left, (branch, type) => {
      const kind = KINDS_OF_TYPE[type]?.[0];
      if (type === T_NUMBER) {
        branch.values.addAll(comparedWithRegister(branch.zone, condition, views, source.views, dialect));
      } else if (kind !== undefined) {
        branch.values.add(comparedOffsets(operation, state.location(left).variable(kind), source.variable(kind)));
      }
    });
  } else if (state.isNumber(right.register)) {
    state.values.addAll(comparedWithRegister(state.zone, condition, views, source.views, dialect));
  } else {
    state.setBottom();
  }
}
