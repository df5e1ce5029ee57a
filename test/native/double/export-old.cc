// What versions before 1.0 are used by, for want of better: readers that call from threads of their own, and links that
// are objects (libs/api/libbpf_map.cpp, libs/api/ebpf_api.cpp of 0.17 to 0.21). `build.mjs` makes DLLs with the exports
// of those versions.
#include <windows.h>

#include <cstring>
#include <thread>

#include "export.h"
#include "map.h"

using ring_buffer_sample_fn = int (*)(void* context, void* data, size_t size);

/** A thread that hands a ring's records over as they come, until it is freed. */
struct ring_buffer {
  std::shared_ptr<Map> map;
  ring_buffer_sample_fn sample;
  void* context;
  HANDLE event = CreateEventW(nullptr, FALSE, TRUE, nullptr);
  std::atomic<bool> ends{false};
  std::thread thread{};

  void run() {
    while (!ends) {
      WaitForSingleObject(event, INFINITE);
      Ring& ring = *map->rings[0];
      while (!ends && ring.consumer->offset < ring.producer->offset) {
        uint8_t* record = ring.data + ring.consumer->offset % ring.size;
        uint32_t length = 0;
        std::memcpy(&length, record, 4);
        if (sample(context, record + 8, length) != 0) break;
        ring.consumer->offset += (8 + length + 7) & ~7ull;
      }
    }
  }
};

EXPORT ring_buffer* ring_buffer__new(int fd, ring_buffer_sample_fn sample, void* context, const void*) {
  BEGIN_POINTER();
  std::shared_ptr<Map> map;
  Result result = get(fd, MAP, map);
  if (result == SUCCESS && (sample == nullptr || map->map_type != RINGBUF)) result = INVALID_ARGUMENT;
  if (result != SUCCESS) {
    fail(result);
    return nullptr;
  }
  state().allocations++;
  auto* buffer = new ring_buffer{map, sample, context};
  map->rings[0]->set_wait_handle(buffer->event);
  buffer->thread = std::thread([buffer] { buffer->run(); });
  return buffer;
}

EXPORT void ring_buffer__free(ring_buffer* buffer) {
  called(__func__);
  if (buffer == nullptr) return;
  buffer->ends = true;
  SetEvent(buffer->event);
  buffer->thread.join();
  std::lock_guard guard(state().lock);
  buffer->map->rings[0]->set_wait_handle(nullptr);
  CloseHandle(buffer->event);
  state().allocations--;
  delete buffer;
}

struct bpf_link {
  fd_t fd;
};

EXPORT Result ebpf_program_attach_by_fds(fd_t fd, const Guid* type, const void* parameter, size_t size, fd_t* out);

EXPORT Result ebpf_program_attach_by_fd(fd_t fd, const Guid* type, const void* parameter, size_t size, bpf_link** out) {
  BEGIN_RESULT();
  *out = nullptr;
  fd_t link = -1;
  if (const Result result = ebpf_program_attach_by_fds(fd, type, parameter, size, &link)) return result;
  state().allocations++;
  *out = new bpf_link{link};
  return SUCCESS;
}

EXPORT int bpf_link__fd(const bpf_link* link) {
  called(__func__);
  return link->fd;
}

EXPORT void ebpf_link_close(bpf_link* link) {
  called(__func__);
  std::lock_guard guard(state().lock);
  if (link == nullptr) return;
  state().close(link->fd);
  state().allocations--;
  delete link;
}
