// Names and numbers of types: what the section store answers (libs/api_common/store_helper_internal.cpp).
#include <iterator>

#include "export.h"
#include "types.h"

EXPORT const char* ebpf_get_program_type_name(const Guid* type) {
  BEGIN_POINTER();
  const auto* known = program_type(*type);
  return known == nullptr ? nullptr : known->name;
}

EXPORT const char* ebpf_get_attach_type_name(const Guid* type) {
  BEGIN_POINTER();
  const auto* known = attach_type(*type);
  return known == nullptr ? nullptr : known->prefix;
}

EXPORT uint32_t ebpf_get_bpf_program_type(const Guid* type) {
  called(__func__);
  const auto* known = program_type(*type);
  return known == nullptr ? 0 : known->number;
}

EXPORT const Guid* ebpf_get_ebpf_program_type(uint32_t number) {
  BEGIN_POINTER();
  const auto* known = program_type(number);
  return known == nullptr ? nullptr : &known->guid;
}

EXPORT uint32_t ebpf_get_bpf_attach_type(const Guid* type) {
  called(__func__);
  const auto* known = attach_type(*type);
  return known == nullptr ? 0 : known->number;
}

EXPORT Result ebpf_get_ebpf_attach_type(uint32_t number, Guid* type) {
  BEGIN_RESULT();
  const auto* known = attach_type(number);
  if (known == nullptr) return INVALID_ARGUMENT;
  *type = known->guid;
  return SUCCESS;
}

EXPORT Result ebpf_get_program_type_by_name(const char* name, Guid* type, Guid* expected_attach_type) {
  BEGIN_RESULT();
  const auto* known = attach_type(name);
  if (known == nullptr) return KEY_NOT_FOUND;
  *type = program_type(known->program_type)->guid;
  *expected_attach_type = known->guid;
  return SUCCESS;
}

EXPORT int libbpf_prog_type_by_name(const char* name, uint32_t* type, uint32_t* expected_attach_type) {
  BEGIN_INT();
  if (name == nullptr) return fail(INVALID_ARGUMENT);
  const auto* known = attach_type(name);
  if (known == nullptr) return fail_errno(3);  // ESRCH
  *type = known->program_type;
  *expected_attach_type = known->number;
  return 0;
}

EXPORT int libbpf_attach_type_by_name(const char* name, uint32_t* type) {
  BEGIN_INT();
  if (name == nullptr) return fail(INVALID_ARGUMENT);
  const auto* known = attach_type(name);
  if (known == nullptr) return fail_errno(3);
  *type = known->number;
  return 0;
}

EXPORT const char* libbpf_bpf_prog_type_str(uint32_t number) {
  BEGIN_POINTER();
  const auto* known = program_type(number);
  return known == nullptr ? nullptr : known->name;
}

EXPORT const char* libbpf_bpf_attach_type_str(uint32_t number) {
  BEGIN_POINTER();
  if (number == 0) return "unspec";
  const auto* known = attach_type(number);
  return known == nullptr ? nullptr : known->prefix;
}

EXPORT const char* libbpf_bpf_link_type_str(uint32_t number) {
  BEGIN_POINTER();
  static constexpr const char* names[] = {"unspec", "plain", "cgroup", "xdp"};
  return number < 4 ? names[number] : nullptr;
}

EXPORT const char* libbpf_bpf_map_type_str(uint32_t number) {
  BEGIN_POINTER();
  static constexpr const char* names[] = {"unspec", "hash", "array", "prog_array", "percpu_hash", "percpu_array", "hash_of_maps",
                                          "array_of_maps", "lru_hash", "lpm_trie", "queue", "lru_percpu_hash", "stack", "ringbuf",
                                          "perf_event_array", "sample_hash_map", "xskmap"};
  return number < std::size(names) ? names[number] : nullptr;
}
