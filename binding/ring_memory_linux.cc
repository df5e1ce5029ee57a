#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "ring_memory.h"

namespace winbpf {
namespace {

struct LinuxRing : RingMemory {
  explicit LinuxRing(DescriptorRef descriptor) : map(std::move(descriptor)) {}
  ~LinuxRing() override {
    if (first != MAP_FAILED) munmap(first, page);
    if (second != MAP_FAILED) munmap(second, page + 2 * size);
  }
  // epoll takes the map's descriptor itself.
  intptr_t handle() const override { return map->fd(); }

  const DescriptorRef map;
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* first = MAP_FAILED;
  void* second = MAP_FAILED;
};

}  // namespace

std::unique_ptr<RingMemory> RingMemory::Open(DescriptorRef map, uint32_t max_entries, int* error, uint32_t*) {
  auto ring = std::make_unique<LinuxRing>(std::move(map));
  ring->size = max_entries;
  ring->first = mmap(nullptr, ring->page, PROT_READ | PROT_WRITE, MAP_SHARED, ring->map->fd(), 0);
  if (ring->first == MAP_FAILED) {
    *error = -errno;
    return nullptr;
  }
  ring->second = mmap(nullptr, ring->page + 2 * ring->size, PROT_READ, MAP_SHARED, ring->map->fd(),
                      static_cast<off_t>(ring->page));
  if (ring->second == MAP_FAILED) {
    *error = -errno;
    return nullptr;
  }
  ring->consumer = static_cast<uint64_t*>(ring->first);
  ring->producer = static_cast<const uint64_t*>(ring->second);
  ring->data = static_cast<const uint8_t*>(ring->second) + ring->page;
  return ring;
}

}  // namespace winbpf
