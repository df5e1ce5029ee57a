import {
  atMost,
  below,
  CTX_OFFSET,
  equal,
  isInt32,
  Linear,
  type State,
  SVALUE,
  UVALUE,
  unequal,
} from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import {
  type Addable,
  ALL_TYPES,
  type Assertion,
  type Comparable,
  type FunctionConstraint,
  immediateOperand,
  LOOP_LIMIT,
  type Register,
  T_NUMBER,
  T_STACK,
  TYPE_GROUPS,
  type ValidCallbackTarget,
  type ValidDivisor,
  type ValidStore,
  type ZeroContextOffset,
} from "../ir/index.ts";
import { calledHelper } from "../transfer/index.ts";
import { checkAccess, type Verdict } from "./access.ts";
import { checkKeyValue, checkMapType } from "./map-access.ts";

/** An assertion that a state does not guarantee. */
export interface Failure {
  /** PREVAIL's words, without the assertion's. */
  readonly message: string;
  /** Differs from the one that was checked for `callx`, which stands for those of the helper. */
  readonly assertion: Assertion;
}

const ZERO = Linear.constant(0);
const NUMBER = 1 << T_NUMBER;

/** Says why `assertion` may not hold in `state`; undefined if it certainly does, or if the state is bottom. */
export function check(state: State, assertion: Assertion, environment: Environment): Failure | undefined {
  if (state.isBottom()) return undefined;
  if (assertion.kind === "function-constraint") return checkFunction(state, assertion, environment);
  const message = judge(state, assertion, environment);
  return message === undefined ? undefined : { message, assertion };
}

function judge(state: State, assertion: Exclude<Assertion, FunctionConstraint>, environment: Environment): Verdict {
  const { zone } = state;
  switch (assertion.kind) {
    case "comparable":
      return checkComparable(state, assertion, environment);
    case "addable":
      return checkAddable(state, assertion);
    case "valid-divisor":
      return checkDivisor(state, assertion, environment);
    case "valid-access":
      return checkAccess(state, assertion, environment);
    case "valid-store":
      return checkStore(state, assertion);
    case "valid-size": {
      const size = state.variable(assertion.register, SVALUE);
      return unless(zone.entails(assertion.canBeZero ? atMost(ZERO, size) : below(ZERO, size)), "Invalid size");
    }
    case "valid-map-key-value":
      return checkKeyValue(state, assertion, environment);
    case "valid-map-type":
      return checkMapType(state, assertion, environment);
    case "valid-callback-target":
      return checkCallback(state, assertion, environment);
    case "type-constraint":
      return unless(state.isInGroup(assertion.register, TYPE_GROUPS[assertion.types]), "Invalid type");
    case "zero-context-offset":
      return checkContextOffset(state, assertion);
    case "bounded-loop-count": {
      const counter = state.space.counter(assertion.loop);
      return unless(zone.entails(atMost(counter, Linear.constant(LOOP_LIMIT))), "Loop counter is too large");
    }
    case "valid-argument-zero":
      return unless(zone.entails(equal(state.variable(assertion.register, SVALUE), ZERO)), "Argument must be zero");
  }
}

function unless(condition: boolean, message: string): Verdict {
  return condition ? undefined : message;
}

function checkComparable(state: State, { left, right }: Comparable, environment: Environment): Verdict {
  if (!state.haveSameType(left, right)) {
    return unless(state.isNumber(right), "Cannot subtract pointers to different regions");
  }
  const types = state.typesGiven(right, ALL_TYPES & ~NUMBER, left) ?? 0;
  const isSingle = (types & ~TYPE_GROUPS.singleton_ptr) === 0 || (types & ~TYPE_GROUPS.map_fd) === 0;
  if (!isSingle) return "Cannot subtract pointers to non-singleton regions";
  return checkInBounds(state, left, environment) ?? checkInBounds(state, right, environment);
}

/** To compare or subtract, pointers have to be inside their regions: nothing wraps around then. */
function checkInBounds(state: State, register: Register, environment: Environment): Verdict {
  const access = {
    kind: "valid-access",
    callStackDepth: environment.options.maxCallStackFrames,
    register,
    offset: 0,
    width: immediateOperand(0),
    orNull: false,
    mode: "compare",
  } as const;
  return checkAccess(state, access, environment);
}

function checkAddable(state: State, { pointer, number }: Addable): Verdict {
  const types = state.typesGiven(pointer, TYPE_GROUPS.pointer, number) ?? 0;
  return unless((types & ~NUMBER) === 0, "Only numbers can be added to pointers");
}

function checkStore(state: State, { memory, value }: ValidStore): Verdict {
  const types = state.typesGiven(memory, ALL_TYPES & ~(1 << T_STACK), value) ?? 0;
  return unless((types & ~NUMBER) === 0, "Only numbers can be stored to externally-visible regions");
}

function checkDivisor(state: State, { register, isSigned, is64 }: ValidDivisor, environment: Environment): Verdict {
  if ((state.typesOf(register) & TYPE_GROUPS.pointer) !== 0) return "Only numbers can be used as divisors";
  const { options, dialect } = environment;
  if (options.allowDivisionByZero) return undefined;
  const { zone } = state;
  const { signed, unsigned } = state.location(register).views;
  if (is64 || dialect.narrowDivisorChecked64) {
    return unless(zone.entails(unequal(isSigned ? signed : unsigned, ZERO)), "Possible division by zero");
  }
  const mayBeZero =
    zone.interval(unsigned).zeroExtend(32).contains(0) && zone.interval(signed).signExtend(32).contains(0);
  return unless(!mayBeZero, "Possible division by zero");
}

function checkContextOffset(state: State, { register, orNull }: ZeroContextOffset): Verdict {
  const { zone } = state;
  if (orNull && state.isNumber(register) && zone.entails(equal(state.variable(register, UVALUE), ZERO)))
    return undefined;
  return unless(zone.entails(equal(state.variable(register, CTX_OFFSET), ZERO)), "Nonzero context offset");
}

function checkCallback(state: State, { register }: ValidCallbackTarget, environment: Environment): Verdict {
  const target = state.intervalOf(register, UVALUE).constant;
  if (target === undefined || !isInt32(target)) return "callback function pointer must be a singleton code address";
  if (!environment.callbackTargets.has(target)) {
    return "callback function pointer does not reference a valid callback entry";
  }
  return unless(environment.callbackTargetsWithExit.has(target), "callback function does not have a reachable exit");
}

/** Everything that the helper whose number the register holds asks of its arguments. */
function checkFunction(state: State, assertion: FunctionConstraint, environment: Environment): Failure | undefined {
  const id = calledHelper(state, assertion.register, environment);
  if (id === undefined) return { message: "callx helper function id is not a valid singleton", assertion };
  if (!environment.isHelperUsable(id)) return { message: `invalid helper function id ${id}`, assertion };
  for (const inner of environment.assertionsOfCall({ kind: "call", callee: "helper", id, module: 0 })) {
    const failure = check(state, inner, environment);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
