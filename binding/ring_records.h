#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>

#include "ring_memory.h"

namespace winbpf {

// A record's first 4 bytes: its length, and two marks.
constexpr uint32_t kBusy = 1U << 31;
constexpr uint32_t kDiscarded = 1U << 30;
constexpr uint32_t kRecordHeaderBytes = 8;

// The kernel's memory holds plain words, and C++17 has atomic objects only. These have the same size and need no lock, on
// all systems that the addon is for; __atomic_load_n would say it without the cast, but MSVC does not know that.
template <typename Word>
const std::atomic<Word>& AtomicAt(const void* place) {
  static_assert(sizeof(std::atomic<Word>) == sizeof(Word) && std::atomic<Word>::is_always_lock_free);
  return *static_cast<const std::atomic<Word>*>(place);
}

inline uint64_t LoadAcquire(const uint64_t* place) {
  return AtomicAt<uint64_t>(place).load(std::memory_order_acquire);
}
inline void StoreRelease(uint64_t* place, uint64_t value) {
  reinterpret_cast<std::atomic<uint64_t>*>(place)->store(value, std::memory_order_release);
}

// Copies whole records, headers included, from `offset` on: up to one that is still being written, or as many as there is
// room for. The offset behind them; or, where not even one fits, the negative number of bytes that it needs.
inline double CopyRecords(const RingMemory& ring, uint64_t offset, uint8_t* target, size_t room) {
  const uint64_t end = LoadAcquire(ring.producer);
  const uint64_t consumed = LoadAcquire(ring.consumer);
  // Nothing before the consumer's offset is there any more, nothing else can lie further ahead than the ring is long.
  if (offset < consumed || offset > end || end - consumed > ring.size) return static_cast<double>(offset);
  uint64_t at = offset;
  size_t copied = 0;
  while (at < end) {
    const uint8_t* record = ring.data + (at & (ring.size - 1));
    const uint32_t header = AtomicAt<uint32_t>(record).load(std::memory_order_acquire);
    if ((header & kBusy) != 0) break;
    const uint64_t length = header & ~(kBusy | kDiscarded);
    const uint64_t bytes = (kRecordHeaderBytes + length + 7) / 8 * 8;
    if (bytes > end - at) break;
    if (bytes > room - copied) {
      if (copied == 0) return -static_cast<double>(bytes);
      break;
    }
    memcpy(target + copied, record, bytes);
    copied += bytes;
    at += bytes;
  }
  return static_cast<double>(at);
}

}  // namespace winbpf
