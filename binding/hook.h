// Hooks of Linux' own that bpf_link_create does not reach by an interface's index. Windows has none of them.
#pragma once

#include <cstdint>
#include <string>

#include "symbols.h"

namespace winbpf {

// Each gives a link's descriptor, or a negative errno; kMissing (failure.h) where the library lacks the call.

// `path` is the cgroup's folder.
abi::Fd AttachToCgroup(const Symbols& calls, abi::Fd program, const std::string& path, uint32_t attach_type);
// An event as perf_event_open(2) takes it: the type's number, its configuration, and the name of a kernel function, "".
abi::Fd AttachToEvent(const Symbols& calls, abi::Fd program, uint32_t type, uint64_t config, const std::string& name);
abi::Fd AttachToRawTracepoint(const Symbols& calls, abi::Fd program, const std::string& name);

}  // namespace winbpf
