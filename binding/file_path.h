#pragma once

#include <string>

namespace winbpf {

// The path of a file, UTF-8, as functions of the library take it that open the file by themselves. One file for each
// system.
std::string NarrowPath(const std::string& path);

}  // namespace winbpf
