import {
  add,
  CTX_OFFSET,
  isBounded,
  PACKET_OFFSET,
  SHARED_OFFSET,
  SHARED_REGION_SIZE,
  STACK_OFFSET,
  type State,
  subtract,
} from "../domain/index.ts";
import type { Integer, ValidAccess } from "../ir/index.ts";
import { type AccessedRange, accessedRange, bytesText, holesText, stackAddress, stackPlace } from "./accessed-range.ts";
import { type Circumstances, calleeOf, nameOf } from "./circumstances.ts";
import { type DataWords, dataWords } from "./data-words.ts";
import { type Explanation, explain } from "./explanation.ts";

/** An access outside of what its pointer belongs to. `isLow`: it may lie before the start. */
export interface Outside {
  readonly access: ValidAccess;
  readonly state: State;
  readonly circumstances: Circumstances;
  readonly isLow: boolean;
}

const verb = ({ mode }: ValidAccess): string => (mode === "write" ? "written" : "read");

const UNSIGNED =
  "make the index unsigned, or check that it is not below 0, and mask it or leave if it is above a constant, before it is " +
  "added to the pointer";

/** Where a variable offset may lie: `at an offset from -16 on`. */
function offsetText({ start }: AccessedRange): string {
  const [low, high] = [isBounded(start.lower), isBounded(start.upper)];
  if (!low && !high) return "at an offset that nothing bounds";
  if (!low) return `at an offset that is at most ${start.upper} and may be far below 0`;
  return high ? `at an offset of ${start.lower} to ${start.upper}` : `at an offset of ${start.lower} or any above`;
}

/** Bytes of packet that are known to be there. */
function knownPacket(state: State): Integer {
  const { lower } = state.interval(state.space.packetSize);
  return isBounded(lower) && lower > 0 ? lower : 0;
}

function knownText(state: State, { noun }: DataWords): string {
  const known = knownPacket(state);
  return known === 0 ? `nothing is known of the ${noun}'s length here` : `only ${known} are known to be there`;
}

function comparedPacketPointer({ access, isLow, circumstances }: Outside): Explanation {
  const pointer = nameOf(access.register, circumstances.instruction);
  const { noun } = dataWords(circumstances.environment.context);
  if (isLow) return explain("bounds", `${pointer} may point before the start of the ${noun}`, UNSIGNED);
  const { maxPacketSize } = circumstances.environment.options;
  return explain(
    "bounds",
    `${pointer} may point more than ${maxPacketSize} bytes behind the start of the ${noun}, which no ${noun} is long`,
    `bound the offset before it is added to the pointer: mask it, or leave if it is above ${maxPacketSize}; ` +
      "in a loop, bound the number of rounds too",
  );
}

export function outsidePacket(outside: Outside): Explanation {
  const { access, state, isLow, circumstances } = outside;
  if (access.mode === "compare") return comparedPacketPointer(outside);
  const words = dataWords(circumstances.environment.context);
  const range = accessedRange(access, state, PACKET_OFFSET);
  const { start, width, end } = range;
  const callee = calleeOf(circumstances.instruction);
  if (start.constant !== undefined && width.constant !== undefined) {
    const what = `${words.noun} ${bytesText(start.constant, end.lower)} ${width.constant === 1 ? "is" : "are"} ${verb(access)}`;
    if (isLow) {
      const advice = `the ${words.noun} begins at ${words.start}: use no offset below 0 (bytes before it are there only if data_meta says so)`;
      return explain("bounds", `${what}, which lies before the start of the ${words.noun}`, advice);
    }
    const advice = `compare ${words.start} + ${end.lower} with ${words.end} first, and leave if it is greater`;
    return explain("bounds", `${what}, but ${knownText(state, words)}`, advice);
  }
  if (start.constant !== undefined && !isLow) {
    const size = access.width.kind === "register" ? `r${access.width.register}` : "the size";
    const most = isBounded(end.upper);
    const what = most
      ? `up to ${width.upper} bytes of ${words.noun}`
      : `as many bytes of ${words.noun} as ${size} says`;
    return explain(
      "bounds",
      `${what}, from byte ${start.constant} on, may be ${verb(access)}${callee === undefined ? "" : ` by ${callee}`}, ` +
        `but ${knownText(state, words)}`,
      most
        ? `make the size smaller, or compare ${words.start} + ${end.upper} with ${words.end} first`
        : `bound the size first: leave if it is above a constant, and compare ${words.start} plus that constant with ${words.end}`,
    );
  }
  if (isLow)
    return explain("bounds", `the ${words.noun} is ${verb(access)} ${offsetText(range)}: it may be negative`, UNSIGNED);
  return explain(
    "bounds",
    `the ${words.noun} is ${verb(access)} ${offsetText(range)}, and no comparison with ${words.end} covers it`,
    comparingThis(access, range, words),
  );
}

/** What covers an access at a variable offset: a comparison of the pointer itself, at its end. */
function comparingThis(access: ValidAccess, range: AccessedRange, { start, end: dataEnd }: DataWords): string {
  const { width, end } = range;
  // Before the data there is metadata.
  const last = range.start.lower < 0 ? `${start} (where metadata ends) or ${dataEnd}` : dataEnd;
  const behind = width.constant === undefined ? "the size" : `${add(width.constant, access.offset)}`;
  const compared =
    `compare the pointer that is ${verb(access)} through (r${access.register}), plus ${behind}, with ${last} first, and leave if ` +
    "it is greater";
  return isBounded(end.upper)
    ? `${compared}; or ${start} + ${end.upper}, if it is always that long`
    : `bound the offset first: leave if it is above a constant; then ${compared}`;
}

