import { add, type Integer, STACK_OFFSET, type State, subtract } from "../domain/index.ts";
import { type Access, type IrInstruction, type Operand, type Register, T_STACK } from "../ir/index.ts";

const FRAME_POINTER = 10;
const RESULT = 0;
const ARGUMENTS: readonly Register[] = [1, 2, 3, 4, 5];
const SAVED: readonly Register[] = [6, 7, 8, 9];

/** Registers and stack bytes that an instruction looks at and changes; the bytes by the offset of an access's first. */
export interface Dependencies {
  readonly reads: readonly Register[];
  readonly writes: readonly Register[];
  /** Registers that hold nothing afterwards. */
  readonly clobbers: readonly Register[];
  readonly readsStack: readonly Integer[];
  readonly writesStack: readonly Integer[];
}

const NOTHING: Dependencies = { reads: [], writes: [], clobbers: [], readsStack: [], writesStack: [] };

const registerIn = (operand: Operand): Register[] => (operand.kind === "register" ? [operand.register] : []);

/** Where an access meets the stack, counted from the frame's top, as far as the verifier knows it. */
function stackOffset({ base, offset }: Access, before: State | undefined, stackTop: number): Integer[] {
  if (base === FRAME_POINTER) return [offset];
  if (before === undefined || before.typeOf(base) !== T_STACK) return [];
  const at = before.intervalOf(base, STACK_OFFSET).constant;
  return at === undefined ? [] : [add(offset, subtract(at, stackTop))];
}

/** What an instruction depends on; `before` is what is known before it, `stackTop` the offset of the frame pointer. */
export function dependenciesOf(instruction: IrInstruction, before: State | undefined, stackTop: number): Dependencies {
  switch (instruction.kind) {
    case "binary": {
      const { dst, operand, operation } = instruction;
      const own = operation.startsWith("mov") ? [] : [dst];
      return { ...NOTHING, reads: [...own, ...registerIn(operand)], writes: [dst] };
    }
    case "unary":
      return { ...NOTHING, reads: [instruction.dst], writes: [instruction.dst] };
    case "load-map":
    case "load-map-address":
      return { ...NOTHING, writes: [instruction.dst] };
    case "memory": {
      const { access, operand, isLoad } = instruction;
      const bytes = stackOffset(access, before, stackTop);
      if (isLoad) return { ...NOTHING, reads: [access.base], writes: registerIn(operand), readsStack: bytes };
      return { ...NOTHING, reads: [access.base, ...registerIn(operand)], writesStack: bytes };
    }
    case "atomic": {
      const { access, value, fetch } = instruction;
      const bytes = stackOffset(access, before, stackTop);
      const writes = fetch ? [value] : [];
      return { ...NOTHING, reads: [access.base, value], writes, readsStack: bytes, writesStack: bytes };
    }
    case "call":
      return { ...NOTHING, reads: ARGUMENTS, writes: [RESULT], clobbers: ARGUMENTS };
    case "call-local":
      return {
        ...NOTHING,
        reads: [...ARGUMENTS, FRAME_POINTER],
        writes: [RESULT, FRAME_POINTER],
        clobbers: ARGUMENTS,
      };
    case "call-register":
      return { ...NOTHING, reads: [instruction.register, ...ARGUMENTS], writes: [RESULT], clobbers: ARGUMENTS };
    case "exit":
      return { ...NOTHING, reads: [RESULT], writes: instruction.frame === "" ? [] : [...SAVED, FRAME_POINTER] };
    case "jump":
    case "assume": {
      const { condition } = instruction;
      if (condition === undefined) return NOTHING;
      return { ...NOTHING, reads: [condition.left, ...registerIn(condition.right)] };
    }
    case "packet":
      return {
        ...NOTHING,
        reads: instruction.index === undefined ? [] : [instruction.index],
        writes: [RESULT],
        clobbers: ARGUMENTS,
      };
    // The original looks neither at counters nor at addresses of functions.
    case "undefined":
    case "load-address":
    case "increment-loop-counter":
      return NOTHING;
  }
}
