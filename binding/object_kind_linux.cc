#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "object_kind.h"

namespace winbpf {

const char* KindOf(const Library&, abi::Fd fd, int*) {
  // The kernel names the file behind a descriptor after its kind (kernel/bpf/syscall.c: anon_inode_getfd).
  char path[32];
  char target[64] = {};
  snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
  if (readlink(path, target, sizeof(target) - 1) < 0) return nullptr;
  if (strstr(target, "bpf-map") != nullptr) return "map";
  if (strstr(target, "bpf-prog") != nullptr) return "program";
  // "bpf_link" before Linux 6.6's "bpf-link".
  if (strstr(target, "bpf_link") != nullptr || strstr(target, "bpf-link") != nullptr) return "link";
  return nullptr;
}

}  // namespace winbpf
