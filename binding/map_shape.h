#pragma once

#include <cstdint>

#include "handle.h"

namespace winbpf {

// What the kernel says of a map's sizes: buffers are made from this, never from what a caller believes.
struct MapShape {
  uint32_t type = 0;
  uint32_t key_size = 0;
  uint32_t value_size = 0;
  uint32_t max_entries = 0;
  // Bytes of a value as it crosses the border: of all CPUs together, each padded to 8 bytes, in per-CPU maps.
  uint64_t value_bytes = 0;
};

// 0, or a negative errno.
int ReadShape(const Descriptor& map, MapShape* shape);

}  // namespace winbpf
