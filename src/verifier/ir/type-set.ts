/** Types that a register or stack cell may have; the index is the bit in a `TypeSet` and the order of printing. */
export const VALUE_TYPES = [
  "uninit",
  "map_fd_programs",
  "map_fd",
  "number",
  "ctx",
  "packet",
  "stack",
  "shared",
  "socket",
  "btf_id",
  "alloc_mem",
  "func",
] as const;

/** Set of value types: bit i stands for `VALUE_TYPES[i]`. */
export type TypeSet = number;

export const T_UNINIT = 0;
export const T_MAP_FD_PROGRAMS = 1;
export const T_MAP_FD = 2;
export const T_NUMBER = 3;
export const T_CTX = 4;
export const T_PACKET = 5;
export const T_STACK = 6;
export const T_SHARED = 7;
export const T_SOCKET = 8;
export const T_BTF_ID = 9;
export const T_ALLOC_MEM = 10;
export const T_FUNC = 11;

export const ALL_TYPES: TypeSet = (1 << VALUE_TYPES.length) - 1;

export function typeSet(...types: readonly number[]): TypeSet {
  return types.reduce((set, type) => set | (1 << type), 0);
}

export function isSingleton(set: TypeSet): boolean {
  return set !== 0 && (set & (set - 1)) === 0;
}

const NUMBER = 1 << T_NUMBER;
const REGIONS = typeSet(T_STACK, T_PACKET, T_SHARED);
const POINTERS = REGIONS | (1 << T_CTX);

/** Named sets that assertions speak of. */
export const TYPE_GROUPS = {
  number: NUMBER,
  map_fd: 1 << T_MAP_FD,
  map_fd_programs: 1 << T_MAP_FD_PROGRAMS,
  ctx: 1 << T_CTX,
  ctx_or_num: (1 << T_CTX) | NUMBER,
  packet: 1 << T_PACKET,
  stack: 1 << T_STACK,
  stack_or_num: (1 << T_STACK) | NUMBER,
  shared: 1 << T_SHARED,
  mem: REGIONS,
  mem_or_num: REGIONS | NUMBER,
  dereferenceable: POINTERS | typeSet(T_SOCKET, T_ALLOC_MEM),
  /** What 0.2.4 could dereference (D17, D21). */
  region_pointer: POINTERS,
  pointer: POINTERS,
  ptr_or_num: POINTERS | NUMBER,
  stack_or_packet: typeSet(T_STACK, T_PACKET),
  singleton_ptr: typeSet(T_CTX, T_PACKET, T_STACK),
  socket: 1 << T_SOCKET,
  btf_id: 1 << T_BTF_ID,
  alloc_mem: 1 << T_ALLOC_MEM,
  func: 1 << T_FUNC,
} as const satisfies Record<string, TypeSet>;

export type TypeGroup = keyof typeof TYPE_GROUPS;

/** Whether a register of these types may hold nothing that was written. */
export function isUnwritten(types: TypeSet): boolean {
  return types === ALL_TYPES || (types & (1 << T_UNINIT)) !== 0;
}
