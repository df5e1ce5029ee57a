// Links: attaching programs, and taking them off their hooks.
#include <cstring>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "hook.h"
#include "instance.h"

namespace winbpf {
namespace {

// Linux attaches to a target by number; ebpfapi by the type's GUID and parameters.
class AttachJob : public Job {
 public:
  AttachJob(Napi::Env env, DescriptorRef program) : Job(env), program_(std::move(program)) {}
  ~AttachJob() override {
    if (fd_ >= 0) program_->library()->Close(fd_);
  }

  Napi::Value Result(Napi::Env env) override {
    if (failure_.call != nullptr) return ToJs(env, failure_);
    const abi::Fd fd = fd_;
    fd_ = -1;
    return WrapDescriptor(env, program_->library(), fd);
  }

 protected:
  const DescriptorRef program_;
  abi::Fd fd_ = -1;
  Failure failure_ = {nullptr};
};

class CreateJob : public AttachJob {
 public:
  CreateJob(Napi::Env env, DescriptorRef program, int target, uint32_t type)
      : AttachJob(env, std::move(program)), target_(target), type_(type) {}

  void Run() override {
    fd_ = program_->calls().bpf_link_create(program_->fd(), target_, type_, nullptr);
    if (fd_ < 0) failure_ = Failure::Errno("bpf_link_create", fd_);
  }

 private:
  const int target_;
  const uint32_t type_;
};

class ByFdsJob : public AttachJob {
 public:
  ByFdsJob(Napi::Env env, DescriptorRef program, abi::Guid type, std::vector<uint8_t> parameters)
      : AttachJob(env, std::move(program)), type_(type), parameters_(std::move(parameters)) {}

  void Run() override {
    const Symbols& calls = program_->calls();
    if (calls.ebpf_program_attach_by_fds == nullptr) return AttachByLink(calls);
    const uint32_t result =
        calls.ebpf_program_attach_by_fds(program_->fd(), &type_, parameters(), parameters_.size(), &fd_);
    if (result != 0) {
      fd_ = -1;
      failure_ = Failure::Result("ebpf_program_attach_by_fds", result);
    }
  }

 private:
  void* parameters() { return parameters_.empty() ? nullptr : parameters_.data(); }

  // Before 0.21 there is a link object only; its descriptor is closed with it, without detaching while there is ours.
  void AttachByLink(const Symbols& calls) {
    abi::BpfLink* link = nullptr;
    const uint32_t result =
        calls.ebpf_program_attach_by_fd(program_->fd(), &type_, parameters(), parameters_.size(), &link);
    if (result != 0 || link == nullptr) {
      failure_ = Failure::Result("ebpf_program_attach_by_fd", result == 0 ? kFailed : result);
      return;
    }
    fd_ = program_->library()->Duplicate(calls.bpf_link__fd(link));
    if (fd_ < 0) failure_ = Failure::Errno("duplicate", fd_);
    calls.ebpf_link_close(link);
  }

  static constexpr uint32_t kFailed = 17;
  const abi::Guid type_;
  std::vector<uint8_t> parameters_;
};

class HookJob : public AttachJob {
 public:
  HookJob(Napi::Env env, DescriptorRef program, std::string kind, std::string name, uint32_t type, double config)
      : AttachJob(env, std::move(program)),
        kind_(std::move(kind)),
        name_(std::move(name)),
        type_(type),
        config_(static_cast<uint64_t>(config)) {}

  void Run() override {
    const Symbols& calls = program_->calls();
    const abi::Fd fd = kind_ == "cgroup"  ? AttachToCgroup(calls, program_->fd(), name_, type_)
                       : kind_ == "event" ? AttachToEvent(calls, program_->fd(), type_, config_, name_)
                                          : AttachToRawTracepoint(calls, program_->fd(), name_);
    if (fd >= 0) fd_ = fd;
    else failure_ = fd == kMissing ? Failure::Missing("bpf_link_create") : Failure::Errno("bpf_link_create", fd);
  }

 private:
  const std::string kind_;
  const std::string name_;
  const uint32_t type_;
  const uint64_t config_;
};

// attachHook(program, "cgroup" | "event" | "raw_tracepoint", name, type, config)
Napi::Value AttachHook(const Napi::CallbackInfo& info) {
  DescriptorRef program = DescriptorOf(info[0]);
  if (program == nullptr) return ToJs(info.Env(), Closed("bpf_link_create"));
  const double config = info[4].IsNumber() ? info[4].As<Napi::Number>().DoubleValue() : 0;
  return Instance::Of(info.Env())
      .Start(std::make_unique<HookJob>(info.Env(), std::move(program), TextOf(info[1]), TextOf(info[2]),
                                       NumberOf(info[3]), config));
}

// createLink(program, target, attachType)
Napi::Value CreateLink(const Napi::CallbackInfo& info) {
  DescriptorRef program = DescriptorOf(info[0]);
  if (program == nullptr) return ToJs(info.Env(), Closed("bpf_link_create"));
  if (program->calls().bpf_link_create == nullptr) return ToJs(info.Env(), Failure::Missing("bpf_link_create"));
  return Instance::Of(info.Env())
      .Start(std::make_unique<CreateJob>(info.Env(), std::move(program), static_cast<int>(NumberOf(info[1])),
                                         NumberOf(info[2])));
}

// attach(program, attachType: 16 bytes, parameters)
Napi::Value Attach(const Napi::CallbackInfo& info) {
  DescriptorRef program = DescriptorOf(info[0]);
  if (program == nullptr) return ToJs(info.Env(), Closed("ebpf_program_attach_by_fds"));
  const Symbols& calls = program->calls();
  const bool by_link = calls.ebpf_program_attach_by_fd != nullptr && calls.bpf_link__fd != nullptr &&
                       calls.ebpf_link_close != nullptr;
  if (calls.ebpf_program_attach_by_fds == nullptr && !by_link) {
    return ToJs(info.Env(), Failure::Missing("ebpf_program_attach_by_fds"));
  }
  const Bytes guid = BytesOf(info[1]);
  abi::Guid type;
  if (guid.size != sizeof(type)) return Misuse(info.Env(), "an attach type has 16 bytes");
  memcpy(&type, guid.data, sizeof(type));
  return Instance::Of(info.Env())
      .Start(std::make_unique<ByFdsJob>(info.Env(), std::move(program), type, CopyOf(info[2])));
}

Napi::Value Detach(const Napi::CallbackInfo& info) {
  const DescriptorRef link = DescriptorOf(info[0]);
  if (link == nullptr) return Napi::Number::New(info.Env(), kClosed);
  const auto detach = link->calls().bpf_link_detach;
  return Napi::Number::New(info.Env(), detach == nullptr ? kMissing : detach(link->fd()));
}

}  // namespace

void ExportLinks(Napi::Object exports) {
  Export<CreateLink>(exports, "createLink");
  Export<Attach>(exports, "attach");
  Export<AttachHook>(exports, "attachHook");
  Export<Detach>(exports, "detach");
}

}  // namespace winbpf
