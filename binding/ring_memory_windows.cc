#include <windows.h>

#include "ring_memory.h"

namespace winbpf {
namespace {

struct WindowsRing : RingMemory {
  explicit WindowsRing(DescriptorRef descriptor) : map(std::move(descriptor)) {}
  ~WindowsRing() override {
    // Before the map's descriptor is closed: a mapping is found by it.
    if (consumer != nullptr && map->calls().ebpf_ring_buffer_map_unmap_buffer != nullptr) {
      map->calls().ebpf_ring_buffer_map_unmap_buffer(map->fd(), consumer, producer, data);
    }
    if (event != nullptr) CloseHandle(event);
  }
  intptr_t handle() const override { return reinterpret_cast<intptr_t>(event); }

  const DescriptorRef map;
  // Resets itself: a wait that ends has taken the signal.
  HANDLE event = CreateEventW(nullptr, FALSE, FALSE, nullptr);
};

constexpr uint32_t kInvalidObject = 5;
constexpr uint32_t kNotSupported = 18;
constexpr uint32_t kNoMemory = 12;

}  // namespace

std::unique_ptr<RingMemory> RingMemory::Open(DescriptorRef map, uint32_t, int*, uint32_t* result) {
  const Symbols& calls = map->calls();
  if (calls.ebpf_ring_buffer_map_map_buffer == nullptr || calls.ebpf_map_set_wait_handle == nullptr) {
    *result = kNotSupported;
    return nullptr;
  }
  auto ring = std::make_unique<WindowsRing>(std::move(map));
  if (ring->event == nullptr) {
    *result = kNoMemory;
    return nullptr;
  }
  void* consumer = nullptr;
  const void* producer = nullptr;
  const uint8_t* data = nullptr;
  size_t size = 0;
  *result = calls.ebpf_ring_buffer_map_map_buffer(ring->map->fd(), &consumer, &producer, &data, &size);
  if (*result != 0) return nullptr;
  // From here on it is given back, whatever else fails.
  ring->consumer = static_cast<uint64_t*>(consumer);
  ring->producer = static_cast<const uint64_t*>(producer);
  ring->data = data;
  ring->size = size;
  // Places in it are found by its size (libs/runtime/ebpf_ring_buffer.c takes powers of two only).
  if (consumer == nullptr || producer == nullptr || data == nullptr || size == 0 || (size & (size - 1)) != 0) {
    *result = kInvalidObject;
    return nullptr;
  }
  *result = calls.ebpf_map_set_wait_handle(ring->map->fd(), 0, ring->handle());
  return *result == 0 ? std::move(ring) : nullptr;
}

}  // namespace winbpf
