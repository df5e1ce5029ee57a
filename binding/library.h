// An opened ebpfapi.dll or libbpf.so.1 and its dispatch table. One per file and process, never unloaded: ebpfapi keeps
// state per thread, and rings may still be mapped when the last runtime is closed.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lane.h"
#include "symbols.h"

namespace winbpf {

// An ebpf_result_t where a negative number stands for failure, out of the range of errno and of failure.h's numbers.
constexpr int kNegativeResults = -200000;
inline int AsNegative(uint32_t result) { return kNegativeResults - static_cast<int>(result); }

// Why a library could not be opened.
struct OpenFailure {
  // "absent": it is not there. "refused": it is there, and must not be used. "broken": it is there, and does not load.
  const char* kind = nullptr;
  std::string message;
  // GetLastError() on Windows, 0 elsewhere.
  uint32_t last_error = 0;
};

class Library {
 public:
  // Opens the system's library, or the one at an absolute `path`; NULL and a reason where that fails.
  static std::shared_ptr<Library> Open(const std::string& path, OpenFailure* failure);

  // The functions to call from this thread.
  const Symbols& calls() const { return Lane::Of(calls_); }
  // The library's own.
  const Symbols& direct() const { return calls_; }
  // The file that was opened, as far as the system says.
  const std::string& path() const { return path_; }
  const std::vector<std::string>& missing() const { return missing_; }
  // Closes a descriptor of this library's own C run-time.
  void Close(abi::Fd fd) const;
  // A second descriptor for the same object; where that fails a negative number for Failure::Errno.
  abi::Fd Duplicate(abi::Fd fd) const;
  // A string of the library's heap, taken over and given back; empty for NULL.
  std::string Take(const char* text) const;
  // errno of the library's own C run-time, for functions that return pointers. Must follow the call at once.
  int Errno() const;

 private:
  Library() = default;

  Symbols calls_;
  std::string path_;
  std::vector<std::string> missing_;
  void* module_ = nullptr;

  // The system's part, one file each.
  static void* OpenModule(const std::string& path, std::string* opened, OpenFailure* failure);
  static void* FindSymbol(void* module, const char* name);
  // Of the calling thread.
  static int OwnErrno();
};

}  // namespace winbpf
