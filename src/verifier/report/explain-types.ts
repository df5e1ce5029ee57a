import { SVALUE } from "../domain/index.ts";
import {
  isUnwritten,
  type Register,
  T_CTX,
  T_MAP_FD,
  T_NUMBER,
  type TypeConstraint,
  type TypeSet,
} from "../ir/index.ts";
import { type Circumstances, nameOf, typeWords } from "./circumstances.ts";
import { dataWords } from "./data-words.ts";
import { unwritten } from "./explain-unwritten.ts";
import { CALL_DIRECTLY, type Explanation, explain } from "./explanation.ts";

const NUMBER = 1 << T_NUMBER;
const NULL_OR_POINTER = NUMBER;

function returnValue(types: TypeSet): Explanation {
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

/** The path says that it is null: a number, and 0. */
function isNull(register: Register, { state }: Circumstances): boolean {
  return state?.intervalOf(register, SVALUE).constant === 0;
}

function wantedPointer(register: Register, types: TypeSet, circumstances: Circumstances): Explanation {
  const { instruction, lookup } = circumstances;
  const name = nameOf(register, instruction);
  if (types === 1 << T_MAP_FD) {
    const advice = "look a value up with bpf_map_lookup_elem: a map's own memory cannot be read";
    return explain("map", `${name} is a map, and is used as an address`, advice);
  }
  if (types === NULL_OR_POINTER && isNull(register, circumstances)) {
    const after = lookup === undefined ? "" : ` that ${lookup} found nothing`;
    const advice = `use r${register} only where it is not 0: the way there shows${after === "" ? " how it comes to be 0" : after}`;
    return explain("null", `${name} is null here, and is used as an address`, advice);
  }
  if (types === NULL_OR_POINTER) {
    const advice =
      "keep the pointer in a register or on the stack whole: arithmetic on 32 bits and values loaded from the context's " +
      "scalar fields or from map values are numbers to the verifier";
    return explain("type", `${name} is used as an address, but it is a number`, advice);
  }
  const isPointerToo = (types & ~NULL_OR_POINTER) !== 0;
  const advice = isPointerToo
    ? `leave a pointer of one kind in r${register} on every way to this place: use it where it is set, before ways meet`
    : "use pointers to the context, the stack, the packet or a map value only";
  return explain("type", `${name} cannot be used as an address here`, advice);
}

/** The argument whose size a register gives, in a call. */
function sizedBy(register: Register, { instruction }: Circumstances): Register | undefined {
  if (instruction.kind !== "call") return undefined;
  return instruction.target?.contract.pairs.find(({ size }) => size === register)?.memory;
}

function wantedNumber(register: Register, circumstances: Circumstances): Explanation {
  const { instruction } = circumstances;
  const name = nameOf(register, instruction);
  switch (instruction.kind) {
    case "call": {
      const memory = sizedBy(register, circumstances);
      const advice =
        memory === undefined
          ? "pass a number: a pointer would tell others the kernel's addresses"
          : `pass the size of what argument ${memory} points to, as in sizeof(it): look whether the arguments are in order`;
      return explain("leak", `${name} must be a number, but it may be a pointer`, advice);
    }
    case "memory": {
      const advice = "store numbers only, or keep the pointer on the stack";
      return explain("leak", `${name} may be a pointer, and memory that others can read must not hold one`, advice);
    }
    case "jump": {
      const advice = "compare pointers only with 0 or with pointers of the same kind";
      return explain("type", `${name} may be a pointer, and is compared with a number`, advice);
    }
    case "binary":
    case "unary": {
      if (!instruction.is64) {
        const advice =
          "keep pointers in 64-bit variables (a pointer type, or uint64_t): 32 bits of one are not a pointer";
        return explain("arithmetic", `${name} may be a pointer, and only 32 bits of it are used`, advice);
      }
      const advice = "the only arithmetic on pointers is adding or subtracting numbers, in 64 bits";
      return explain("arithmetic", `${name} may be a pointer, and this arithmetic is for numbers`, advice);
    }
    default:
      return explain("type", `${name} must be a number, but it may be a pointer`, "use a number here");
  }
}

/** `Invalid type (…)`: a register does not hold what the instruction needs. */
export function explainType(assertion: TypeConstraint, circumstances: Circumstances): Explanation {
  const { register, types: wanted } = assertion;
  const { instruction, state, environment } = circumstances;
  const types = state?.typesOf(register) ?? 0;
  if (instruction.kind === "exit") return returnValue(types);
  if (isUnwritten(types)) return unwritten(register, circumstances);
  const name = nameOf(register, instruction);
  switch (wanted) {
    case "number":
      return wantedNumber(register, circumstances);
    case "map_fd": {
      const advice = "pass the address of a map that is declared in the object, as in &my_map";
      const unnamed =
        "; where that is what it does, declare the map without `static`: loaders find maps by their names";
      return explain("map", `${name} must be a map`, types === NUMBER ? advice + unnamed : advice);
    }
    case "map_fd_programs": {
      const advice = "pass a map of type BPF_MAP_TYPE_PROG_ARRAY";
      return explain("map", `${name} must be a map of programs`, advice);
    }
    case "ctx":
    case "ctx_or_num":
      return explain("context", `${name} must be the context`, "pass the pointer that the program was called with");
    case "mem":
    case "mem_or_num": {
      const { noun } = dataWords(environment.context);
      if (types === 1 << T_CTX) {
        const advice =
          "copy the fields that are to be read to a variable, and pass the variable's address; write the context's fields " +
          "one by one";
        return explain("type", `${name} points to the context, which helpers do not take for memory`, advice);
      }
      const advice = `pass the address of a variable on the stack, of ${noun} data or of a map value`;
      return explain("type", `${name} must point to memory`, advice);
    }
    case "func":
      return explain(
        "call",
        `${name} must be a function's address`,
        types === NUMBER ? CALL_DIRECTLY : "pass a function of this program",
      );
    case "dereferenceable":
    case "region_pointer":
    case "pointer":
    case "ptr_or_num":
      return wantedPointer(register, types, circumstances);
    default:
      return explain(
        "type",
        `${name} must be something that ${typeWords(wanted)}`,
        `pass in r${register} what the helper's prototype says, as the result of the helper that gives one`,
      );
  }
}
