import type { State } from "../domain/index.ts";
import type { Assertion, IrInstruction, Register, ValidAccess } from "../ir/index.ts";

/** What an explanation may look at. */
export interface Circumstances {
  readonly assertion: Assertion;
  readonly message: string;
  readonly instruction: IrInstruction;
  /** What is known before the instruction; undefined where it was not kept. */
  readonly state: State | undefined;
  /** Name of the helper whose map value may be null here, as far as the path tells. */
  readonly lookup: string | undefined;
}

/** Registers that an assertion is about, the one to blame first. */
export function registersOf(assertion: Assertion): readonly Register[] {
  switch (assertion.kind) {
    case "comparable":
      return [assertion.left, assertion.right];
    case "addable":
      return [assertion.number, assertion.pointer];
    case "valid-access":
      return assertion.width.kind === "register"
        ? [assertion.register, assertion.width.register]
        : [assertion.register];
    case "valid-store":
      return [assertion.value, assertion.memory];
    case "valid-map-key-value":
      return [assertion.access, assertion.map];
    case "valid-map-type":
      return [assertion.map];
    case "bounded-loop-count":
      return [];
    default:
      return [assertion.register];
  }
}

/** The bytes that an access touches, relative to where its pointer points: `14..18`. */
export function bytesText({ offset, width }: ValidAccess): string {
  if (width.kind === "register") return `r${width.register} bytes from offset ${offset}`;
  return `bytes ${offset}..${BigInt(offset) + BigInt(width.value)}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  uninit: "was never written",
  map_fd_programs: "is a map of programs",
  map_fd: "is a map",
  number: "is a number",
  ctx: "points to the context",
  packet: "points into the packet",
  stack: "points into the stack",
  shared: "points to a map value",
  socket: "points to a socket",
  btf_id: "points to a kernel object",
  alloc_mem: "points to allocated memory",
  func: "is a function's address",
};

export function typeWords(type: string): string {
  return TYPE_WORDS[type] ?? `is ${type}`;
}
