// Rings that the library reads itself and hands over by callback: perf event arrays, one ring for each CPU, on Linux and
// Windows alike, and ring buffers of ebpf-for-windows before 1.0, whose memory cannot be mapped. What is handed over
// waits here until JavaScript takes it. Where the library is asked (`consume`), that is never more than the rings held;
// older ones call from threads of their own, as records come.
#ifdef _WIN32
#include <windows.h>
#endif

#include <deque>
#include <mutex>
#include <vector>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "instance.h"

namespace winbpf {

// What callbacks are given to write to, from whatever thread.
struct Inbox {
  struct Record {
    int cpu;
    std::vector<uint8_t> data;
  };
  struct Lost {
    int cpu;
    uint64_t count;
  };

#ifdef _WIN32
  ~Inbox() {
    if (event != nullptr) CloseHandle(event);
  }
  // Of libraries that cannot be asked: somebody has handed something over.
  HANDLE event = nullptr;
  void Tell() {
    if (event != nullptr) SetEvent(event);
  }
#else
  void Tell() {}
#endif

  std::mutex lock;
  bool open = true;
  std::deque<Record> records;
  std::deque<Lost> lost;
  // What there was no memory for, told as lost by the CPU of the last of them.
  Lost dropped{0, 0};
};

struct Perf : Waitable {
  explicit Perf(DescriptorRef descriptor) : map(std::move(descriptor)) { counters().rings++; }
  ~Perf() override {
    Free();
    counters().rings--;
  }

  bool reads() const { return buffer != nullptr || ring != nullptr; }

  void Free() {
    if (!reads()) return;
    {
      std::lock_guard<std::mutex> guard(inbox->lock);
      inbox->open = false;
      inbox->records.clear();
      inbox->lost.clear();
    }
    if (buffer != nullptr) map->calls().perf_buffer__free(buffer);
    if (ring != nullptr) map->calls().ring_buffer__free(ring);
    buffer = nullptr;
    ring = nullptr;
    // Not when the garbage collector comes: who has closed a map, counts on it.
    map.reset();
    if (asked) return;
    // Libraries before 0.21 do not wait for a callback under way (libs/api/ebpf_api.cpp,
    // ebpf_ring_buffer_map_unsubscribe): what it writes to is never freed.
    static auto& left = *new std::vector<std::shared_ptr<Inbox>>();
    static std::mutex mutex;
    std::lock_guard<std::mutex> guard(mutex);
    left.push_back(inbox);
  }

  intptr_t handle() const override {
    const Symbols& calls = map->calls();
#ifdef _WIN32
    if (inbox->event != nullptr) return reinterpret_cast<intptr_t>(inbox->event);
    return calls.ebpf_perf_buffer_get_wait_handle == nullptr ? -1 : calls.ebpf_perf_buffer_get_wait_handle(buffer);
#else
    return calls.perf_buffer__epoll_fd == nullptr ? -1 : calls.perf_buffer__epoll_fd(buffer);
#endif
  }

  // The library's event stays set until somebody resets it: `perf_buffer__poll` does, `perf_buffer__consume` does not
  // (libs/api/libbpf_map.cpp). Before the rings are read: what comes from then on sets it again.
  void Reset() const {
#ifdef _WIN32
    if (asked && handle() != -1) ResetEvent(reinterpret_cast<HANDLE>(handle()));
#endif
  }

