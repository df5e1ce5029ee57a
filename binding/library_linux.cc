#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include "library.h"

namespace winbpf {

// The name is a soname: the system's own search decides where it is. LD_LIBRARY_PATH is the system's business here, and
// the loader ignores it for privileged programs.
constexpr const char* kName = "libbpf.so.1";

void* Library::OpenModule(const std::string& path, std::string* opened, OpenFailure* failure) {
  if (!path.empty() && path[0] != '/') {
    *failure = {"refused", path + " is no absolute path"};
    return nullptr;
  }
  void* module = dlopen(path.empty() ? kName : path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    const char* reason = dlerror();
    *failure = {"absent", reason == nullptr ? "dlopen failed" : reason};
    return nullptr;
  }
  struct link_map* map = nullptr;
  *opened = dlinfo(module, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr ? map->l_name : kName;
  return module;
}

void* Library::FindSymbol(void* module, const char* name) { return dlsym(module, name); }

void Library::Close(abi::Fd fd) const { close(fd); }

abi::Fd Library::Duplicate(abi::Fd fd) const {
  const int duplicate = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return duplicate < 0 ? -errno : duplicate;
}

int Library::OwnErrno() { return errno; }

}  // namespace winbpf
