import { ALL_TYPES, T_MAP_FD, T_NUMBER, T_UNINIT, type TypeConstraint } from "../ir/index.ts";
import { type Circumstances, typeWords } from "./circumstances.ts";
import { type Explanation, explain } from "./explanation.ts";

const MAYBE_UNWRITTEN = 1 << T_UNINIT;
const NULL_OR_POINTER = 1 << T_NUMBER;

function isUnwritten(types: number): boolean {
  return types === ALL_TYPES || (types & MAYBE_UNWRITTEN) !== 0;
}

function returnValue(types: number): Explanation {
  if (isUnwritten(types)) {
    const advice = "return a number on every path: some way to this exit never sets r0";
    return explain("initialization", "the program ends without a return value", advice);
  }
  return explain(
    "leak",
    "the program returns a pointer",
    "return a number: a pointer would tell the kernel's addresses",
  );
}

function unwritten(register: number): Explanation {
  const isArgument = register >= 1 && register <= 5;
  const advice = isArgument
    ? `set r${register} on every path before this, and remember that every call forgets r1 to r5`
    : `set r${register} on every path before this, and initialise the variable that it holds`;
  return explain("initialization", `r${register} is used, but may never have been written`, advice);
}

function wantedPointer(register: number, types: number): Explanation {
  if (types === 1 << T_MAP_FD) {
    const advice = "look a value up with bpf_map_lookup_elem: a map's own memory cannot be read";
    return explain("map", `r${register} is a map, and is used as an address`, advice);
  }
  const isPointerToo = (types & ~NULL_OR_POINTER) !== 0;
  if (types === NULL_OR_POINTER) {
    const advice =
      "keep the pointer in a register or on the stack whole: arithmetic on 32 bits and values loaded from the context's " +
      "scalar fields or from map values are numbers to the verifier";
    return explain("type", `r${register} is used as an address, but it is a number`, advice);
  }
  const advice = isPointerToo
    ? "make sure that every path to this place leaves a pointer of one kind in it"
    : undefined;
  return explain("type", `r${register} cannot be used as an address here`, advice);
}

function wantedNumber(register: number, instruction: Circumstances["instruction"]): Explanation {
  if (instruction.kind === "call") {
    const name = instruction.target?.name ?? "this function";
    return explain(
      "leak",
      `r${register} must be a number for ${name}, but it may be a pointer`,
      "pass a number instead",
    );
  }
  if (instruction.kind === "memory") {
    const advice = "store numbers only, or keep the pointer on the stack";
    return explain("leak", `r${register} may be a pointer, and memory that others can read must not hold one`, advice);
  }
  if (instruction.kind === "jump") {
    const advice = "compare pointers only with 0 or with pointers of the same kind";
    return explain("type", `r${register} may be a pointer, and is compared with a number`, advice);
  }
  const advice = "the only arithmetic on pointers is adding or subtracting numbers, in 64 bits";
  return explain("arithmetic", `r${register} may be a pointer, and this arithmetic is for numbers`, advice);
}

/** `Invalid type (…)`: a register does not hold what the instruction needs. */
export function explainType(assertion: TypeConstraint, circumstances: Circumstances): Explanation {
  const { register, types: wanted } = assertion;
  const { instruction, state } = circumstances;
  const types = state?.typesOf(register) ?? 0;
  if (instruction.kind === "exit") return returnValue(types);
  if (isUnwritten(types)) return unwritten(register);
  switch (wanted) {
    case "number":
      return wantedNumber(register, instruction);
    case "map_fd":
      return explain("map", `r${register} must be a map`, "pass the address of a map that is declared in the object");
    case "map_fd_programs": {
      const advice = "pass a program array, declared in the object";
      return explain("map", `r${register} must be a map of programs`, advice);
    }
    case "ctx":
    case "ctx_or_num":
      return explain(
        "context",
        `r${register} must be the context`,
        "pass the pointer that the program was called with",
      );
    case "mem":
    case "mem_or_num": {
      const advice = "pass the address of a variable on the stack, of packet data or of a map value";
      return explain("type", `r${register} must point to memory`, advice);
    }
    case "func":
      return explain("call", `r${register} must be a function's address`, "pass a function of this program");
    case "dereferenceable":
    case "region_pointer":
    case "pointer":
    case "ptr_or_num":
      return wantedPointer(register, types);
    default:
      return explain("type", `r${register} must be something that ${typeWords(wanted)}`, undefined);
  }
}
