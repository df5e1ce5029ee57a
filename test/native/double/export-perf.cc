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
  ResetEvent(buffer.event);
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
  auto* buffer = new perf_buffer{map, sample, lost, context, std::vector<uint64_t>(map->rings.size()), nullptr};
  buffer->event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  for (auto& ring : map->rings) ring->wait_handle = buffer->event;
#ifdef WINBPF_DOUBLE_OLD
  buffer->thread = std::thread([buffer] {
    while (!buffer->ends) {
      WaitForSingleObject(buffer->event, INFINITE);
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
  for (auto& ring : buffer->map->rings) {
    if (ring->wait_handle == buffer->event) ring->wait_handle = nullptr;
  }
  CloseHandle(buffer->event);
  state().allocations--;
  delete buffer;
}

EXPORT int perf_buffer__consume(perf_buffer* buffer) {
  BEGIN_INT();
  return consume_all(*buffer);
}

EXPORT int perf_buffer__poll(perf_buffer* buffer, int timeout) {
  if (const auto injected = called(__func__)) return fail(injected.code);
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
