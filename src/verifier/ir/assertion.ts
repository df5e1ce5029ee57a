import type { Operand, Register } from "./operand.ts";
import type { TypeGroup } from "./type-set.ts";

export type AccessMode = "compare" | "read" | "write";

/** Two registers may be compared or subtracted: one region, or `right` a number where that is allowed. */
export interface Comparable {
  readonly kind: "comparable";
  readonly left: Register;
  readonly right: Register;
  /** True for subtraction. */
  readonly orRightIsNumber: boolean;
}

/** If `pointer` is a pointer, `number` is a number. */
export interface Addable {
  readonly kind: "addable";
  readonly pointer: Register;
  readonly number: Register;
}

export interface ValidDivisor {
  readonly kind: "valid-divisor";
  readonly register: Register;
  readonly isSigned: boolean;
  readonly is64: boolean;
}

export interface ValidAccess {
  readonly kind: "valid-access";
  /** Frames in use, 1 for the program's own. */
  readonly callStackDepth: number;
  readonly register: Register;
  /** Bytes. */
  readonly offset: number;
  /** Bytes; 0 for comparisons. */
  readonly width: Operand;
  readonly orNull: boolean;
  readonly mode: AccessMode;
}

/** If `memory` is not stack, `value` is a number. */
export interface ValidStore {
  readonly kind: "valid-store";
  readonly memory: Register;
  readonly value: Register;
}

export interface ValidSize {
  readonly kind: "valid-size";
  readonly register: Register;
  readonly canBeZero: boolean;
}

export interface ValidMapKeyValue {
  readonly kind: "valid-map-key-value";
  readonly access: Register;
  readonly map: Register;
  readonly isKey: boolean;
}

export interface ValidCallbackTarget {
  readonly kind: "valid-callback-target";
  readonly register: Register;
}

export interface TypeConstraint {
  readonly kind: "type-constraint";
  readonly register: Register;
  readonly types: TypeGroup;
}

/** The register of a `callx` holds the number of a helper that may be called with these arguments. */
export interface FunctionConstraint {
  readonly kind: "function-constraint";
  readonly register: Register;
}

export interface ZeroContextOffset {
  readonly kind: "zero-context-offset";
  readonly register: Register;
  readonly orNull: boolean;
}

export interface BoundedLoopCount {
  readonly kind: "bounded-loop-count";
  readonly loop: string;
}

export interface ValidArgumentZero {
  readonly kind: "valid-argument-zero";
  readonly register: Register;
}

export interface ValidMapType {
  readonly kind: "valid-map-type";
  readonly map: Register;
  readonly allowed: readonly number[];
  readonly helper: string;
}

export type Assertion =
  | Comparable
  | Addable
  | ValidDivisor
  | ValidAccess
  | ValidStore
  | ValidSize
  | ValidMapKeyValue
  | ValidCallbackTarget
  | TypeConstraint
  | FunctionConstraint
  | ZeroContextOffset
  | BoundedLoopCount
  | ValidArgumentZero
  | ValidMapType;

/** A loop whose counter cannot be shown to stay at or below this is taken for endless. */
export const LOOP_LIMIT = 100_000;
