import type { ResolvedCall } from "./call.ts";
import type { Operand, Register } from "./operand.ts";

export type BinaryOperation =
  | "mov"
  | "add"
  | "sub"
  | "mul"
  | "udiv"
  | "umod"
  | "or"
  | "and"
  | "lsh"
  | "rsh"
  | "arsh"
  | "xor"
  | "sdiv"
  | "smod"
  | "movsx8"
  | "movsx16"
  | "movsx32";

export type UnaryOperation =
  | "be16"
  | "be32"
  | "be64"
  | "le16"
  | "le32"
  | "le64"
  | "swap16"
  | "swap32"
  | "swap64"
  | "neg";

export type ComparisonOperation =
  | "eq"
  | "ne"
  | "set"
  | "nset"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "slt"
  | "sle"
  | "sgt"
  | "sge";

/** `nset` ("no bit in common") exists only as the negation of `set`. */
export interface Condition {
  readonly operation: ComparisonOperation;
  readonly left: Register;
  readonly right: Operand;
  readonly is64: boolean;
}

/** Memory that a load, store or atomic names. */
export interface Access {
  /** Bytes: 1, 2, 4 or 8. */
  readonly width: number;
  readonly base: Register;
  /** Bytes, signed. */
  readonly offset: number;
}

export type AtomicOperation = "add" | "or" | "and" | "xor" | "xchg" | "cmpxchg";

/** Unmodelled: the entry and exit nodes. */
export interface Undefined {
  readonly kind: "undefined";
}

export interface Binary {
  readonly kind: "binary";
  readonly operation: BinaryOperation;
  readonly dst: Register;
  readonly operand: Operand;
  readonly is64: boolean;
  /** A `mov` of a 64-bit constant, two slots wide. */
  readonly wide: boolean;
}

export interface Unary {
  readonly kind: "unary";
  readonly operation: UnaryOperation;
  readonly dst: Register;
  readonly is64: boolean;
}

/** `lddw` of a map's handle. */
export interface LoadMap {
  readonly kind: "load-map";
  readonly dst: Register;
  readonly fd: number;
}

/** `lddw` of an address inside a map's first value. */
export interface LoadMapAddress {
  readonly kind: "load-map-address";
  readonly dst: Register;
  readonly fd: number;
  /** Bytes. */
  readonly offset: number;
}

export type AddressForm = "variable" | "code" | "map-by-index" | "map-value-by-index";

/** The other `lddw` forms. After the graph is built only `code` (the address of a function) is left. */
export interface LoadAddress {
  readonly kind: "load-address";
  readonly dst: Register;
  readonly form: AddressForm;
  readonly imm: number;
  readonly high: number;
}

/** Call of a helper, kernel function or compiler builtin. `target` is filled in when the graph is built. */
export interface Call {
  readonly kind: "call";
  readonly callee: "helper" | "kernel-function" | "builtin";
  /** Helper number, BTF id or builtin number. */
  readonly id: number;
  /** BTF module; 0 for all but kernel functions. */
  readonly module: number;
  readonly target?: ResolvedCall;
}

/** Call of a function of the same program; its body is inlined behind this node. */
export interface CallLocal {
  readonly kind: "call-local";
  /** Slot of the callee. */
  readonly target: number;
  /** Name of the callee's frame: the call site's label, `"5"` or `"5/12"`. Empty before inlining. */
  readonly frame: string;
}

/** Helper call through a register. */
export interface CallRegister {
  readonly kind: "call-register";
  readonly register: Register;
}

/** `frame` is the frame that ends here, `""` for the program's own. */
export interface Exit {
  readonly kind: "exit";
  readonly frame: string;
}

export interface Jump {
  readonly kind: "jump";
  readonly condition: Condition | undefined;
  /** Slot. */
  readonly target: number;
}

/** Load or store. A load's operand is always a register. */
export interface Memory {
  readonly kind: "memory";
  readonly access: Access;
  readonly operand: Operand;
  readonly isLoad: boolean;
  readonly isSigned: boolean;
}

/** Legacy packet load (`ldabs`, `ldind`): reads through r6, scratches r0 to r5. */
export interface Packet {
  readonly kind: "packet";
  /** Bytes. */
  readonly width: number;
  readonly offset: number;
  readonly index: Register | undefined;
}

export interface Atomic {
  readonly kind: "atomic";
  readonly operation: AtomicOperation;
  readonly fetch: boolean;
  readonly access: Access;
  readonly value: Register;
}

/** What is known on one side of a conditional jump. */
export interface Assume {
  readonly kind: "assume";
  readonly condition: Condition;
  /** False only in tests, where the condition is written out and checked like a jump's. */
  readonly implicit: boolean;
}

/** Behind each loop head, when termination is checked. `loop` is the head's label, `18/46`. */
export interface IncrementLoopCounter {
  readonly kind: "increment-loop-counter";
  readonly loop: string;
}

export type IrInstruction =
  | Undefined
  | Binary
  | Unary
  | LoadMap
  | LoadMapAddress
  | LoadAddress
  | Call
  | CallLocal
  | CallRegister
  | Exit
  | Jump
  | Memory
  | Packet
  | Atomic
  | Assume
  | IncrementLoopCounter;
