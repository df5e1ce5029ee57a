import type { ArgumentType, Prototype, ReturnType } from "../../platform/linux/index.ts";
import {
  type CallContract,
  type PairArgument,
  type SingleArgument,
  type SingleArgumentKind,
  T_ALLOC_MEM,
  T_BTF_ID,
  T_SOCKET,
} from "../ir/index.ts";

/** Why a prototype cannot be called. */
export type Obstacle = "return-type" | "argument-type" | "size-missing";

export type ContractResult = { readonly contract: CallContract } | { readonly obstacle: Obstacle };

interface Pointer {
  readonly type: number | undefined;
  readonly nullable: boolean;
}

const NUMBER: Pointer = { type: undefined, nullable: false };

const RETURNS: Readonly<Record<ReturnType, Pointer | undefined>> = {
  INTEGER: NUMBER,
  INTEGER_OR_NO_RETURN_IF_SUCCEED: NUMBER,
  PTR_TO_MAP_VALUE_OR_NULL: NUMBER,
  PTR_TO_SOCK_COMMON_OR_NULL: { type: T_SOCKET, nullable: true },
  PTR_TO_SOCKET_OR_NULL: { type: T_SOCKET, nullable: true },
  PTR_TO_TCP_SOCKET_OR_NULL: { type: T_SOCKET, nullable: true },
  PTR_TO_ALLOC_MEM_OR_NULL: { type: T_ALLOC_MEM, nullable: true },
  PTR_TO_BTF_ID_OR_NULL: { type: T_BTF_ID, nullable: true },
  PTR_TO_MEM_OR_BTF_ID_OR_NULL: { type: T_BTF_ID, nullable: true },
  PTR_TO_BTF_ID: { type: T_BTF_ID, nullable: false },
  PTR_TO_MEM_OR_BTF_ID: { type: T_BTF_ID, nullable: false },
  UNSUPPORTED: undefined,
};

const SINGLES: Partial<Readonly<Record<ArgumentType, SingleArgumentKind>>> = {
  ANYTHING: "anything",
  PTR_TO_STACK: "stack",
  PTR_TO_STACK_OR_NULL: "stack",
  PTR_TO_MAP: "map",
  CONST_PTR_TO_MAP: "map",
  PTR_TO_MAP_OF_PROGRAMS: "map-of-programs",
  PTR_TO_MAP_KEY: "map-key",
  PTR_TO_MAP_VALUE: "map-value",
  PTR_TO_UNINIT_MAP_VALUE: "map-value",
  PTR_TO_CTX: "ctx",
  PTR_TO_CTX_OR_NULL: "ctx",
  PTR_TO_FUNC: "func",
  PTR_TO_BTF_ID_SOCK_COMMON: "socket",
  PTR_TO_SOCK_COMMON: "socket",
  PTR_TO_BTF_ID: "btf-id",
  PTR_TO_PERCPU_BTF_ID: "btf-id",
  PTR_TO_ALLOC_MEM: "alloc-mem",
  PTR_TO_SPIN_LOCK: "spin-lock",
  PTR_TO_TIMER: "timer",
  CONST_ALLOC_SIZE_OR_ZERO: "size-or-zero",
  PTR_TO_LONG: "writable-long",
  PTR_TO_INT: "writable-int",
};

const PAIRS: Partial<Readonly<Record<ArgumentType, PairArgument["kind"]>>> = {
  PTR_TO_READABLE_MEM: "readable",
  PTR_TO_READABLE_MEM_OR_NULL: "readable",
  PTR_TO_READONLY_MEM: "readable",
  PTR_TO_READONLY_MEM_OR_NULL: "readable",
  PTR_TO_WRITABLE_MEM: "writable",
  PTR_TO_WRITABLE_MEM_OR_NULL: "writable",
};

const isNullable = (type: ArgumentType): boolean => type.endsWith("_OR_NULL");
const isSize = (type: ArgumentType | undefined): boolean => type === "CONST_SIZE" || type === "CONST_SIZE_OR_ZERO";

function zeroMask(positions: readonly number[] | undefined): number {
  return (positions ?? []).reduce((mask, position) => mask | (1 << (position - 1)), 0);
}

/** What calling a prototype asks and does. */
export function contractOf(prototype: Prototype): ContractResult {
  const returned = RETURNS[prototype.returns];
  if (returned === undefined) return { obstacle: "return-type" };
  const singles: SingleArgument[] = [];
  const pairs: PairArgument[] = [];
  let allocationSize: number | undefined;
  for (let at = 0; at < prototype.arguments.length; at++) {
    const type = prototype.arguments[at];
    const register = at + 1;
    if (type === undefined || type === "DONTCARE") break;
    if (isSize(type)) return { obstacle: "size-missing" };
    const pair = PAIRS[type];
    const single = SINGLES[type];
    if (pair !== undefined) {
      const size = prototype.arguments[at + 1];
      if (!isSize(size)) return { obstacle: "size-missing" };
      const canBeZero = size === "CONST_SIZE_OR_ZERO";
      pairs.push({ kind: pair, orNull: isNullable(type), memory: register, size: register + 1, canBeZero });
      at++;
    } else if (single !== undefined) {
      if (type === "CONST_ALLOC_SIZE_OR_ZERO") allocationSize = register;
      singles.push({ kind: single, orNull: isNullable(type), register });
    } else return { obstacle: "argument-type" };
  }
  return {
    contract: {
      singles,
      pairs,
      returnType: returned.type,
      returnNullable: returned.nullable,
      isMapLookup: prototype.returns === "PTR_TO_MAP_VALUE_OR_NULL",
      reallocatesPacket: prototype.reallocatesPacket === true,
      allocationSize,
      zeroArguments: zeroMask(prototype.zeroArguments),
      allowedMapTypes: prototype.mapTypes,
      isTailCall: prototype.returns === "INTEGER_OR_NO_RETURN_IF_SUCCEED",
    },
  };
}

/** Contract of what cannot be called: asks nothing, as such calls are refused before they are analysed. */
export const EMPTY_CONTRACT: CallContract = {
  singles: [],
  pairs: [],
  returnType: undefined,
  returnNullable: false,
  isMapLookup: false,
  reallocatesPacket: false,
  allocationSize: undefined,
  zeroArguments: 0,
  allowedMapTypes: undefined,
  isTailCall: false,
};
