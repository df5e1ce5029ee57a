#include "object_kind.h"

namespace winbpf {
namespace {

// Before 0.21 nobody tells an object's kind: its structure does, each kind's of another size (include/ebpf_structs.h, the
// same since 0.17).
const char* KindOfSize(const Symbols& calls, abi::Fd fd, int* error) {
  if (calls.bpf_obj_get_info_by_fd == nullptr) return nullptr;
  // Zeros: members of a program's structure are read as inputs before they are written.
  uint64_t bytes[64] = {};
  uint32_t size = sizeof(bytes);
  *error = calls.bpf_obj_get_info_by_fd(fd, bytes, &size);
  if (*error < 0) return nullptr;
  return size == 96 ? "map" : size == 128 ? "program" : size == 56 ? "link" : nullptr;
}

}  // namespace

const char* KindOf(const Library& library, abi::Fd fd, int* error) {
  const Symbols& calls = library.calls();
  if (calls.ebpf_object_get_info_by_fd == nullptr) return KindOfSize(calls, fd, error);
  uint32_t type = 0;
  if (const uint32_t result = calls.ebpf_object_get_info_by_fd(fd, nullptr, nullptr, &type); result != 0) {
    *error = AsNegative(result);
    return nullptr;
  }
  // ebpf_object_type_t (include/ebpf_structs.h).
  static const char* const names[] = {nullptr, "map", "link", "program"};
  return type < 4 ? names[type] : nullptr;
}

}  // namespace winbpf
