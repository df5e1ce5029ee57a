#include "library.h"

#include <map>

namespace winbpf {

std::shared_ptr<Library> Library::Open(const std::string& path, OpenFailure* failure) {
  static std::mutex mutex;
  // Left alone at exit: other threads may still be inside the library.
  static auto& libraries = *new std::map<void*, std::shared_ptr<Library>>();

  std::string opened;
  void* module = OpenModule(path, &opened, failure);
  if (module == nullptr) return nullptr;

  std::lock_guard<std::mutex> lock(mutex);
  std::shared_ptr<Library>& library = libraries[module];
  if (library == nullptr) {
    library.reset(new Library());
    library->module_ = module;
    library->path_ = opened;
#define WINBPF_RESOLVE(result, name, parameters)                                                          \
  library->calls_.name = reinterpret_cast<decltype(library->calls_.name)>(FindSymbol(module, #name)); \
  if (library->calls_.name == nullptr) library->missing_.push_back(#name);
    WINBPF_SYMBOLS(WINBPF_RESOLVE)
#undef WINBPF_RESOLVE
  }
  return library;
}

std::string Library::Take(const char* text) const {
  const auto free = [this](const char* given) {
    if (calls().ebpf_free_string != nullptr) calls().ebpf_free_string(given);
  };
  const std::unique_ptr<const char, decltype(free)> owned(text, free);
  return text == nullptr ? "" : text;
}

int Library::Errno() const {
  int error = 0;
  Lane::On(calls_, [&error] { error = OwnErrno(); });
  return error;
}

}  // namespace winbpf
