import type { LinuxContextName } from "./program-types.ts";

/** What a helper takes in one register. */
export type ArgumentType =
  | "ANYTHING"
  | "CONST_ALLOC_SIZE_OR_ZERO"
  | "CONST_PTR_TO_MAP"
  | "CONST_SIZE"
  | "CONST_SIZE_OR_ZERO"
  | "DONTCARE"
  | "PTR_TO_ALLOC_MEM"
  | "PTR_TO_BTF_ID"
  | "PTR_TO_BTF_ID_SOCK_COMMON"
  | "PTR_TO_CONST_STR"
  | "PTR_TO_CTX"
  | "PTR_TO_CTX_OR_NULL"
  | "PTR_TO_FUNC"
  | "PTR_TO_INT"
  | "PTR_TO_LONG"
  | "PTR_TO_MAP"
  | "PTR_TO_MAP_KEY"
  | "PTR_TO_MAP_OF_PROGRAMS"
  | "PTR_TO_MAP_VALUE"
  | "PTR_TO_PERCPU_BTF_ID"
  | "PTR_TO_READABLE_MEM"
  | "PTR_TO_READABLE_MEM_OR_NULL"
  | "PTR_TO_READONLY_MEM"
  | "PTR_TO_READONLY_MEM_OR_NULL"
  | "PTR_TO_SOCK_COMMON"
  | "PTR_TO_SPIN_LOCK"
  | "PTR_TO_STACK"
  | "PTR_TO_STACK_OR_NULL"
  | "PTR_TO_TIMER"
  | "PTR_TO_UNINIT_MAP_VALUE"
  | "PTR_TO_WRITABLE_MEM"
  | "PTR_TO_WRITABLE_MEM_OR_NULL"
  | "UNSUPPORTED";

/** What a helper leaves in r0. */
export type ReturnType =
  | "INTEGER"
  | "INTEGER_OR_NO_RETURN_IF_SUCCEED"
  | "PTR_TO_ALLOC_MEM_OR_NULL"
  | "PTR_TO_BTF_ID"
  | "PTR_TO_BTF_ID_OR_NULL"
  | "PTR_TO_MAP_VALUE_OR_NULL"
  | "PTR_TO_MEM_OR_BTF_ID"
  | "PTR_TO_MEM_OR_BTF_ID_OR_NULL"
  | "PTR_TO_SOCKET_OR_NULL"
  | "PTR_TO_SOCK_COMMON_OR_NULL"
  | "PTR_TO_TCP_SOCKET_OR_NULL"
  | "UNSUPPORTED";

/** A callee as the verifier sees it. */
export interface Prototype {
  readonly id: number;
  readonly name: string;
  readonly returns: ReturnType;
  /** At most five; shorter where the callee ignores the rest. */
  readonly arguments: readonly ArgumentType[];
  /** Packet pointers that the program holds are invalid afterwards. */
  readonly reallocatesPacket?: boolean;
  /** Only for programs with this context. */
  readonly context?: LinuxContextName;
  /** Only for programs that may sleep. */
  readonly mightSleep?: boolean;
  /** Known, but not modelled. */
  readonly unsupported?: boolean;
  /** Arguments (1 to 5) that must be zero. */
  readonly zeroArguments?: readonly number[];
  /** Map types that the map argument may have. */
  readonly mapTypes?: readonly number[];
}
