import type { Dialect } from "./dialect.ts";
import type { Assertion, Call, ResolvedCall } from "./ir/index.ts";

/** Offsets of a context's pointer fields, in bytes; -1 where the context has none. */
export interface ContextDescriptor {
  /** Bytes. */
  readonly size: number;
  readonly data: number;
  readonly end: number;
  readonly meta: number;
  /** Names that programs know the pointers by; `data` and `data_end` where there are none. */
  readonly fields?: readonly { readonly name: string; readonly pointer?: "data" | "end" | "meta" }[];
}

export interface VerifiedMap {
  readonly fd: number;
  readonly name: string;
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Template of the maps inside; -1 where there is none. */
  readonly innerFd: number;
}

export interface MapKind {
  /** Keys are indexes from 0 to `maxEntries` - 1. */
  readonly isArray: boolean;
  readonly valueType: "any" | "map" | "program";
}

/** A readable field of a socket. */
export interface SocketField {
  readonly offset: number;
  readonly size: number;
  /** Widest access, in bytes. */
  readonly maxWidth: number;
  readonly narrow: boolean;
  /** One more width that may be read at the start of the field; 0: none. */
  readonly extraWidthAtStart: number;
}

export interface SocketLayout {
  /** Bytes. */
  readonly size: number;
  readonly fields: readonly SocketField[];
}

/** Options that decide about verdicts. */
export interface AnalysisOptions {
  /** Array-map keys must be in range. */
  readonly strict: boolean;
  readonly allowDivisionByZero: boolean;
  readonly bigEndian: boolean;
  readonly checkTermination: boolean;
  /** Bytes. */
  readonly subprogramStackSize: number;
  readonly maxCallStackFrames: number;
  /** Bytes. */
  readonly maxPacketSize: number;
  /** Bytes: frames × frame size. */
  readonly totalStackSize: number;
  readonly setupConstraints: boolean;
  readonly mustHaveExit: boolean;
}

/** Everything that the rules consult about the program under analysis, apart from its code. */
export interface Environment {
  readonly dialect: Dialect;
  readonly options: AnalysisOptions;
  readonly context: ContextDescriptor | undefined;
  readonly isPrivileged: boolean;
  readonly socketLayout: SocketLayout | undefined;
  /** Undefined for descriptors that no map has. */
  map(fd: number): VerifiedMap | undefined;
  mapKind(type: number): MapKind;
  /** Whether the platform has this helper for this program type. */
  isHelperUsable(id: number): boolean;
  resolveCall(call: Call): ResolvedCall;
  /** What a call asks, for `callx`, whose callee is known only during the analysis. */
  assertionsOfCall(call: Call): readonly Assertion[];
  /** Slots that may be a callback's start. */
  readonly callbackTargets: ReadonlySet<number>;
  /** Those of them from which the program's exit can be reached. */
  readonly callbackTargetsWithExit: ReadonlySet<number>;
}