  // The reader works with its descriptor until it is freed (ebpf_ring_mapping_t::map_fd, libs/api/libbpf_map.cpp).
  DescriptorRef map;
  abi::PerfBuffer* buffer = nullptr;
  abi::RingBuffer* ring = nullptr;
  // Whether the library hands over when it is asked, by `perf_buffer__consume`, and not before.
  bool asked = true;
  const std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
};

template <>
struct Tagged<Perf> {
  static constexpr napi_type_tag tag = {0x7c1f0a86d1c94b3eULL, 0x9b4de25f30a87a04ULL};
};

namespace {

// Called by the library, inside perf_buffer__consume or on a thread of its own: nothing may be thrown through it.
void OnSample(void* context, int cpu, void* data, uint32_t size) {
  auto* inbox = static_cast<Inbox*>(context);
  const std::lock_guard<std::mutex> guard(inbox->lock);
  if (!inbox->open) return;
  try {
    const auto* bytes = static_cast<const uint8_t*>(data);
    inbox->records.push_back({cpu, std::vector<uint8_t>(bytes, bytes + size)});
  } catch (...) {
    inbox->dropped = {cpu, inbox->dropped.count + 1};
  }
  inbox->Tell();
}

void OnLost(void* context, int cpu, uint64_t count) {
  auto* inbox = static_cast<Inbox*>(context);
  const std::lock_guard<std::mutex> guard(inbox->lock);
  if (!inbox->open) return;
  try {
    inbox->lost.push_back({cpu, count});
  } catch (...) {
    inbox->dropped = {cpu, inbox->dropped.count + count};
  }
  inbox->Tell();
}

// 0: the record was taken.
int OnRecord(void* context, void* data, size_t size) {
  OnSample(context, 0, data, static_cast<uint32_t>(size));
  return 0;
}

// Begins to read; false where the library says no, with errno in its C run-time.
bool Begin(Perf* perf, uint32_t pages, bool is_ring) {
  const Symbols& calls = perf->map->calls();
  Inbox* const inbox = perf->inbox.get();
  perf->asked = !is_ring && calls.perf_buffer__consume != nullptr;
#ifdef _WIN32
  // Resets itself: a wait that ends has taken the signal.
  if (!perf->asked) inbox->event = CreateEventW(nullptr, FALSE, FALSE, nullptr);
#endif
  if (is_ring) {
    perf->ring = calls.ring_buffer__new(perf->map->fd(), OnRecord, inbox, nullptr);
  } else if (!perf->asked && calls.ebpf_perf_buffer__new != nullptr) {
    // The first versions of 1.0 can be asked, but do not export how.
    abi::ReaderOptions options;
    options.flags = abi::kAutoCallback;
    perf->buffer = calls.ebpf_perf_buffer__new(perf->map->fd(), pages, OnSample, OnLost, inbox, &options);
  } else {
    perf->buffer = calls.perf_buffer__new(perf->map->fd(), pages, OnSample, OnLost, inbox, nullptr);
  }
  return perf->reads();
}

// openPerf(map, pages, isRing): ebpfapi wants 0 pages, Linux a power of two.
Napi::Value OpenPerf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const bool is_ring = IsTrue(info[2]);
  const char* const call = is_ring ? "ring_buffer__new" : "perf_buffer__new";
  const DescriptorRef map = DescriptorOf(info[0]);
  if (map == nullptr) return ToJs(env, Closed(call));
  const Symbols& calls = map->calls();
  const bool there = is_ring ? calls.ring_buffer__new != nullptr && calls.ring_buffer__free != nullptr
                             : calls.perf_buffer__new != nullptr && calls.perf_buffer__free != nullptr;
  if (!there) return ToJs(env, Failure::Missing(call));
  const abi::Fd fd = map->library()->Duplicate(map->fd());
  if (fd < 0) return ToJs(env, Failure::Errno("duplicate", fd));
  auto perf = std::make_unique<Perf>(std::make_shared<Descriptor>(map->library(), fd));
  // NULL, and errno in the library's own C run-time.
  if (!Begin(perf.get(), NumberOf(info[1]), is_ring)) return ToJs(env, Failure{call, map->library()->Errno()});
  return Wrap(env, std::move(perf));
}

// [[cpu, data], …] and the records that found no room since the last time, by CPU.
Napi::Value TakePerf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Perf* perf = Unwrap<Perf>(info[0]);
  if (perf == nullptr || !perf->reads()) return ToJs(env, Closed("perf_buffer__consume"));
  perf->Reset();
  const int result = perf->asked ? perf->map->calls().perf_buffer__consume(perf->buffer) : 0;
  std::deque<Inbox::Record> taken;
  std::deque<Inbox::Lost> missed;
  {
    Inbox& inbox = *perf->inbox;
    const std::lock_guard<std::mutex> guard(inbox.lock);
    if (result < 0 && inbox.records.empty()) return ToJs(env, Failure::Errno("perf_buffer__consume", result));
    if (inbox.dropped.count > 0) {
      inbox.lost.push_back(inbox.dropped);
      inbox.dropped.count = 0;
    }
    taken.swap(inbox.records);
    missed.swap(inbox.lost);
  }
  Napi::Array records = Napi::Array::New(env, taken.size());
  uint32_t at = 0;
  for (const Inbox::Record& record : taken) {
    Napi::Array row = Napi::Array::New(env, 2);
    row.Set(0u, Napi::Number::New(env, record.cpu));
    row.Set(1u, BytesToJs(env, record.data.data(), record.data.size()));
    records.Set(at++, row);
  }
  Napi::Array lost = Napi::Array::New(env, missed.size());
  at = 0;
  for (const Inbox::Lost& entry : missed) {
    Napi::Array row = Napi::Array::New(env, 2);
    row.Set(0u, Napi::Number::New(env, entry.cpu));
    row.Set(1u, Napi::Number::New(env, static_cast<double>(entry.count)));
    lost.Set(at++, row);
  }
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("records", records);
  answer.Set("lost", lost);
  return answer;
}

Napi::Value ListenPerf(const Napi::CallbackInfo& info) {
  Perf* perf = Unwrap<Perf>(info[0]);
  if (perf == nullptr || !perf->reads() || !info[1].IsFunction()) return Napi::Number::New(info.Env(), 0);
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
