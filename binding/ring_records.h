#pragma once

#include <cstdint>
#include <cstring>

#include "ring_memory.h"

namespace winbpf {

// A record's first 4 bytes: its length, and two marks.
constexpr uint32_t kBusy = 1U << 31;
constexpr uint32_t kDiscarded = 1U << 30;
constexpr uint32_t kRecordHeaderBytes = 8;

inline uint64_t LoadAcquire(const uint64_t* place) { return __atomic_load_n(place, __ATOMIC_ACQUIRE); }
inline void StoreRelease(uint64_t* place, uint64_t value) { __atomic_store_n(place, value, __ATOMIC_RELEASE); }

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
    const uint32_t header = __atomic_load_n(reinterpret_cast<const uint32_t*>(record), __ATOMIC_ACQUIRE);
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
