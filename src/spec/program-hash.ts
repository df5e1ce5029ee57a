import { SLOT_BYTES } from "./instruction.ts";

/** A map that a slot refers to: all that a proof hangs on. */
export interface HashedMap {
  readonly slot: number;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Byte of the map's first value whose address is meant; undefined for the map itself. */
  readonly offset: number | undefined;
}

/** Offsets in the context that point to data; -1 for none. */
export interface HashedContext {
  readonly size: number;
  readonly data: number;
  readonly end: number;
  readonly meta: number;
}

/** A program and what it works on, as far as a proof of it hangs on that. */
export interface HashedProgram {
  /** Whose helpers it calls: `"windows"`, `"linux"`. */
  readonly platform: string;
  /** Name of its type, which decides about helpers. */
  readonly type: string;
  readonly context: HashedContext | undefined;
  /** 8 bytes a slot, linked. */
  readonly code: Uint8Array;
  readonly maps: readonly HashedMap[];
}

/** Bytes of a slot in front of its immediate. */
const BEFORE_IMMEDIATE = 4;

/** The code, without the numbers that stand for maps: those differ from one kernel to the next. */
function codeOf({ code, maps }: HashedProgram): Uint8Array {
  const copy = code.slice();
  for (const { slot } of maps) {
    for (const half of [slot, slot + 1]) copy.fill(0, half * SLOT_BYTES + BEFORE_IMMEDIATE, (half + 1) * SLOT_BYTES);
  }
  return copy;
}

/** SHA-256 over a program and what it works on, in hexadecimal: what a proof is bound to. */
export function hashOfProgram(program: HashedProgram): string {
  const { platform, type, context } = program;
  const maps = program.maps
    .map(({ slot, offset, ...map }) => [slot, offset ?? "", map.type, map.keySize, map.valueSize, map.maxEntries])
    .sort(([left], [right]) => Number(left) - Number(right));
  const fields = context === undefined ? [] : [context.size, context.data, context.end, context.meta];
  // Not imported: most processes hash nothing, and it is a tenth of what Node.js takes to start.
  return process
    .getBuiltinModule("node:crypto")
    .createHash("sha256")
    .update(JSON.stringify([platform, type, fields, maps]))
    .update(codeOf(program))
    .digest("hex");
}
