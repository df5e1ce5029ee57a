#pragma once

#include "library.h"

namespace winbpf {

// "map", "program" or "link"; NULL where the system does not say, with a negative number for Failure::Errno where it
// failed. One file for each system.
const char* KindOf(const Library& library, abi::Fd fd, int* error);

}  // namespace winbpf
