import type { Work } from "../../turns/index.ts";
import type { State } from "../domain/index.ts";
import { AnalysisAborted } from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import { type BinaryOperation, type IrInstruction, type Memory, RETURN_VALUE, T_FUNC, T_NUMBER } from "../ir/index.ts";
import { addConstant } from "./arithmetic.ts";
import { assume } from "./assume.ts";
import { atomic } from "./atomic.ts";
import { binary } from "./binary.ts";
import { call, callRegister, scratchArguments } from "./call.ts";
import { enterFrame, leaveFrame } from "./frame.ts";
import { load } from "./load.ts";
import { loadMap, loadMapAddress, retype } from "./map-load.ts";
import { store } from "./store.ts";
import { unary } from "./unary.ts";

const SIGN_EXTENSION: ReadonlyMap<number, BinaryOperation> = new Map([
  [1, "movsx8"],
  [2, "movsx16"],
  [4, "movsx32"],
]);

/**
 * Changes what is known before an instruction to what is known behind it.
 *
 * @throws AnalysisAborted where the original ends with an exception.
 */
export function* transfer(state: State, instruction: IrInstruction, environment: Environment): Work<void> {
  if (state.isBottom()) return;
  const work = execute(state, instruction, environment);
  if (work !== undefined) yield* work;
  if (state.isBottom() && instruction.kind !== "assume") throw new AnalysisAborted("an instruction leads nowhere");
}

/** What may take long is left to be done; the rest is done. */
function execute(state: State, instruction: IrInstruction, environment: Environment): Work<void> | undefined {
  switch (instruction.kind) {
    case "undefined":
    case "jump":
      break;
    case "binary":
      return binary(state, instruction, environment);
    case "unary":
      unary(state, instruction, environment);
      break;
    case "load-map":
      loadMap(state, instruction.dst, instruction.fd, false, environment);
      break;
    case "load-map-address":
      loadMapAddress(state, instruction.dst, instruction.fd, instruction.offset, environment);
      break;
    case "load-address":
      loadCodeAddress(state, instruction.dst, instruction.imm, instruction.high, environment);
      break;
    case "call":
      return call(state, instruction, environment);
    case "call-register":
      return callRegister(state, instruction, environment);
    case "call-local":
      enterFrame(state, instruction.frame, environment);
      break;
    case "exit":
      leaveFrame(state, instruction.frame, environment);
      break;
    case "memory":
      return memory(state, instruction, environment);
    case "packet":
      packet(state);
      break;
    case "atomic":
      return atomic(state, instruction, environment);
    case "assume":
      return assume(state, instruction.condition, environment);
    case "increment-loop-counter":
      addConstant(state.values, state.space.counter(instruction.loop), 1);
      break;
  }
  return undefined;
}

function* memory(state: State, { access, operand, isLoad, isSigned }: Memory, environment: Environment): Work<void> {
  if (!isLoad || operand.kind === "immediate") {
    yield* store(state, access, operand, environment);
    return;
  }
  yield* load(state, access, operand.register, isSigned, environment);
  const operation = isSigned ? SIGN_EXTENSION.get(access.width) : undefined;
  if (operation === undefined) return;
  yield* binary(
    state,
    { kind: "binary", operation, dst: operand.register, operand, is64: true, wide: false },
    environment,
  );
}

/** A function of the program as a value: the callback of a helper. */
function loadCodeAddress(state: State, register: number, low: number, high: number, environment: Environment): void {
  retype(state, register, T_FUNC, environment);
  const address = BigInt.asUintN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  const value = address <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(address) : address;
  state.values.assignConstant(state.location(register).views.unsigned, value);
  state.havocOffsets(register);
}

/** Legacy packet loads are calls. */
function packet(state: State): void {
  state.havocNumbers(RETURN_VALUE);
  state.assignType(RETURN_VALUE, T_NUMBER);
  scratchArguments(state);
}
