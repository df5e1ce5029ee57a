#include "file_path.h"

namespace winbpf {

std::string NarrowPath(const std::string& path) { return path; }

}  // namespace winbpf
