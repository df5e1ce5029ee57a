// The memory of a ring buffer map: where records lie, and how far each side has come. Linux maps it with mmap, ebpfapi
// with a call of its own; offsets and records are laid out alike (Linux: Documentation/bpf/ringbuf.rst; ebpf-for-windows:
// libs/shared/ebpf_ring_buffer_record.h).
#pragma once

#include <memory>

#include "handle.h"
#include "waiter.h"

namespace winbpf {

struct RingMemory : Waitable {
  // Consumed up to here: ours to write.
  uint64_t* consumer = nullptr;
  // Produced up to here: the kernel's.
  const uint64_t* producer = nullptr;
  // Twice in a row, so that no record is cut.
  const uint8_t* data = nullptr;
  // Bytes, a power of two.
  uint64_t size = 0;

  // NULL and a negative errno, or an ebpf_result_t, where the memory cannot be had.
  static std::unique_ptr<RingMemory> Open(DescriptorRef map, uint32_t max_entries, int* error, uint32_t* result);
};

}  // namespace winbpf
