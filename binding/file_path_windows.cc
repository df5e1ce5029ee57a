// ebpfapi opens object files by narrow functions of its C run-time, which read paths in the process's code page (libs/api/
// Verifier.cpp); paths of native images it takes as UTF-8 (_get_wstring_from_string, libs/api/ebpf_api.cpp).
#include <windows.h>

#include "file_path.h"

namespace winbpf {
namespace {

// False where the code page lacks one of the letters.
bool Encode(const std::wstring& wide, std::string* narrow) {
  const auto length = static_cast<int>(wide.size());
  BOOL lossy = FALSE;
  // No letters that look alike: they would name another file.
  const DWORD flags = WC_NO_BEST_FIT_CHARS;
  const int size = WideCharToMultiByte(CP_ACP, flags, wide.data(), length, nullptr, 0, nullptr, &lossy);
  narrow->assign(size, '\0');
  WideCharToMultiByte(CP_ACP, flags, wide.data(), length, narrow->data(), size, nullptr, &lossy);
  return size > 0 && !lossy;
}

// The path by the old names of 8.3, which are ASCII; empty where the file system keeps none.
std::wstring ShortPath(const std::wstring& path) {
  std::wstring shorter(GetShortPathNameW(path.c_str(), nullptr, 0), L'\0');
  shorter.resize(GetShortPathNameW(path.c_str(), shorter.data(), static_cast<DWORD>(shorter.size())));
  return shorter;
}

// What an image is, ebpfapi knows by ".sys" and ".dll" in small letters (ebpf_enumerate_programs, libs/api/ebpf_api.cpp):
// short names have capitals, which Windows takes for the same.
std::string WithSmallExtension(std::string path) {
  for (const char* extension : {".sys", ".dll"}) {
    const size_t at = path.size() < 4 ? 0 : path.size() - 4;
    if (_stricmp(path.c_str() + at, extension) == 0) path.replace(at, 4, extension);
  }
  return path;
}

}  // namespace

std::string NarrowPath(const std::string& path) {
  if (path.empty() || GetACP() == CP_UTF8) return WithSmallExtension(path);
  const auto length = static_cast<int>(path.size());
  std::wstring wide(MultiByteToWideChar(CP_UTF8, 0, path.data(), length, nullptr, 0), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, path.data(), length, wide.data(), static_cast<int>(wide.size()));
  std::string narrow;
  // Where neither will do, the library says that there is no such file.
  const bool fits = Encode(wide, &narrow) || Encode(ShortPath(wide), &narrow);
  return WithSmallExtension(fits ? narrow : path);
}

}  // namespace winbpf
