import type { Register } from "./operand.ts";

export type SingleArgumentKind =
  | "map"
  | "map-of-programs"
  | "map-key"
  | "map-value"
  | "ctx"
  | "stack"
  | "func"
  | "anything"
  | "socket"
  | "btf-id"
  | "alloc-mem"
  | "spin-lock"
  | "timer"
  | "size-or-zero"
  | "writable-long"
  | "writable-int";

export interface SingleArgument {
  readonly kind: SingleArgumentKind;
  readonly orNull: boolean;
  readonly register: Register;
}

/** A pointer and the size of what it points to, in two registers that follow each other. */
export interface PairArgument {
  readonly kind: "readable" | "writable";
  readonly orNull: boolean;
  readonly memory: Register;
  readonly size: Register;
  readonly canBeZero: boolean;
}

/** What a callee asks of its arguments and how it leaves r0. */
export interface CallContract {
  readonly singles: readonly SingleArgument[];
  readonly pairs: readonly PairArgument[];
  /** Type of a returned pointer, as a bit number of a `TypeSet`; undefined for numbers and map values. */
  readonly returnType: number | undefined;
  readonly returnNullable: boolean;
  readonly isMapLookup: boolean;
  readonly reallocatesPacket: boolean;
  /** Register with the size of what is allocated, for `alloc_mem` returns. */
  readonly allocationSize: Register | undefined;
  /** Bit i: argument i + 1 must be zero. */
  readonly zeroArguments: number;
  /** Map types that the `map` argument may have, as numbers; undefined: any. */
  readonly allowedMapTypes: readonly number[] | undefined;
  /** May not return (tail call): counts against the depth of tail calls. */
  readonly isTailCall: boolean;
}

export interface ResolvedCall {
  readonly name: string;
  readonly contract: CallContract;
  /** Why this call cannot be made here; undefined: it can. */
  readonly unsupported: string | undefined;
  /** What looking the callee up fails with, where that is an error of the platform's own, without a place. */
  readonly failure?: string;
}
