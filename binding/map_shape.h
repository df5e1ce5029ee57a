#pragma once

#include <cstdint>

#include "handle.h"

namespace winbpf {

// 0, or a negative errno.
int ReadShape(const Descriptor& map, MapShape* shape);

}  // namespace winbpf
