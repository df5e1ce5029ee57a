// Ring buffer maps: copying records out of the memory that they share with the kernel, and waiting for more.
#include <algorithm>
#include <cstring>

#include "areas.h"
#include "arguments.h"
#include "instance.h"
#include "map_shape.h"
#include "ring_memory.h"
#include "ring_records.h"

namespace winbpf {

struct Ring {
  std::unique_ptr<RingMemory> memory;

  explicit Ring(std::unique_ptr<RingMemory> given) : memory(std::move(given)) { counters().rings++; }
  ~Ring() { counters().rings--; }
};

template <>
struct Tagged<Ring> {
  static constexpr napi_type_tag tag = {0x7c1f0a86d1c94b3eULL, 0x9b4de25f30a87a03ULL};
};

namespace {

// {ring, size}, or a failure.
Napi::Value OpenRing(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const DescriptorRef map = DescriptorOf(info[0]);
  if (map == nullptr) return ToJs(env, Closed("ring"));
  MapShape shape;
  int error = ReadShape(*map, &shape);
  if (error < 0) return ToJs(env, Failure::Errno("bpf_obj_get_info_by_fd", error));
  // A descriptor of its own: a ring is read for as long as somebody waits for it.
  const abi::Fd fd = map->library()->Duplicate(map->fd());
  if (fd < 0) return ToJs(env, Failure::Errno("duplicate", fd));
  auto own = std::make_shared<Descriptor>(map->library(), fd);
  uint32_t result = 0;
  auto memory = RingMemory::Open(std::move(own), shape.max_entries, &error, &result);
  if (memory == nullptr) {
    if (error < 0) return ToJs(env, Failure::Errno("mmap", error));
    return ToJs(env, Failure::Result("ebpf_ring_buffer_map_map_buffer", result));
  }
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("size", Napi::Number::New(env, static_cast<double>(memory->size)));
  answer.Set("ring", Wrap(env, std::make_unique<Ring>(std::move(memory))));
  return answer;
}

// 2^53: what lies beyond is not exact as a JavaScript number.
constexpr double kLargestOffset = 9007199254740992.0;

// Offsets are below 2^53 for as long as a machine lives, and exact as JavaScript numbers.
Napi::Value Producer(const Napi::CallbackInfo& info) {
  const Ring* ring = Unwrap<Ring>(info[0]);
  if (ring == nullptr || ring->memory == nullptr) return Napi::Number::New(info.Env(), 0);
  return Napi::Number::New(info.Env(), static_cast<double>(LoadAcquire(ring->memory->producer)));
}

Napi::Value Consumer(const Napi::CallbackInfo& info) {
  const Ring* ring = Unwrap<Ring>(info[0]);
  if (ring == nullptr || ring->memory == nullptr) return Napi::Number::New(info.Env(), 0);
  return Napi::Number::New(info.Env(), static_cast<double>(LoadAcquire(ring->memory->consumer)));
}

Napi::Value Consume(const Napi::CallbackInfo& info) {
  const Ring* ring = Unwrap<Ring>(info[0]);
  if (ring == nullptr || ring->memory == nullptr) return info.Env().Undefined();
  const double offset = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : -1;
  const uint64_t from = LoadAcquire(ring->memory->consumer);
  const uint64_t to = LoadAcquire(ring->memory->producer);
  // Never back, and never beyond what has been written: the kernel would take the ring for free, or for full.
  if (offset >= static_cast<double>(from) && offset <= static_cast<double>(to)) {
    StoreRelease(ring->memory->consumer, static_cast<uint64_t>(offset));
  }
  return info.Env().Undefined();
}

// fillRing(ring, offset, bytes): copies whole records from `offset` on; the offset behind them. A negative number: the
// bytes that the first record needs.
Napi::Value Fill(const Napi::CallbackInfo& info) {
  const Ring* ring = Unwrap<Ring>(info[0]);
  const Bytes target = BytesOf(info[2]);
  const double offset = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : -1;
  if (ring == nullptr || ring->memory == nullptr || !(offset >= 0 && offset < kLargestOffset)) {
    return Napi::Number::New(info.Env(), offset);
  }
  const double end = CopyRecords(*ring->memory, static_cast<uint64_t>(offset), target.data, target.size);
  return Napi::Number::New(info.Env(), end);
}

// peekRing(ring, offset, bytes): copies what lies in the ring's memory from `offset` on, whatever it is.
Napi::Value Peek(const Napi::CallbackInfo& info) {
  const Ring* ring = Unwrap<Ring>(info[0]);
  const Bytes target = BytesOf(info[2]);
  const double offset = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : -1;
  if (ring == nullptr || ring->memory == nullptr || target.size == 0) return info.Env().Undefined();
  if (!(offset >= 0 && offset < kLargestOffset)) return info.Env().Undefined();
  const RingMemory& memory = *ring->memory;
  const uint64_t place = static_cast<uint64_t>(offset) & (memory.size - 1);
  // The memory lies there twice: no more than one ring can be read from any place of the first.
  memcpy(target.data, memory.data + place, std::min<uint64_t>(target.size, memory.size));
  return info.Env().Undefined();
}

Napi::Value Listen(const Napi::CallbackInfo& info) {
  const Ring* ring = Unwrap<Ring>(info[0]);
  if (ring == nullptr || ring->memory == nullptr || !info[1].IsFunction()) return Napi::Number::New(info.Env(), 0);
  const uint64_t id = Instance::Of(info.Env()).Listen(info[0], ring->memory->handle(), info[1].As<Napi::Function>());
  return Napi::Number::New(info.Env(), static_cast<double>(id));
}

Napi::Value Unlisten(const Napi::CallbackInfo& info) {
  const double id = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : 0;
  if (id > 0 && id < kLargestOffset) Instance::Of(info.Env()).Unlisten(static_cast<uint64_t>(id));
  return info.Env().Undefined();
}

// Nobody may be listening: src/native sees to that.
Napi::Value CloseRing(const Napi::CallbackInfo& info) {
  if (Ring* ring = Unwrap<Ring>(info[0])) ring->memory.reset();
  return info.Env().Undefined();
}

// writeRing(map, data, perf): ebpfapi only, an ebpf_result_t.
Napi::Value WriteRing(const Napi::CallbackInfo& info) {
  const DescriptorRef map = DescriptorOf(info[0]);
  if (map == nullptr) return Napi::Number::New(info.Env(), kClosed);
  const Symbols& calls = map->calls();
  const bool perf = IsTrue(info[2]);
  const auto write = perf ? calls.ebpf_perf_event_array_map_write : calls.ebpf_ring_buffer_map_write;
  const Bytes data = BytesOf(info[1]);
  if (write == nullptr) return Napi::Number::New(info.Env(), kMissing);
  return Napi::Number::New(info.Env(), write(map->fd(), data.data, data.size));
}

}  // namespace

void ExportRings(Napi::Object exports) {
  Export<OpenRing>(exports, "openRing");
  Export<CloseRing>(exports, "closeRing");
  Export<Producer>(exports, "ringProducer");
  Export<Consumer>(exports, "ringConsumer");
  Export<Consume>(exports, "consumeRing");
  Export<Fill>(exports, "fillRing");
  Export<Peek>(exports, "peekRing");
  Export<Listen>(exports, "listen");
  Export<Unlisten>(exports, "unlisten");
  Export<WriteRing>(exports, "writeRing");
}

}  // namespace winbpf
