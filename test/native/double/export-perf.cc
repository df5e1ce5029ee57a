// Perf event arrays are read by the library, ring by ring: libs/api/ebpf_api.cpp.
#include <windows.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "export.h"
#include "map.h"

using perf_buffer_sample_fn = void (*)(void* context, int cpu, void* data, uint32_t size);
using perf_buffer_lost_fn = void (*)(void* context, int cpu, uint64_t count);

struct perf_buffer {
  /** The caller's own, by which its mappings are found again (ebpf_ring_mapping_t::map_fd, libs/api/libbpf_map.cpp). */
  fd_t fd;
  std::shared_ptr<Map> map;
  perf_buffer_sample_fn sample;
  perf_buffer_lost_fn lost;
  void* context;
  std::vector<uint64_t> told;
  HANDLE event;
  /** Before 1.1 records are handed over as they come. */
  std::atomic<bool> ends{false};
  std::thread thread{};
};

namespace {

int consume(perf_buffer& buffer, size_t cpu) {
  Ring& ring = *buffer.map->rings[cpu];
  if (const uint64_t lost = ring.producer->lost; lost != buffer.told[cpu]) {
    buffer.lost(buffer.context, static_cast<int>(cpu), lost - buffer.told[cpu]);
    buffer.told[cpu] = lost;
  }
  int count = 0;
  while (ring.consumer->offset < ring.producer->offset) {
    uint8_t* record = ring.data + ring.consumer->offset % ring.size;
    uint32_t length = 0;
    std::memcpy(&length, record, 4);
    buffer.sample(buffer.context, static_cast<int>(cpu), record + 8, length);
    ring.consumer->offset += (8 + length + 7) & ~7ull;
    count++;
  }
  return count;
}

int consume_all(perf_buffer& buffer) {
  int count = 0;
  for (size_t cpu = 0; cpu < buffer.map->rings.size(); cpu++) count += consume(buffer, cpu);
  return count;
}

}  // namespace

EXPORT perf_buffer* perf_buffer__new(int fd, size_t pages, perf_buffer_sample_fn sample, perf_buffer_lost_fn lost, void* context,
                                     const void*) {
  BEGIN_POINTER();
  std::shared_ptr<Map> map;
  Result result = get(fd, MAP, map);
  // The rings' size is the map's own: a page count is refused, and so is a missing callback.
  if (result == SUCCESS && (pages != 0 || sample == nullptr || lost == nullptr || map->map_type != PERF_EVENT_ARRAY)) {
    result = INVALID_ARGUMENT;
  }
  if (result != SUCCESS) {
    fail(result);
    return nullptr;
  }
  state().allocations++;
  auto* buffer = new perf_buffer{fd, map, sample, lost, context, {}, nullptr};
  buffer->event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  for (auto& ring : map->rings) {
    ring->set_wait_handle(buffer->event);
    buffer->told.push_back(ring->producer->lost);  // what was lost before is not told (ebpf_perf_buffer_new_internal)
    state().mappings++;
  }
#ifdef WINBPF_DOUBLE_OLD
  buffer->thread = std::thread([buffer] {
    while (!buffer->ends) {
      WaitForSingleObject(buffer->event, INFINITE);
      ResetEvent(buffer->event);
      if (!buffer->ends) consume_all(*buffer);
    }
  });
#endif
  return buffer;
}

EXPORT void perf_buffer__free(perf_buffer* buffer) {
  called(__func__);
  if (buffer == nullptr) return;
  buffer->ends = true;
  SetEvent(buffer->event);
  if (buffer->thread.joinable()) buffer->thread.join();
  std::lock_guard guard(state().lock);
  // Upstream wants the kernel to forget the event, too, by a handle that the kernel refuses: it keeps it.
  if (state().get(buffer->fd) == buffer->map) state().mappings -= buffer->map->rings.size();
  CloseHandle(buffer->event);
  state().allocations--;
  delete buffer;
}

// Does not reset the event, as perf_buffer__poll does (libs/api/libbpf_map.cpp).
EXPORT int perf_buffer__consume(perf_buffer* buffer) {
  BEGIN_INT();
  return consume_all(*buffer);
}

EXPORT int perf_buffer__poll(perf_buffer* buffer, int timeout) {
  if (const auto injected = called(__func__)) return fail(injected.code);
  ResetEvent(buffer->event);
  if (const int count = consume_all(*buffer); count != 0 || timeout == 0) return count;
  WaitForSingleObject(buffer->event, timeout < 0 ? INFINITE : static_cast<DWORD>(timeout));
  return consume_all(*buffer);
}

EXPORT size_t perf_buffer__buffer_cnt(const perf_buffer* buffer) {
  called(__func__);
  return buffer->map->rings.size();
}

EXPORT ebpf_handle_t ebpf_perf_buffer_get_wait_handle(const perf_buffer* buffer) {
  called(__func__);
  return reinterpret_cast<ebpf_handle_t>(buffer->event);
}
