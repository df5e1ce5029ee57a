import { STACK_OFFSET } from "../domain/index.ts";
import type { ValidMapKeyValue } from "../ir/index.ts";
import { holesText } from "./accessed-range.ts";
import { type Circumstances, nameOf } from "./circumstances.ts";
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

function mapKeyOrValue(assertion: ValidMapKeyValue, circumstances: Circumstances): Explanation {
  const { message, instruction } = circumstances;
  const { access, isKey } = assertion;
  const what = isKey ? "key" : "value";
  const name = nameOf(access, instruction);
  if (/non-numerical/.test(message)) return notWritten(assertion, circumstances);
  if (/not singleton/.test(message)) {
    const advice = "use one map in each call: call the helper separately on each path";
    return explain("map", `which map is used depends on the path, and their ${what}s differ in size`, advice);
  }
  if (/^Array index/.test(message)) {
    const advice = "compare the index with the number of entries first";
    return explain("map", "the index may be outside of the array", advice);
  }
  if (/^Only stack, packet, or shared/.test(message)) {
    const advice = `copy the ${what} to the stack and pass its address`;
    return explain("type", `${name} must point to the ${what} in the stack, the packet or a map value`, advice);
  }
  if (/^Possible null access/.test(message)) {
    return explain("null", `${name} may be null here`, "compare it with 0 first");
  }
  const advice = `pass the address of a variable that is as large as the map's ${what}; of packet data compare the whole size with data_end first`;
  return explain("bounds", `the map's ${what} is larger than what ${name} is known to point to`, advice);
}

function callback(message: string, register: number): Explanation {
  const advice = "pass the address of a function of this program that ends with a return";
  return explain("call", `r${register} is not a function that can be called back: ${message}`, advice);
}

/** What an assertion that may fail means for people, by its kind and by what was said about it. */
export function explainFailure(circumstances: Circumstances): Explanation {
  const { assertion, message, lookup } = circumstances;
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
        : explain("division", reason, "compare it with 0 first, or allow division by zero");
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
      const advice = `check that it is ${canBeZero ? "not negative" : "above 0"}, and below the size of the memory, before the call`;
      return explain("bounds", `${name} is a size, and may be ${canBeZero ? "negative" : "0 or negative"}`, advice);
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
        "count the rounds: for (int i = 0; i < 32; i++), with any constant, and leave early where the loop is done; " +
        "or have it unrolled (#pragma unroll)";
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
      const advice = lookup === undefined ? "use a map of a type that this helper is for" : undefined;
      return explain("map", `this map's type is not for ${assertion.helper}`, advice);
    }
  }
}
