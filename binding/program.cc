// Programs: loading them, running them, binding maps to them. What blocks, runs on the environment's own thread.
#ifndef _WIN32
#include <sched.h>
#endif

#include <cstring>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "instance.h"
#include "map_rows.h"

namespace winbpf {
namespace {

constexpr size_t kSlotBytes = 8;
constexpr uint8_t kWideLoad = 0x18;
// Source fields of a wide load whose immediate is a map's descriptor, and one whose immediate is that and an offset.
constexpr uint8_t kMapDescriptor = 1;
constexpr uint8_t kMapValue = 2;

struct Load {
  uint32_t type = 0;
  std::string name;
  std::string license;
  std::vector<uint8_t> code;
  // Kept until the program is loaded: their numbers stand in the code.
  std::vector<DescriptorRef> maps;
  abi::ProgramLoadOptions options;
};

// Writes a map's descriptor into the wide load at `slot`; false where there is none.
bool Refer(Load& load, uint32_t slot, DescriptorRef map, bool to_value, uint32_t offset) {
  const size_t at = slot * kSlotBytes;
  if (at + 2 * kSlotBytes > load.code.size() || load.code[at] != kWideLoad) return false;
  const uint8_t source = to_value ? kMapValue : kMapDescriptor;
  load.code[at + 1] = static_cast<uint8_t>((load.code[at + 1] & 0x0f) | (source << 4));
  const abi::Fd fd = map->fd();
  memcpy(load.code.data() + at + 4, &fd, sizeof(fd));
  const uint32_t high = to_value ? offset : 0;
  memcpy(load.code.data() + at + kSlotBytes + 4, &high, sizeof(high));
  load.maps.push_back(std::move(map));
  return true;
}

class LoadJob : public Job {
 public:
  LoadJob(Napi::Env env, std::shared_ptr<Library> library, Load load, uint32_t log_bytes)
      : Job(env), library_(std::move(library)), load_(std::move(load)), log_(log_bytes) {}

  ~LoadJob() override {
    if (fd_ >= 0) library_->Close(fd_);
  }

  void Run() override {
    if (!log_.empty()) {
      load_.options.log_level = 1;
      load_.options.log_buf = log_.data();
      load_.options.log_size = static_cast<uint32_t>(log_.size());
    }
    fd_ = library_->calls().bpf_prog_load(load_.type, load_.name.c_str(),
                                          load_.license.c_str(), load_.code.data(),
                                          load_.code.size() / kSlotBytes, &load_.options);
    if (fd_ < 0) error_ = fd_;
  }

  Napi::Value Result(Napi::Env env) override {
    if (fd_ >= 0) {
      const abi::Fd fd = fd_;
      fd_ = -1;
      return WrapDescriptor(env, library_, fd);
    }
    Napi::Object failure = ToJs(env, Failure::Errno("bpf_prog_load", error_)).As<Napi::Object>();
    if (!log_.empty()) {
      log_.back() = '\0';
      failure.Set("log", Napi::String::New(env, log_.data()));
    }
    return failure;
  }

