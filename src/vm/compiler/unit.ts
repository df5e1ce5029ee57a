import type { Check } from "./analysis/checks.ts";
import type { Shape } from "./analysis/shape.ts";
import type { Source } from "./analysis/source.ts";
import type { ModuleWriter } from "./encoder/index.ts";

/**
 * How memory accesses are checked. `region`: as the interpreter checks them. `arena`: the kernel's memory is not left.
 * `none`: not at all; WebAssembly's own sandbox holds.
 */
export type CheckMode = "region" | "arena" | "none";

/** A place where control can leave compiled code, before the instruction at `index`. */
export interface Site {
  readonly index: number;
  /** Instructions that lie before it in the layout of its function. */
  readonly position: number;
  /** Calls between its function's own frame and the one it runs in. */
  readonly level: number;
  /** True where a check failed that spans more than the access there. */
  readonly isWide: boolean;
  /** The check that sends control here, where other bounds may help. */
  readonly check: number | undefined;
}

/** A check of region mode against bounds that are not known when it is compiled. */
export interface CheckSite {
  /** Index of the instruction. */
  readonly index: number;
  readonly group: number;
  readonly isWrite: boolean;
  /** The address is `first` bytes from what this register holds. */
  readonly base: number;
  readonly first: number;
  readonly bytes: number;
  /** True where r1 as the program gets it may be the pointer. */
  readonly isArgument: boolean;
}

/** Indexes of what the module imports: functions of signature `GATE` (gates.ts), called through `Body.ask`. */
export interface Imports {
  /** `(check, address low, address high, depth)`: 1 when the access is allowed. */
  readonly predict: number;
  /** `(fuel, least, 0, 0)`: instructions of the next chunk, `least` or more; negative when there are none to be had. */
  readonly refuel: number;
  /** `(site, depth, fuel, 0)`: runs the helper of a call; what `Machine.pending` is then. */
  readonly helper: number;
}

/** What all functions of one module share. */
export interface Unit {
  readonly source: Source;
  readonly mode: CheckMode;
  readonly module: ModuleWriter;
  readonly imports: Imports;
  /** Address of the area (see area.ts). */
  readonly area: number;
  /** Address above the first frame. */
  readonly stackTop: number;
  /** Bytes that addresses may reach up to, in arena mode. */
  readonly arenaEnd: number;
  /** Globals: fuel at calls of functions, and why control left (0: it did not). */
  readonly globals: { readonly fuel: number; readonly left: number };
  readonly sites: Site[];
  readonly checks: CheckSite[];
  /** Indexes of instructions that have a check before them, and of those that have none because a proof says so. */
  readonly emitted: Set<number>;
  readonly believed: Set<number>;
  /** Number of groups so far, all functions together. */
  groups: number;
  readonly narrow: { has(index: number): boolean };
  /** Instructions whose check asks for other bounds when it fails, instead of leaving. */
  readonly asking: { has(index: number): boolean };
  shapeAt(entry: number): Shape;
  /** Index of the function whose entry it is; it is compiled when it is first asked for. */
  functionAt(entry: number): number;
}

export function isWide({ start, end, access }: Check): boolean {
  return end - start !== access.end - access.start;
}
