// Maps, many elements at a time. Buffers are the caller's, their sizes checked against what the kernel says of the map.
#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "map_shape.h"

namespace winbpf {
namespace {

// Room for the cursor of every map type: a key, or a bucket's number of 4 bytes (Linux).
constexpr size_t kSmallestCursor = 8;

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
    const uint64_t key_bytes = static_cast<uint64_t>(shape.key_size) * count;
    const uint64_t value_bytes = shape.value_bytes * count;
    if (count == 0 || keys.size < key_bytes || (has_values && values.size < value_bytes)) return -22;
    return 0;
  }
};

// readBatch(map, cursor | undefined, nextCursor, keys, values, count, remove, counted: Uint32Array)
Napi::Value ReadBatch(const Napi::CallbackInfo& info) {
  Batch batch;
  int result = batch.Read(info[0], info[3], info[4], true, NumberOf(info[5]));
  const Bytes cursor = BytesOf(info[1]);
  const Bytes next = BytesOf(info[2]);
  const size_t cursor_bytes = std::max<size_t>(batch.shape.key_size, kSmallestCursor);
  if (result == 0 && (next.size < cursor_bytes || (cursor.data != nullptr && cursor.size < cursor_bytes))) result = -22;
  if (!info[7].IsTypedArray() || info[7].As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) result = -22;
  if (result == 0) {
    const Symbols& calls = batch.map->calls();
    const bool remove = info[6].ToBoolean();
    const auto read = remove ? calls.bpf_map_lookup_and_delete_batch : calls.bpf_map_lookup_batch;
    // NULL options crash ebpfapi.
    const abi::BatchOptions options;
    uint32_t count = batch.count;
    result = read == nullptr ? kMissing
                             : read(batch.map->fd(), cursor.data, next.data, batch.keys.data, batch.values.data, &count,
                                    &options);
    auto counted = info[7].As<Napi::Uint32Array>();
    if (counted.ElementLength() > 0) counted[0] = std::min(count, batch.count);
  }
  return Napi::Number::New(info.Env(), result);
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