 private:
  const std::shared_ptr<Library> library_;
  Load load_;
  std::vector<char> log_;
  int fd_ = -1;
  int error_ = 0;
};

// loadProgram(library, {type, attachType, name, license, code, flags, logBytes}, [[map, slot, offset | undefined], …])
Napi::Value LoadProgram(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr || !info[1].IsObject()) return Misuse(env, "loadProgram takes a library");
  if (library->calls().bpf_prog_load == nullptr) return ToJs(env, Failure::Missing("bpf_prog_load"));
  const auto given = info[1].As<Napi::Object>();
  Load load;
  load.type = NumberOf(given.Get("type"));
  load.name = TextOf(given.Get("name"));
  load.license = TextOf(given.Get("license"));
  load.code = CopyOf(given.Get("code"));
  load.options.expected_attach_type = NumberOf(given.Get("attachType"));
  load.options.prog_flags = NumberOf(given.Get("flags"));
  const auto refer = [&](DescriptorRef map, const Napi::Array& row) {
    const Napi::Value offset = row.Get(2u);
    const uint32_t slot = NumberOf(row.Get(1u));
    const bool fits = Refer(load, slot, std::move(map), offset.IsNumber(), NumberOf(offset));
    return fits ? Napi::Value() : ToJs(env, Failure::Errno("bpf_prog_load", -22));
  };
  if (const Napi::Value wrong = EachMap(env, info[2], "bpf_prog_load", refer); !wrong.IsEmpty()) return wrong;
  return Instance::Of(env).Start(
      std::make_unique<LoadJob>(env, std::move(library), std::move(load), NumberOf(given.Get("logBytes"))));
}

#ifndef _WIN32
// Keeps the calling thread on one CPU for as long as it lives: Linux runs a test where its caller is, and takes no CPU
// for most program types.
class OnCpu {
 public:
  explicit OnCpu(int cpu) {
    cpu_set_t one;
    CPU_ZERO(&one);
    if (cpu < 0 || cpu >= CPU_SETSIZE) return;
    CPU_SET(cpu, &one);
    ok_ = sched_getaffinity(0, sizeof(before_), &before_) == 0 && sched_setaffinity(0, sizeof(one), &one) == 0;
  }
  ~OnCpu() {
    if (ok_) sched_setaffinity(0, sizeof(before_), &before_);
  }
  bool ok() const { return ok_; }

 private:
  cpu_set_t before_;
  bool ok_ = false;
};
#endif

class TestRunJob : public Job {
 public:
  explicit TestRunJob(Napi::Env env, DescriptorRef program) : Job(env), program_(std::move(program)) {}

  std::vector<uint8_t> data_in, data_out, context_in, context_out;
  abi::TestRunOptions options;
  // Negative: wherever.
  int cpu = -1;

  void Run() override {
    options.data_in = data_in.empty() ? nullptr : data_in.data();
    options.data_size_in = static_cast<uint32_t>(data_in.size());
    options.data_out = data_out.empty() ? nullptr : data_out.data();
    options.data_size_out = static_cast<uint32_t>(data_out.size());
    options.ctx_in = context_in.empty() ? nullptr : context_in.data();
    options.ctx_size_in = static_cast<uint32_t>(context_in.size());
    options.ctx_out = context_out.empty() ? nullptr : context_out.data();
    options.ctx_size_out = static_cast<uint32_t>(context_out.size());
#ifdef _WIN32
    options.cpu = cpu < 0 ? 0 : static_cast<uint32_t>(cpu);
    error_ = program_->calls().bpf_prog_test_run_opts(program_->fd(), &options);
#else
    if (cpu < 0) {
      error_ = program_->calls().bpf_prog_test_run_opts(program_->fd(), &options);
      return;
    }
    const OnCpu here(cpu);
    error_ = here.ok() ? program_->calls().bpf_prog_test_run_opts(program_->fd(), &options) : -22;
#endif
  }

  Napi::Value Result(Napi::Env env) override {
    if (error_ < 0) return ToJs(env, Failure::Errno("bpf_prog_test_run_opts", error_));
    Napi::Object result = Napi::Object::New(env);
    result.Set("returnValue", Napi::Number::New(env, options.retval));
    result.Set("duration", Napi::Number::New(env, options.duration));
    // The library says how much there would be: no more than there was room for is taken.
    result.Set("data", BytesToJs(env, data_out.data(), std::min<size_t>(options.data_size_out, data_out.size())));
    result.Set("context",
               BytesToJs(env, context_out.data(), std::min<size_t>(options.ctx_size_out, context_out.size())));
    return result;
  }

