#include "map_shape.h"

#include <cstring>

namespace winbpf {
namespace {

bool IsPerCpu(uint32_t type) {
#ifdef _WIN32
  // ebpf-for-windows, include/ebpf_structs.h: PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH.
  return type == 4 || type == 5 || type == 11;
#else
  // Linux, include/uapi/linux/bpf.h: PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE.
  return type == 5 || type == 6 || type == 10 || type == 21;
#endif
}

}  // namespace

int ReadShape(const Descriptor& map, MapShape* shape) {
  if (shape->known) return 0;
  const Symbols& calls = map.calls();
  if (calls.bpf_obj_get_info_by_fd == nullptr) return -22;
  // Both systems begin the structure with the type and id (in this order or the other), then the sizes.
  uint32_t words[128] = {};
  uint32_t size = sizeof(words);
  const int result = calls.bpf_obj_get_info_by_fd(map.fd(), words, &size);
  if (result < 0) return result;
#ifdef _WIN32
  shape->type = words[1];
#else
  shape->type = words[0];
#endif
  shape->key_size = words[2];
  shape->value_size = words[3];
  shape->max_entries = words[4];
  shape->value_bytes = shape->value_size;
  if (IsPerCpu(shape->type)) {
    const int cpus = calls.libbpf_num_possible_cpus == nullptr ? 0 : calls.libbpf_num_possible_cpus();
    if (cpus <= 0) return cpus < 0 ? cpus : -22;
    shape->value_bytes = (static_cast<uint64_t>(shape->value_size) + 7) / 8 * 8 * static_cast<uint32_t>(cpus);
  }
  shape->known = true;
  return 0;
}

}  // namespace winbpf
