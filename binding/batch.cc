// Maps, many elements at a time. Buffers are the caller's, their sizes checked against what the kernel says of the map.
#include <algorithm>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "map_shape.h"

namespace winbpf {
namespace {

// Room for the cursor of every map type: a key, or a bucket's number of 4 bytes (Linux).
constexpr size_t kSmallestCursor = 8;

// Whether there is room for `count` times `size` bytes, whatever their product.
bool Holds(const Bytes& bytes, uint64_t size, uint32_t count) { return size == 0 || bytes.size / size >= count; }

struct Batch {
  DescriptorRef map;
  MapShape shape;
  uint32_t count = 0;
  Bytes keys;
  Bytes values;

  // 0, or the number that says what is wrong.
  int Read(const Napi::Value& handle, const Napi::Value& keys_value, const Napi::Value& values_value, bool has_values,
           uint32_t wanted) {
    const ObjectHandle* object = Unwrap<ObjectHandle>(handle);
    if (object == nullptr || object->state->descriptor == nullptr) return kClosed;
    map = object->state->descriptor;
    const int result = ReadShape(*map, &object->state->shape);
    if (result < 0) return result;
    shape = object->state->shape;
    count = wanted;
    keys = BytesOf(keys_value);
    values = has_values ? BytesOf(values_value) : Bytes();
    if (count == 0 || !Holds(keys, shape.key_size, count)) return -22;
    return has_values && !Holds(values, shape.value_bytes, count) ? -22 : 0;
  }
};

// Where the parts of the buffer that a batch is read into begin, each at a multiple of 8: src/native/batch-memory.ts says
// the same. The values lie at 0.
struct Layout {
  Layout(const MapShape& shape, uint32_t room)
      : keys(Padded(shape.value_bytes * room)),
        from(keys + Padded(static_cast<uint64_t>(shape.key_size) * room)),
        next(from + PlaceBytes(shape)),
        counted(next + PlaceBytes(shape)),
        size(counted + sizeof(uint32_t)) {}

  static uint64_t Padded(uint64_t bytes) { return (bytes + 7) / 8 * 8; }
  static uint64_t PlaceBytes(const MapShape& shape) { return Padded(std::max<size_t>(shape.key_size, kSmallestCursor)); }

  const uint64_t keys;
  const uint64_t from;
  const uint64_t next;
  const uint64_t counted;
  const uint64_t size;
};

// What the last argument of readBatch says.
constexpr uint32_t kBegins = 1;  // at the map's beginning, not at the place in the buffer
constexpr uint32_t kRemoves = 2;

// readBatch(map, buffer, room, how): `room` is what the buffer was made for, and how many entries are asked for.
Napi::Value ReadBatch(const Napi::CallbackInfo& info) {
  const auto read_into = [&info]() -> int {
    const ObjectHandle* object = Unwrap<ObjectHandle>(info[0]);
    if (object == nullptr || object->state->descriptor == nullptr) return kClosed;
    const DescriptorRef map = object->state->descriptor;
    MapShape& shape = object->state->shape;
    if (const int result = ReadShape(*map, &shape); result < 0) return result;
    const uint32_t room = NumberOf(info[2]);
    const uint32_t how = NumberOf(info[3]);
    if (!info[1].IsArrayBuffer() || room == 0) return -22;
    auto buffer = info[1].As<Napi::ArrayBuffer>();
    // First by a quotient: the sums below are then too small to overflow.
    if (buffer.ByteLength() / room < shape.key_size + shape.value_bytes) return -22;
    const Layout layout(shape, room);
    if (buffer.ByteLength() < layout.size) return -22;
    auto* const bytes = static_cast<uint8_t*>(buffer.Data());
    uint8_t* const from = bytes + layout.from;
    uint8_t* const next = bytes + layout.next;
    const auto counted = reinterpret_cast<uint32_t*>(bytes + layout.counted);
    *counted = 0;
    const Symbols& calls = map->calls();
    const auto read = (how & kRemoves) != 0 ? calls.bpf_map_lookup_and_delete_batch : calls.bpf_map_lookup_batch;
    if (read == nullptr) return kMissing;
    // NULL options crash ebpfapi.
    const abi::BatchOptions options;
    uint32_t count = room;
    const int result = read(map->fd(), (how & kBegins) != 0 ? nullptr : from, next, bytes + layout.keys, bytes, &count,
                            &options);
    *counted = std::min(count, room);
    return result;
  };
  return Napi::Number::New(info.Env(), read_into());
}

// updateBatch(map, keys, values, count, flags)
Napi::Value UpdateBatch(const Napi::CallbackInfo& info) {
  Batch batch;
  int result = batch.Read(info[0], info[1], info[2], true, NumberOf(info[3]));
  if (result == 0) {
    const auto update = batch.map->calls().bpf_map_update_batch;
    abi::BatchOptions options;
    options.elem_flags = NumberOf(info[4]);
    result = update == nullptr ? kMissing
                               : update(batch.map->fd(), batch.keys.data, batch.values.data, &batch.count, &options);
  }
  return Napi::Number::New(info.Env(), result);
}

// deleteBatch(map, keys, count)
Napi::Value DeleteBatch(const Napi::CallbackInfo& info) {
  Batch batch;
  int result = batch.Read(info[0], info[1], info[1], false, NumberOf(info[2]));
  if (result == 0) {
    const auto remove = batch.map->calls().bpf_map_delete_batch;
    const abi::BatchOptions options;
    result = remove == nullptr ? kMissing : remove(batch.map->fd(), batch.keys.data, &batch.count, &options);
  }
  return Napi::Number::New(info.Env(), result);
}

}  // namespace

void ExportBatches(Napi::Object exports) {
  Export<ReadBatch>(exports, "readBatch");
  Export<UpdateBatch>(exports, "updateBatch");
  Export<DeleteBatch>(exports, "deleteBatch");
}

}  // namespace winbpf
