#pragma once

#include "library.h"

namespace winbpf {

// "map", "program" or "link"; NULL where the system does not say. One file for each system.
const char* KindOf(const Library& library, abi::Fd fd);

}  // namespace winbpf
