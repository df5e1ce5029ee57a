#include "object_kind.h"

namespace winbpf {

const char* KindOf(const Library& library, abi::Fd fd) {
  const auto query = library.calls().ebpf_object_get_info_by_fd;
  uint32_t type = 0;
  if (query == nullptr || query(fd, nullptr, nullptr, &type) != 0) return nullptr;
  // ebpf_object_type_t (include/ebpf_structs.h).
  static const char* const names[] = {nullptr, "map", "link", "program"};
  return type < 4 ? names[type] : nullptr;
}

}  // namespace winbpf
