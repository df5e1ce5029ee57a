#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "failure.h"
#include "hook.h"

namespace winbpf {
namespace {

// include/uapi/linux/bpf.h: BPF_PERF_EVENT of enum bpf_attach_type.
constexpr uint32_t kPerfEvent = 41;

}  // namespace

abi::Fd AttachToCgroup(const Symbols& calls, abi::Fd program, const std::string& path, uint32_t attach_type) {
  if (calls.bpf_link_create == nullptr) return kMissing;
  const int cgroup = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (cgroup < 0) return -errno;
  const abi::Fd link = calls.bpf_link_create(program, cgroup, attach_type, nullptr);
  close(cgroup);
  return link;
}

abi::Fd AttachToEvent(const Symbols& calls, abi::Fd program, uint32_t type, uint64_t config, const std::string& name) {
  if (calls.bpf_link_create == nullptr) return kMissing;
  perf_event_attr attributes = {};
  attributes.size = sizeof(attributes);
  attributes.type = type;
  attributes.config = config;
  // Of a probe: the function. The kernel copies it.
  attributes.config1 = name.empty() ? 0 : reinterpret_cast<uintptr_t>(name.c_str());
  // A probe fires on every CPU, whichever CPU the event is opened for; so does a tracepoint for a program.
  const auto flags = static_cast<unsigned long>(PERF_FLAG_FD_CLOEXEC);
  const auto event = static_cast<int>(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, flags));
  if (event < 0) return -errno;
  const abi::Fd link = calls.bpf_link_create(program, event, kPerfEvent, nullptr);
  // The link keeps the event.
  close(event);
  return link;
}

abi::Fd AttachToRawTracepoint(const Symbols& calls, abi::Fd program, const std::string& name) {
  return calls.bpf_raw_tracepoint_open == nullptr ? kMissing : calls.bpf_raw_tracepoint_open(name.c_str(), program);
}

}  // namespace winbpf
