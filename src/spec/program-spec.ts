import type { SourceLine, UnplacedSlot } from "./source-line.ts";

/**
 * What a slot of the code stands for besides its number: a runtime fills such immediates in when it knows addresses.
 * Only `lddw` slots and calls carry references. Of maps, the immediate is `MapSpec.descriptor` until then.
 *
 * `unnamed`: the file names only the section of the map or function, as compilers do for what is `static`, and this is the
 * number in the code, bytes from the section's start. PREVAIL leaves that number alone, and so does `verify`.
 */
export type Reference =
  /** `lddw` of a map's handle (`src` 1 once linked). */
  | { readonly slot: number; readonly kind: "map"; readonly map: string; readonly unnamed?: number }
  /** `lddw` of an address inside a map's first value: a global variable (`src` 2 once linked). `offset` in bytes. */
  | { readonly slot: number; readonly kind: "map-value"; readonly map: string; readonly offset: number }
  /**
   * `lddw` of the address of a function of the same program: a callback (`src` 4). `target` is a slot of `code`; `named` where
   * the file asks for it by the function's own symbol, which PREVAIL does not resolve.
   */
  | {
      readonly slot: number;
      readonly kind: "function";
      readonly target: number;
      readonly unnamed?: number;
      readonly named?: true;
    }
  /** Call of a function that the file declares and the kernel has (`.ksyms`; `src` 2 once linked); `weak`: or may not have. */
  | {
      readonly slot: number;
      readonly kind: "kernel-function";
      readonly name: string;
      readonly module?: string;
      readonly weak?: true;
    }
  /** Call of a compiler builtin (memset, memcpy, memmove, memcmp) that nothing defines (`src` 0 and immediate -1). */
  | { readonly slot: number; readonly kind: "builtin"; readonly name: string }
  /** Call of any other function that nothing defines (`src` 0 and immediate -1). */
  | { readonly slot: number; readonly kind: "extern"; readonly name: string };

/** A function inside a program's code, half-open in slots: `[start, end)`. */
export interface FunctionSpec {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Section and byte offset that the function was taken from. */
  readonly section: string;
  readonly sectionOffset: number;
  /** Id of its `func` type in the object's BTF. */
  readonly type?: number;
}

/** One program of an object file, linked: its own function first, then every subprogram that it can reach. */
export interface ProgramSpec {
  readonly name: string;
  /** Section name, `xdp/filter`. Names are data from a stranger: escape them before printing. */
  readonly section: string;
  /** Index of the section in the file. */
  readonly sectionIndex: number;
  /** Program type by the platform's section rule, `"unspec"` where no prefix matches. */
  readonly type: string;
  /** 8 bytes a slot, little-endian; bpf-to-bpf call immediates are patched to slots of this array. */
  readonly code: Uint8Array;
  readonly references: readonly Reference[];
  readonly functions: readonly FunctionSpec[];
  /** C source lines by slot, ascending; empty without BTF.ext. */
  readonly lines: readonly SourceLine[];
  /** Slots of which the compiler says that no C line stands for them (BTF.ext's line 0), ascending; none if absent. */
  readonly unplaced?: readonly UnplacedSlot[];
}
