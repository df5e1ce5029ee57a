import type { TypeSet } from "../ir/index.ts";

/** What is tracked about a location: two views of its 64 bits, and a number or more for each type of pointer. */
export const KIND_NAMES = [
  "svalue",
  "uvalue",
  "ctx_offset",
  "map_fd",
  "map_fd_programs",
  "packet_offset",
  "shared_offset",
  "stack_offset",
  "shared_region_size",
  "stack_numeric_size",
  "socket_offset",
  "btf_id_offset",
  "alloc_mem_offset",
  "alloc_mem_size",
] as const;

/** Index into `KIND_NAMES`. */
export type Kind = number;

export const SVALUE: Kind = 0;
export const UVALUE: Kind = 1;
export const CTX_OFFSET: Kind = 2;
export const MAP_FD: Kind = 3;
export const MAP_FD_PROGRAMS: Kind = 4;
export const PACKET_OFFSET: Kind = 5;
export const SHARED_OFFSET: Kind = 6;
export const STACK_OFFSET: Kind = 7;
export const SHARED_REGION_SIZE: Kind = 8;
export const STACK_NUMERIC_SIZE: Kind = 9;
export const SOCKET_OFFSET: Kind = 10;
const BTF_ID_OFFSET: Kind = 11;
export const ALLOC_MEM_OFFSET: Kind = 12;
export const ALLOC_MEM_SIZE: Kind = 13;

export const KIND_COUNT = KIND_NAMES.length;

/** By type, what it gives a meaning to; the first is the offset or handle itself. `uvalue` means something for all types. */
export const KINDS_OF_TYPE: readonly (readonly Kind[])[] = [
  [],
  [MAP_FD_PROGRAMS],
  [MAP_FD],
  [SVALUE],
  [CTX_OFFSET],
  [PACKET_OFFSET],
  [STACK_OFFSET, STACK_NUMERIC_SIZE],
  [SHARED_OFFSET, SHARED_REGION_SIZE],
  [SOCKET_OFFSET],
  [BTF_ID_OFFSET],
  [ALLOC_MEM_OFFSET, ALLOC_MEM_SIZE],
  [],
];

/** Everything that depends on the type: all kinds but `uvalue`. */
export const TYPED_KINDS: readonly Kind[] = KINDS_OF_TYPE.flat();

/** What pointer arithmetic invalidates: all kinds but the two views of the value. */
export const OFFSET_KINDS: readonly Kind[] = TYPED_KINDS.filter((kind) => kind !== SVALUE);

/** Sizes of which only a lower bound is meaningful: no upper bound is ever read. */
export function isMinimumOnly(kind: Kind): boolean {
  return kind === SHARED_REGION_SIZE || kind === STACK_NUMERIC_SIZE;
}

/** The members of a type set, in the order of the types' numbers. */
export function typesIn(set: TypeSet): number[] {
  const types: number[] = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) types.push(31 - Math.clz32(rest & -rest));
  return types;
}
