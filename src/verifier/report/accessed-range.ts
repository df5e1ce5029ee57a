import { Interval, isBounded, type Kind, STACK_OFFSET, type State, SVALUE } from "../domain/index.ts";
import { type Integer, STACK_POINTER, type ValidAccess } from "../ir/index.ts";

/** Which bytes an access may touch, counted from the start of what its pointer belongs to. */
export interface AccessedRange {
  readonly start: Interval;
  readonly width: Interval;
  readonly end: Interval;
  /** Neither start nor width vary. */
  readonly isConstant: boolean;
}

export function accessedRange(access: ValidAccess, state: State, offset: Kind): AccessedRange {
  const start = state.intervalOf(access.register, offset).shifted(access.offset);
  const width =
    access.width.kind === "immediate"
      ? Interval.constant(access.width.value)
      : state.intervalOf(access.width.register, SVALUE);
  const end = start.plus(width);
  return { start, width, end, isConstant: start.constant !== undefined && width.constant !== undefined };
}

/** `14..18`; for a single byte, `14`. */
export function bytesText(start: Integer, end: Integer): string {
  return BigInt(end) - BigInt(start) === 1n ? `byte ${start}` : `bytes ${start}..${end}`;
}

/** An address of the stack as it is written: `r10-16`. */
export function stackAddress(state: State, offset: Integer): string {
  const top = state.intervalOf(STACK_POINTER, STACK_OFFSET).constant;
  if (top === undefined || !isBounded(offset)) return `${offset}`;
  const distance = BigInt(offset) - BigInt(top);
  return distance === 0n ? "r10" : `r10${distance < 0n ? "" : "+"}${distance}`;
}

/** Where a variable address of the stack may lie. */
export function stackPlace(state: State, { lower, upper }: Interval): string {
  if (!isBounded(lower) || !isBounded(upper)) return "at an address that nothing bounds";
  return `somewhere from ${stackAddress(state, lower)} to ${stackAddress(state, upper)}`;
}

/** Stack bytes of a range that hold no number, as text: `its bytes 4..8 were never written`. Undefined if all do. */
export function holesText(state: State, start: Integer, end: Integer): string | undefined {
  const [first, last] = [Number(start), Number(end)];
  if (!(last - first <= 4096)) return undefined;
  const holds = new Map<number, string>();
  for (const line of state.toStrings()) {
    const match = /^s\[(\d+)(?:\.\.\.(\d+))?\]\.type=(\w+)$/.exec(line);
    if (match === null) continue;
    const [, from = "", to = from, type = ""] = match;
    for (let byte = Math.max(first, Number(from)); byte <= Math.min(last - 1, Number(to)); byte++) {
      holds.set(byte, type);
    }
  }
  for (let byte = first; byte < last; byte++) {
    const type = holds.get(byte);
    if (type === "number") continue;
    let hole = byte + 1;
    while (hole < last && holds.get(hole) === type) hole++;
    const what =
      type === undefined ? ["was never written", "were never written"] : ["holds a pointer", "hold a pointer"];
    return `its ${bytesText(byte - first, hole - first)} ${what[hole - byte === 1 ? 0 : 1]}`;
  }
  return undefined;
}
