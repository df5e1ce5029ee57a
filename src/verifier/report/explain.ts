import {
  isBounded,
  MAP_FD,
  SHARED_OFFSET,
  SHARED_REGION_SIZE,
  STACK_OFFSET,
  SVALUE,
  subtract,
} from "../domain/index.ts";
import { type Integer, T_SHARED, T_STACK, type ValidMapKeyValue } from "../ir/index.ts";
import { holesText } from "./accessed-range.ts";
import { type Circumstances, nameOf } from "./circumstances.ts";
import { dataWords } from "./data-words.ts";
import { explainAccess } from "./explain-access.ts";
import { explainType } from "./explain-types.ts";
import { type Explanation, explain } from "./explanation.ts";

/** A key or value on the stack with bytes that are no number; the message has the range: `[4080-4088)`. */
function notWritten({ access, isKey }: ValidMapKeyValue, { message, state }: Circumstances): Explanation {
  const what = isKey ? "key" : "value";
  const [, start, end] = /\[(\d+)-(\d+)\)/.exec(message) ?? [];
  const isConstant = state?.intervalOf(access, STACK_OFFSET).constant !== undefined;
  const holes = state && isConstant && end !== undefined ? holesText(state, Number(start), Number(end)) : undefined;
  if (holes?.endsWith("pointer") === true) {
    const advice =
      "store numbers only: what is in a map can be read by others, and a pointer tells the kernel's addresses";
    return explain("leak", `the ${what} that r${access} points to holds a pointer: ${holes}`, advice);
  }
  const reason = `the ${what} that r${access} points to is not written everywhere`;
  return explain(
    "initialization",
    holes === undefined ? reason : `${reason}: ${holes}`,
    `initialise all of the ${what}, padding included, before its members are set: memset(&${what}, 0, sizeof(${what}))`,
  );
}

/** Bytes of the key or value of the map that a call names, where it is one map. */
function sizeOf({ map, isKey }: ValidMapKeyValue, { state, environment }: Circumstances): number | undefined {
  const fd = state?.intervalOf(map, MAP_FD).constant;
  const described = fd === undefined ? undefined : environment.map(Number(fd));
  return isKey ? described?.keySize : described?.valueSize;
}

function mapKeyOrValue(assertion: ValidMapKeyValue, circumstances: Circumstances): Explanation {
  const { message, instruction, environment } = circumstances;
  const { access, isKey } = assertion;
  const { noun, end } = dataWords(environment.context);
  const what = isKey ? "key" : "value";
  const name = nameOf(access, instruction);
  if (/non-numerical/.test(message)) return notWritten(assertion, circumstances);
  if (/not singleton/.test(message)) {
    const advice =
      'use one map in each call: call the helper separately on each path, with asm volatile("") behind one of the calls, as ' +
      "compilers make one of two";
    return explain("map", `which map is used depends on the path, and their ${what}s differ in size`, advice);
  }
  if (/^Array index/.test(message)) {
    const advice = "compare the index with the number of entries first";
    return explain("map", "the index may be outside of the array", advice);
  }
  if (/^Only stack, packet, or shared/.test(message)) {
    const advice = `copy the ${what} to the stack and pass its address`;
    return explain("type", `${name} must point to the ${what} in the stack, the ${noun} or a map value`, advice);
  }
  if (/^Possible null access/.test(message)) {
    return explain("null", `${name} may be null here`, `compare r${access} with 0 first, and leave if it is 0`);
  }
  const bytes = sizeOf(assertion, circumstances);
  const large = bytes === undefined ? `as large as the map's ${what}` : `${bytes} bytes large, as the map's ${what} is`;
  const all = bytes === undefined ? "the whole size" : `all ${bytes} bytes`;
  const advice = `pass the address of a variable that is ${large}; of ${noun} data compare ${all} with ${end} first`;
  return explain("bounds", `the map's ${what} is larger than what ${name} is known to point to`, advice);
}

function callback(message: string, register: number): Explanation {
  const advice = "pass the address of a function of this program that ends with a return";
  return explain("call", `r${register} is not a function that can be called back: ${message}`, advice);
}

/** Bytes of memory that there are for the size in a register, where its call passes both and that is known. */
function roomFor(size: number, { instruction, state, environment }: Circumstances): Integer | undefined {
  if (instruction.kind !== "call" || state === undefined) return undefined;
  const pair = instruction.target?.contract.pairs.find((each) => each.size === size);
  if (pair === undefined) return undefined;
  const stack = state.intervalOf(pair.memory, STACK_OFFSET).upper;
  const isStack = state.typesOf(pair.memory) === 1 << T_STACK;
  if (isStack && isBounded(stack)) return subtract(environment.options.totalStackSize, stack);
  const start = state.intervalOf(pair.memory, SHARED_OFFSET).upper;
  const end = state.intervalOf(pair.memory, SHARED_REGION_SIZE).lower;
  const isValue = state.typesOf(pair.memory) === 1 << T_SHARED;
  return isValue && isBounded(start) && isBounded(end) ? subtract(end, start) : undefined;
}

