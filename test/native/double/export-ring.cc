// Rings as a consumer maps them: libs/api/ebpf_api.cpp, include/ebpf_api.h.
#include "export.h"
#include "map.h"

namespace {

Result ring_of(fd_t fd, uint64_t index, Ring*& ring) {
  std::shared_ptr<Map> map;
  if (const Result result = get(fd, MAP, map)) return result;
  if (index >= map->rings.size()) return INVALID_ARGUMENT;
  ring = map->rings[index].get();
  return SUCCESS;
}

}  // namespace

EXPORT Result ebpf_map_set_wait_handle(fd_t fd, uint64_t index, ebpf_handle_t handle) {
  BEGIN_RESULT();
  Ring* ring = nullptr;
  if (const Result result = ring_of(fd, index, ring)) return result;
  if (handle == -1) return INVALID_ARGUMENT;
  ring->set_wait_handle(reinterpret_cast<void*>(handle));
  return SUCCESS;
}

EXPORT Result ebpf_ring_buffer_map_map_buffer(fd_t fd, void** consumer, const void** producer, const uint8_t** data, size_t* size) {
  BEGIN_RESULT();
  Ring* ring = nullptr;
  if (const Result result = ring_of(fd, 0, ring)) return result;
  ring->mapped++;
  state().mappings++;
  *consumer = ring->consumer;
  *producer = ring->producer;
  *data = ring->data;
  *size = ring->size;
  return SUCCESS;
}

EXPORT Result ebpf_ring_buffer_map_unmap_buffer(fd_t fd, void* consumer, const void*, const void*) {
  BEGIN_RESULT();
  Ring* ring = nullptr;
  if (const Result result = ring_of(fd, 0, ring)) return result;
  if (consumer != ring->consumer || ring->mapped == 0) return INVALID_ARGUMENT;
  ring->mapped--;
  state().mappings--;
  return SUCCESS;
}

EXPORT Result ebpf_ring_buffer_map_write(fd_t fd, const void* data, size_t length) {
  BEGIN_RESULT();
  Ring* ring = nullptr;
  if (const Result result = ring_of(fd, 0, ring)) return result;
  return data == nullptr ? INVALID_ARGUMENT : ring->write(data, length);
}

EXPORT Result ebpf_perf_event_array_map_write(fd_t fd, const void* data, size_t length) {
  BEGIN_RESULT();
  Ring* ring = nullptr;
  if (const Result result = ring_of(fd, 0, ring)) return result;
  return data == nullptr ? INVALID_ARGUMENT : ring->write(data, length);
}
