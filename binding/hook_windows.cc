#include "failure.h"
#include "hook.h"

namespace winbpf {

abi::Fd AttachToCgroup(const Symbols&, abi::Fd, const std::string&, uint32_t) { return kMissing; }
abi::Fd AttachToEvent(const Symbols&, abi::Fd, uint32_t, uint64_t, const std::string&) { return kMissing; }
abi::Fd AttachToRawTracepoint(const Symbols&, abi::Fd, const std::string&) { return kMissing; }

}  // namespace winbpf
