import type { BtfType, MapSpec, ObjectSpec, ProgramSpec } from "../spec/index.ts";

/** Linux' map types that are made with the types of their keys and values, or with more than a definition says. */
const TYPED_MAPS: ReadonlySet<number> = new Set([19, 21, 24, 26, 28, 29, 30, 32, 33]);
/** Fields of map values that the kernel wants to know of (kernel/bpf/btf.c, btf_get_field_type). */
const SPECIAL_FIELDS: ReadonlySet<string> = new Set([
  "bpf_spin_lock",
  "bpf_res_spin_lock",
  "bpf_timer",
  "bpf_wq",
  "bpf_task_work",
  "bpf_list_head",
  "bpf_list_node",
  "bpf_rb_root",
  "bpf_rb_node",
  "bpf_refcount",
  "bpf_dynptr",
]);
/** Program types that are loaded for one of the kernel's own functions. */
const BOUND_TYPES: ReadonlySet<string> = new Set(["tracing", "lsm", "ext", "struct_ops"]);
/** Sections whose names say more than a type: not loaded by itself, sleeping, in many places, in fragments. */
const SPECIAL_SECTION =
  /^\?|^[^/]*\.(s|multi|session|frags)(\/|$)|^(usdt|tp_btf|fentry|fexit|fmod_ret|iter)(\/|$)|^struct_ops/;
/** Variables and functions of the kernel's, and operations for it. */
const KERNEL_SECTION = /^\.(kconfig|ksyms|struct_ops|arena)/;

const isSpecialType = (type: BtfType): boolean =>
  (type.kind === "struct" && SPECIAL_FIELDS.has(type.name)) ||
  (type.kind === "datasec" && KERNEL_SECTION.test(type.name)) ||
  (type.kind === "type_tag" && /^(kptr|percpu_kptr|uptr)/.test(type.name));

const isSpecialMap = ({ type, inner }: MapSpec): boolean =>
  TYPED_MAPS.has(type) || (inner !== undefined && isSpecialMap(inner));

const isSpecialProgram = ({ type, section, references }: ProgramSpec): boolean =>
  BOUND_TYPES.has(type) ||
  SPECIAL_SECTION.test(section) ||
  references.some(({ kind }) => kind !== "map" && kind !== "map-value");

/**
 * Whether an object for Linux asks for what is between it and the kernel: CO-RE, the kernel's own types, functions and
 * configuration, types that go with programs and maps. libbpf does that, and programs one by one cannot have it.
 */
export function needsLibbpf({ coreRelocations, faults, btf, maps, programs }: ObjectSpec): boolean {
  return (
    (coreRelocations ?? 0) > 0 ||
    faults !== undefined ||
    programs.length === 0 ||
    (btf?.types.some(isSpecialType) ?? false) ||
    maps.some(isSpecialMap) ||
    programs.some(isSpecialProgram)
  );
}
