/** Instruction class: the opcode's low three bits (RFC 9669 section 3.1). */
export type InstructionClass = "LD" | "LDX" | "ST" | "STX" | "ALU" | "JMP" | "JMP32" | "ALU64";

/** Conformance groups of RFC 9669 section 2.4; `callx` is not in the standard. */
export type ConformanceGroup =
  | "base32"
  | "base64"
  | "atomic32"
  | "atomic64"
  | "divmul32"
  | "divmul64"
  | "packet"
  | "callx";

/** What family of work a form does: the first thing that an interpreter or a compiler switches on. */
export type Kind =
  | "alu"
  | "swap"
  | "jump"
  | "call"
  | "exit"
  | "load"
  | "store"
  | "atomic"
  /** `lddw`: 64 bits from the code itself, or what a loader puts there. */
  | "wide"
  /** Legacy packet load, through the socket buffer in r6. */
  | "packet";

/** What is done, within its kind. Signedness is part of the name; width and operand source are not. */
export type Operation =
  // alu
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "sdiv"
  | "or"
  | "and"
  | "lsh"
  | "rsh"
  | "neg"
  | "mod"
  | "smod"
  | "xor"
  | "mov"
  | "movsx"
  | "arsh"
  // swap: to little-endian, to big-endian, always
  | "le"
  | "be"
  | "bswap"
  // jump
  | "ja"
  | "jeq"
  | "jgt"
  | "jge"
  | "jset"
  | "jne"
  | "jsgt"
  | "jsge"
  | "jlt"
  | "jle"
  | "jslt"
  | "jsle"
  // call
  | "helper"
  | "local"
  | "runtime"
  | "register"
  | "exit"
  // load and store
  | "load"
  | "load-signed"
  | "store"
  // atomic: add, or, and, xor of above, and
  | "xchg"
  | "cmpxchg"
  // wide: what imm stands for
  | "constant"
  | "map"
  | "map-value"
  | "variable"
  | "function"
  | "map-index"
  | "map-index-value"
  // packet
  | "absolute"
  | "indirect";

/** How a form uses its destination register field. `base` is read, as an address. */
export type DstUse = "unused" | "read" | "write" | "read-write" | "base";
/** How a form uses its source register field. A `selector` is no register: it picks the form. */
export type SrcUse = "unused" | "read" | "read-write" | "base" | "selector";
/** Jumps count slots from the next instruction; memory offsets count bytes from the base. */
export type OffsetUse = "unused" | "jump" | "memory" | "selector" | "module";
export type ImmUse =
  | "unused"
  | "selector"
  | "operand"
  | "jump"
  | "helper"
  | "btf-id"
  | "low-bits"
  | "map-fd"
  | "map-index"
  | "variable"
  | "function"
  | "packet-offset";
/** The second slot's immediate: `absent` for everything that is one slot long. */
export type HighUse = "absent" | "unused" | "high-bits" | "value-offset";

export interface FieldUses {
  readonly dst: DstUse;
  readonly src: SrcUse;
  readonly offset: OffsetUse;
  readonly imm: ImmUse;
  readonly high: HighUse;
}

/** The field, beside the opcode, that tells forms of one opcode apart, and the value that picks this one. */
export interface Selector {
  readonly field: "src" | "offset" | "imm";
  readonly value: number;
}

/** One form of instruction: a row of the table that decoding, validation, listing, assembly and execution read. */
export interface InstructionForm {
  /** Unique: the name, with `.k` (immediate operand) or `.x` (register operand) where a name has both. */
  readonly id: string;
  /** Name in the syntax of bpf_conformance, `add32`, `lock fetch add`; shared by operand sources and kinds of `lddw`. */
  readonly name: string;
  readonly opcode: number;
  readonly selector: Selector | undefined;
  readonly class: InstructionClass;
  readonly kind: Kind;
  readonly operation: Operation;
  /** Second operand: immediate (`k`), register (`x`), or the form has no such choice. */
  readonly source: "k" | "x" | undefined;
  /**
   * Bits that the operation works on: arithmetic and comparison 32 or 64, memory access and swap 8 to 64.
   * 32-bit results are zero-extended.
   */
  readonly width: 8 | 16 | 32 | 64;
  /** `movsx` only: bits that are kept and sign-extended to `width`. */
  readonly from: 8 | 16 | 32 | undefined;
  /** Atomic operations that also return the old value (xchg and cmpxchg always do). */
  readonly fetch: boolean;
  readonly fields: FieldUses;
  readonly group: ConformanceGroup;
  readonly slots: 1 | 2;
  /** In RFC 9669. `callx` and the 32-to-32-bit sign-extending move are not. */
  readonly standard: boolean;
}