 private:
  const DescriptorRef program_;
  int error_ = 0;
};

// testRun(program, {data, dataRoom, context, contextRoom, repeat, cpu, flags})
Napi::Value TestRun(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  DescriptorRef program = DescriptorOf(info[0]);
  if (program == nullptr) return ToJs(env, Closed("bpf_prog_test_run_opts"));
  if (!info[1].IsObject()) return Misuse(env, "testRun takes options");
  if (program->calls().bpf_prog_test_run_opts == nullptr) return ToJs(env, Failure::Missing("bpf_prog_test_run_opts"));
  const auto given = info[1].As<Napi::Object>();
  auto job = std::make_unique<TestRunJob>(env, std::move(program));
  job->data_in = CopyOf(given.Get("data"));
  job->data_out.resize(NumberOf(given.Get("dataRoom")));
  job->context_in = CopyOf(given.Get("context"));
  job->context_out.resize(NumberOf(given.Get("contextRoom")));
  job->options.repeat = static_cast<int>(NumberOf(given.Get("repeat")));
  if (given.Get("cpu").IsNumber()) job->cpu = static_cast<int>(NumberOf(given.Get("cpu")) & 0x7fffffff);
  job->options.flags = NumberOf(given.Get("flags"));
  return Instance::Of(env).Start(std::move(job));
}

Napi::Value BindMap(const Napi::CallbackInfo& info) {
  const DescriptorRef program = DescriptorOf(info[0]);
  const DescriptorRef map = DescriptorOf(info[1]);
  if (program == nullptr || map == nullptr) return Napi::Number::New(info.Env(), kClosed);
  const auto bind = program->calls().bpf_prog_bind_map;
  return Napi::Number::New(info.Env(), bind == nullptr ? kMissing : bind(program->fd(), map->fd(), nullptr));
}

// What only ebpfapi knows of a program: how its code is run, and where it came from.
Napi::Value QueryProgram(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const DescriptorRef program = DescriptorOf(info[0]);
  if (program == nullptr) return ToJs(env, Closed("ebpf_program_query_info"));
  const Symbols& calls = program->calls();
  if (calls.ebpf_program_query_info == nullptr) return ToJs(env, Failure::Missing("ebpf_program_query_info"));
  uint32_t execution = 0;
  const char* file = nullptr;
  const char* section = nullptr;
  const uint32_t result = calls.ebpf_program_query_info(program->fd(), &execution, &file, &section);
  if (result != 0) return ToJs(env, Failure::Result("ebpf_program_query_info", result));
  const std::string file_text = program->library()->Take(file);
  const std::string section_text = program->library()->Take(section);
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("execution", Napi::Number::New(env, execution));
  answer.Set("file", Napi::String::New(env, file_text));
  answer.Set("section", Napi::String::New(env, section_text));
  return answer;
}

class SynchronizeJob : public Job {
 public:
  SynchronizeJob(Napi::Env env, std::shared_ptr<Library> library) : Job(env), library_(std::move(library)) {}

  void Run() override { result_ = library_->calls().ebpf_program_synchronize(); }
  Napi::Value Result(Napi::Env env) override {
    return result_ == 0 ? env.Undefined() : ToJs(env, Failure::Result("ebpf_program_synchronize", result_));
  }

 private:
  const std::shared_ptr<Library> library_;
  uint32_t result_ = 0;
};

Napi::Value Synchronize(const Napi::CallbackInfo& info) {
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "synchronize takes a library");
  if (library->calls().ebpf_program_synchronize == nullptr) {
    return ToJs(info.Env(), Failure::Missing("ebpf_program_synchronize"));
  }
  return Instance::Of(info.Env()).Start(std::make_unique<SynchronizeJob>(info.Env(), std::move(library)));
}

}  // namespace

void ExportPrograms(Napi::Object exports) {
  Export<LoadProgram>(exports, "loadProgram");
  Export<TestRun>(exports, "testRun");
  Export<BindMap>(exports, "bindMap");
  Export<QueryProgram>(exports, "queryProgram");
  Export<Synchronize>(exports, "synchronize");
}

}  // namespace winbpf
