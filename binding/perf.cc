// Perf event arrays: one ring for each CPU, which the library reads and hands over by callback, on Linux and Windows
// alike. What it hands over waits here until JavaScript takes it: never more than the rings held.
#include <deque>
#include <vector>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "instance.h"

namespace winbpf {

struct Perf : Waitable {
  struct Record {
    int cpu;
    std::vector<uint8_t> data;
  };
  struct Lost {
    int cpu;
    uint64_t count;
  };

  explicit Perf(DescriptorRef descriptor) : map(std::move(descriptor)) { counters().rings++; }
  ~Perf() override {
    Free();
    counters().rings--;
  }

  void Free() {
    if (buffer != nullptr) map->calls().perf_buffer__free(buffer);
    buffer = nullptr;
  }

  intptr_t handle() const override {
    const Symbols& calls = map->calls();
#ifdef _WIN32
    return calls.ebpf_perf_buffer_get_wait_handle == nullptr ? -1 : calls.ebpf_perf_buffer_get_wait_handle(buffer);
#else
    return calls.perf_buffer__epoll_fd == nullptr ? -1 : calls.perf_buffer__epoll_fd(buffer);
#endif
  }

  DescriptorRef map;
  abi::PerfBuffer* buffer = nullptr;
  std::deque<Record> records;
  std::deque<Lost> lost;
  // What there was no memory for, told as lost by the CPU of the last of them.
  Lost dropped{0, 0};
};

template <>
struct Tagged<Perf> {
  static constexpr napi_type_tag tag = {0x7c1f0a86d1c94b3eULL, 0x9b4de25f30a87a04ULL};
};

namespace {

// Called by the library, inside perf_buffer__consume, on JavaScript's thread: nothing may be thrown through it.
void OnSample(void* context, int cpu, void* data, uint32_t size) {
  auto* perf = static_cast<Perf*>(context);
  try {
    const auto* bytes = static_cast<const uint8_t*>(data);
    perf->records.push_back({cpu, std::vector<uint8_t>(bytes, bytes + size)});
  } catch (...) {
    perf->dropped = {cpu, perf->dropped.count + 1};
  }
}

void OnLost(void* context, int cpu, uint64_t count) {
  auto* perf = static_cast<Perf*>(context);
  try {
    perf->lost.push_back({cpu, count});
  } catch (...) {
    perf->dropped = {cpu, perf->dropped.count + count};
  }
}

// openPerf(map, pages): ebpfapi wants 0 pages, Linux a power of two.
Napi::Value OpenPerf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const DescriptorRef map = DescriptorOf(info[0]);
  if (map == nullptr) return ToJs(env, Closed("perf_buffer__new"));
  const Symbols& calls = map->calls();
  if (calls.perf_buffer__new == nullptr || calls.perf_buffer__consume == nullptr ||
      calls.perf_buffer__free == nullptr) {
    return ToJs(env, Failure::Missing("perf_buffer__new"));
  }
  const abi::Fd fd = map->library()->Duplicate(map->fd());
  if (fd < 0) return ToJs(env, Failure::Errno("duplicate", fd));
  auto perf = std::make_unique<Perf>(std::make_shared<Descriptor>(map->library(), fd));
  perf->buffer = calls.perf_buffer__new(fd, NumberOf(info[1]), OnSample, OnLost, perf.get(), nullptr);
  if (perf->buffer == nullptr) {
    // NULL, and errno in the library's own C run-time.
    return ToJs(env, Failure{"perf_buffer__new", map->library()->Errno()});
  }
  return Wrap(env, std::move(perf));
}

// [[cpu, data], …] and the records that found no room since the last time, by CPU.
Napi::Value TakePerf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Perf* perf = Unwrap<Perf>(info[0]);
  if (perf == nullptr || perf->buffer == nullptr) return ToJs(env, Closed("perf_buffer__consume"));
  const int result = perf->map->calls().perf_buffer__consume(perf->buffer);
  if (result < 0 && perf->records.empty()) return ToJs(env, Failure::Errno("perf_buffer__consume", result));
  if (perf->dropped.count > 0) {
    perf->lost.push_back(perf->dropped);
    perf->dropped.count = 0;
  }
  Napi::Array records = Napi::Array::New(env, perf->records.size());
  uint32_t at = 0;
  for (const Perf::Record& record : perf->records) {
    Napi::Array row = Napi::Array::New(env, 2);
    row.Set(0u, Napi::Number::New(env, record.cpu));
    row.Set(1u, BytesToJs(env, record.data.data(), record.data.size()));
    records.Set(at++, row);
  }
  Napi::Array lost = Napi::Array::New(env, perf->lost.size());
  at = 0;
  for (const Perf::Lost& entry : perf->lost) {
    Napi::Array row = Napi::Array::New(env, 2);
    row.Set(0u, Napi::Number::New(env, entry.cpu));
    row.Set(1u, Napi::Number::New(env, static_cast<double>(entry.count)));
    lost.Set(at++, row);
  }
  perf->records.clear();
  perf->lost.clear();
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("records", records);
  answer.Set("lost", lost);
  return answer;
}

Napi::Value ListenPerf(const Napi::CallbackInfo& info) {
  Perf* perf = Unwrap<Perf>(info[0]);
  if (perf == nullptr || perf->buffer == nullptr || !info[1].IsFunction()) return Napi::Number::New(info.Env(), 0);
  const uint64_t id = Instance::Of(info.Env()).Listen(info[0], perf->handle(), info[1].As<Napi::Function>());
  return Napi::Number::New(info.Env(), static_cast<double>(id));
}

Napi::Value ClosePerf(const Napi::CallbackInfo& info) {
  if (Perf* perf = Unwrap<Perf>(info[0])) perf->Free();
  return info.Env().Undefined();
}

}  // namespace

void ExportPerf(Napi::Object exports) {
  Export<OpenPerf>(exports, "openPerf");
  Export<TakePerf>(exports, "takePerf");
  Export<ListenPerf>(exports, "listenPerf");
  Export<ClosePerf>(exports, "closePerf");
}

}  // namespace winbpf