export function outsideValue({ access, state, isLow, circumstances }: Outside): Explanation {
  const range = accessedRange(access, state, SHARED_OFFSET);
  const { start, width, end } = range;
  const { lower } = state.intervalOf(access.register, SHARED_REGION_SIZE);
  const size = isBounded(lower) ? `${lower} bytes` : undefined;
  if (range.isConstant) {
    const what = `${bytesText(start.lower, end.lower)} of a map value ${start.lower === subtract(end.lower, 1) ? "is" : "are"} ${verb(access)}`;
    return explain(
      "bounds",
      isLow
        ? `${what}, before its start`
        : `${what}, but it has ${size === undefined ? "perhaps fewer" : `only ${size}`}`,
      isLow
        ? "the value begins at the pointer that the lookup gave: use no offset below 0"
        : `stay inside of the value, or make the map's value at least ${end.lower} bytes large`,
    );
  }
  const callee = calleeOf(circumstances.instruction);
  if (start.constant !== undefined && !isLow && access.width.kind === "register") {
    const register = `r${access.width.register}`;
    const many = isBounded(width.upper) ? `up to ${width.upper} bytes` : `as many bytes as ${register} says`;
    const left = isBounded(lower) ? subtract(lower, start.constant) : undefined;
    return explain(
      "bounds",
      `${many} of a map value may be ${verb(access)}${callee === undefined ? "" : ` by ${callee}`}, from byte ` +
        `${start.constant} on, but it has ${size === undefined ? "perhaps fewer" : `only ${size}`}`,
      left === undefined
        ? `leave if ${register} is above the size of the value, before the call`
        : `leave if ${register} is above ${left}, before the call`,
    );
  }
  const last = isBounded(lower) && isBounded(width.upper) ? subtract(lower, width.upper) : undefined;
  const room = last === undefined || last < 0 ? "" : `: the offset into the value may be ${last} at most`;
  return explain(
    "bounds",
    `a map value is ${verb(access)} ${offsetText(range)}, which may be outside of ${size === undefined ? "it" : `its ${size}`}`,
    isLow
      ? `make the index an unsigned 64-bit number, and leave if it is not below the number of elements, or mask it, before ` +
          `it is used${room}`
      : `leave if the index is not below the number of elements, before it is used${room}; what is checked and what is ` +
          "used must be the same variable",
  );
}

export function outsideStack({ access, state, isLow, circumstances }: Outside): Explanation {
  const range = accessedRange(access, state, STACK_OFFSET);
  const { start, width, end } = range;
  const { subprogramStackSize } = circumstances.environment.options;
  const callee = calleeOf(circumstances.instruction);
  if (start.constant === undefined) {
    return explain(
      "stack",
      `the stack is ${verb(access)} ${stackPlace(state, start)}, which may be outside of ${isLow ? "this function's part" : "it"}`,
      "mask the index, or leave if it is not below the number of elements, as an unsigned 64-bit number, before it is used",
    );
  }
  if (isLow) {
    return explain(
      "stack",
      `the stack is ${verb(access)} at ${stackAddress(state, start.constant)}, but a function has only the ` +
        `${subprogramStackSize} bytes below r10`,
      "keep the index inside of its array; larger buffers belong into a map (one entry of a per-CPU array)",
    );
  }
  const many = width.constant === undefined ? `up to ${width.upper}` : `${width.constant}`;
  const count = isBounded(width.upper) ? `${many} byte${many === "1" ? "" : "s"}` : "any number of bytes";
  return explain(
    "stack",
    `${callee ?? "this instruction"} ${access.mode === "write" ? "writes" : "reads"} ${count} at ` +
      `${stackAddress(state, start.constant)}, beyond the end of the stack at r10`,
    callee === undefined
      ? "keep the index, or the offset, inside of the variable: nothing of the function's own is there"
      : width.constant === undefined
        ? "check the size first: leave if it is above sizeof(the variable)"
        : `pass the variable's own size, sizeof(it), instead of ${end.isBottom ? "this one" : width.constant}`,
  );
}

export function outsideContext({ access, state, circumstances }: Outside): Explanation {
  const { start, end, isConstant } = accessedRange(access, state, CTX_OFFSET);
  const size = circumstances.environment.context?.size ?? 0;
  const what = isConstant ? bytesText(start.lower, end.lower) : "bytes";
  return explain(
    "context",
    `${what} of the context are ${verb(access)}, but this program type's context has ${size} bytes`,
    "read its fields only, and check that the section names the type of the program's argument",
  );
}

/** A helper reads stack bytes that hold no number. */
export function notNumeric(access: ValidAccess, { state, instruction }: Circumstances): Explanation {
  const reader = calleeOf(instruction) ?? "this instruction";
  const range = state && accessedRange(access, state, STACK_OFFSET);
  const holes = state && range?.isConstant === true ? holesText(state, range.start.lower, range.end.lower) : undefined;
  const count = range?.width.constant;
  const bytes = count === undefined ? "bytes" : `${count} byte${count === 1 ? "" : "s"}`;
  if (holes?.endsWith("pointer") === true) {
    return explain(
      "leak",
      `${reader} reads ${bytes} of stack: ${holes}`,
      "take the pointer out: a pointer would tell others the kernel's addresses",
    );
  }
  const which = holes === undefined ? " that were never written, or hold a pointer" : `: ${holes}`;
  return explain(
    "initialization",
    `${reader} reads ${bytes} of stack${which}`,
    "initialise the whole variable, padding included, before its members are set: memset(&it, 0, sizeof(it))",
  );
}