const INT_MIN = -0x8000_0000;
const INT_MAX = 0x7fff_ffff;

/** A number of 32 bits with its sign, and nothing else known of it: compilers widen behind checks. */
function isWidened(register: number, { state }: Circumstances): boolean {
  const range = state?.intervalOf(register, SVALUE);
  return range?.lower === INT_MIN && range.upper === INT_MAX;
}

function wrongSizes(canBeZero: boolean, register: number, { state }: Circumstances): string {
  if (canBeZero) return "negative";
  const lower = state?.intervalOf(register, SVALUE).lower;
  return lower === 0 ? "0" : "0 or negative";
}

/** What an assertion that may fail means for people, by its kind and by what was said about it. */
export function explainFailure(circumstances: Circumstances): Explanation {
  const { assertion, message } = circumstances;
  switch (assertion.kind) {
    case "type-constraint":
      return explainType(assertion, circumstances);
    case "valid-access":
      return explainAccess(assertion, circumstances);
    case "valid-map-key-value":
      return mapKeyOrValue(assertion, circumstances);
    case "valid-divisor": {
      const reason = `r${assertion.register} may be 0, and is divided by`;
      return /divisors/.test(message)
        ? explain("division", `r${assertion.register} may be a pointer, and is divided by`, "divide by numbers only")
        : explain("division", reason, `compare r${assertion.register} with 0 first, and divide only where it is not 0`);
    }
    case "addable": {
      const advice = "add a number to a pointer; the distance of two pointers is what subtraction gives";
      return explain("arithmetic", `r${assertion.number} may be a pointer, and is added to another`, advice);
    }
    case "comparable": {
      const { left, right } = assertion;
      const advice = "compare or subtract pointers into the same packet, stack or context only, or compare with 0";
      return explain("type", `r${left} and r${right} may point to different things`, advice);
    }
    case "valid-store": {
      const advice =
        "store numbers there: a pointer would tell others the kernel's addresses; the stack may hold pointers";
      return explain("leak", `r${assertion.value} may be a pointer, and is stored where others can read it`, advice);
    }
    case "valid-size": {
      const { register, canBeZero } = assertion;
      const name = nameOf(register, circumstances.instruction);
      const room = roomFor(register, circumstances);
      const most = room === undefined ? "below the size of the memory" : `${room} at most`;
      const kept = isWidened(register, circumstances)
        ? '; it may have been checked in 32 bits and widened behind that: asm volatile("" : "+r"(it)) before the check forbids it'
        : "";
      const advice = `check that it is ${canBeZero ? "not negative" : "above 0"}, and ${most}, in a 64-bit variable, before the call${kept}`;
      return explain(
        "bounds",
        `${name} is a size, and may be ${wrongSizes(canBeZero, register, circumstances)}`,
        advice,
      );
    }
    case "zero-context-offset": {
      const advice = "pass the pointer that the program was called with, unchanged";
      return explain(
        "context",
        `${nameOf(assertion.register, circumstances.instruction)} does not point to the start of the context`,
        advice,
      );
    }
    case "bounded-loop-count": {
      const advice =
        'count the rounds: for (uint64_t i = 0; i < 32; i++), with any constant, and asm volatile("" : "+r"(i)) in the loop, ' +
        "so that the compiler leaves the comparison as it is; leave early where the loop is done; or have it unrolled " +
        "(#pragma unroll)";
      return explain("loop", "this loop has no bound that the verifier can see", advice);
    }
    case "valid-callback-target":
      return callback(message, assertion.register);
    case "function-constraint": {
      const advice = "call helpers directly: the number of a callx must be one constant on every path";
      return explain("call", `r${assertion.register} is not the number of one helper`, advice);
    }
    case "valid-argument-zero":
      return explain("call", `r${assertion.register} must be 0`, "pass 0");
    case "valid-map-type": {
      const { helper, allowed } = assertion;
      const types = allowed.length === 1 ? `type ${allowed[0]}` : `one of the types ${allowed.join(", ")}`;
      const advice = `pass a map of ${types} (the numbers of enum bpf_map_type), or call the helper that is for this map`;
      return explain("map", `r${assertion.map} is a map of a type that ${helper} is not for`, advice);
    }
  }
}
