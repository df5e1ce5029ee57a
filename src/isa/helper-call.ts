/** What a listing says of a helper: its name and arguments. */
export interface HelperPrototype {
  readonly name: string;
  /**
   * Argument kinds as `ebpf_argument_type_t` of ebpf-for-windows' include/ebpf_structs.h names them, without the prefix
   * (`PTR_TO_MAP`, `CONST_SIZE`), up to the first `DONTCARE`; for helpers of Linux, the names that PREVAIL gives them.
   */
  readonly arguments: readonly string[];
}

/** Arguments that stand alone, in the words of PREVAIL's listing. */
const SINGLE: ReadonlyMap<string, string> = new Map([
  ["ANYTHING", "uint64_t"],
  ["PTR_TO_CTX", "ctx"],
  ["PTR_TO_CTX_OR_NULL", "ctx?"],
  ["PTR_TO_STACK", "stack"],
  ["PTR_TO_STACK_OR_NULL", "stack?"],
  ["PTR_TO_FUNC", "func"],
  ["PTR_TO_MAP", "map_fd"],
  ["CONST_PTR_TO_MAP", "map_fd"],
  ["PTR_TO_MAP_OF_PROGRAMS", "map_fd_programs"],
  ["PTR_TO_MAP_KEY", "map_key"],
  ["PTR_TO_MAP_VALUE", "map_value"],
  ["PTR_TO_UNINIT_MAP_VALUE", "map_value"],
  ["PTR_TO_SOCK_COMMON", "socket"],
  ["PTR_TO_BTF_ID_SOCK_COMMON", "socket"],
  ["PTR_TO_BTF_ID", "btf_id"],
  ["PTR_TO_PERCPU_BTF_ID", "btf_id"],
  ["PTR_TO_ALLOC_MEM", "alloc_mem"],
  ["PTR_TO_SPIN_LOCK", "spin_lock"],
  ["PTR_TO_TIMER", "timer"],
  ["CONST_ALLOC_SIZE_OR_ZERO", "size?"],
  ["PTR_TO_LONG", "out_long"],
  ["PTR_TO_INT", "out_int"],
]);

/** Pointers that are followed by their size. */
const MEMORY: ReadonlyMap<string, string> = new Map([
  ["PTR_TO_READABLE_MEM", "mem"],
  ["PTR_TO_READABLE_MEM_OR_NULL", "mem?"],
  ["PTR_TO_READONLY_MEM", "mem"],
  ["PTR_TO_READONLY_MEM_OR_NULL", "mem?"],
  ["PTR_TO_WRITABLE_MEM", "out"],
  ["PTR_TO_WRITABLE_MEM_OR_NULL", "out?"],
]);

/** The mark of a size that may be zero. */
const SIZE: ReadonlyMap<string, string> = new Map([
  ["CONST_SIZE", ""],
  ["CONST_SIZE_OR_ZERO", "?"],
]);

/** Arguments of a call; empty where a kind is unknown, or a pointer has no size. */
function argumentList(kinds: readonly string[]): string[] {
  const list: string[] = [];
  for (let register = 1; register <= kinds.length; register++) {
    const kind = kinds[register - 1] ?? "";
    if (kind === "DONTCARE") break;
    const single = SINGLE.get(kind);
    if (single !== undefined) {
      list.push(`${single} r${register}`);
      continue;
    }
    const memory = MEMORY.get(kind);
    const size = SIZE.get(kinds[register] ?? "");
    if (memory === undefined || size === undefined) return [];
    list.push(`${memory} r${register}[r${register + 1}${size}], uint64_t r${register + 1}`);
    register++;
  }
  return list;
}

/** `r0 = bpf_map_delete_elem:3(map_fd r1, map_key r2)`; a helper that nobody knows is named by its number. */
export function helperCall(id: number, prototype: HelperPrototype | undefined): string {
  return `r0 = ${prototype?.name ?? id}:${id}(${argumentList(prototype?.arguments ?? []).join(", ")})`;
}
