// Maps, one element at a time. Each opened map has a channel: an array buffer of JavaScript's own that holds one key, the
// next key and one value, and functions that are bound to both. A call then has no arguments to unpack, which halves
// what crossing the border costs beside the system call itself.
#include <algorithm>
#include <cstring>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "map_shape.h"

namespace winbpf {
namespace {

// More than any kernel takes; keeps sums from overflowing.
constexpr uint64_t kMostBytes = 1ULL << 31;

size_t Padded(size_t size) { return (size + 7) / 8 * 8; }

Napi::Value Create(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(env, "createMap takes a library");
  const auto create = library->calls().bpf_map_create;
  if (create == nullptr) return ToJs(env, Failure::Missing("bpf_map_create"));
  const std::string name = TextOf(info[2]);
  abi::MapCreateOptions options;
  options.map_flags = NumberOf(info[6]);
  DescriptorRef inner;
  if (!info[7].IsUndefined()) {
    inner = DescriptorOf(info[7]);
    if (inner == nullptr) return ToJs(env, Closed("bpf_map_create"));
    options.inner_map_fd = inner->fd();
  }
  // The options go along even where they say nothing: ebpfapi reads them without looking.
  const int fd = create(NumberOf(info[1]), name.empty() ? nullptr : name.c_str(), NumberOf(info[3]), NumberOf(info[4]),
                        NumberOf(info[5]), &options);
  return fd < 0 ? ToJs(env, Failure::Errno("bpf_map_create", fd)) : WrapDescriptor(env, library, fd);
}

Napi::Value Freeze(const Napi::CallbackInfo& info) {
  const DescriptorRef map = DescriptorOf(info[0]);
  if (map == nullptr) return Napi::Number::New(info.Env(), kClosed);
  const auto freeze = map->calls().bpf_map_freeze;
  return Napi::Number::New(info.Env(), freeze == nullptr ? kMissing : freeze(map->fd()));
}

// Writes an object's descriptor as a map's value: maps of maps and of programs take descriptors, and give ids.
Napi::Value UpdateObject(const Napi::CallbackInfo& info) {
  const DescriptorRef map = DescriptorOf(info[0]);
  const bool empties = info[2].IsUndefined();
  const DescriptorRef object = empties ? nullptr : DescriptorOf(info[2]);
  if (map == nullptr || (object == nullptr && !empties)) return Napi::Number::New(info.Env(), kClosed);
  MapShape shape;
  int result = ReadShape(*map, &shape);
  const Bytes key = BytesOf(info[1]);
  if (result == 0 && (key.size != shape.key_size || shape.value_size != sizeof(abi::Fd))) result = -22;
  if (result == 0) {
    const abi::Fd fd = empties ? -1 : object->fd();  // -1 empties a slot on Windows (libs/api/ebpf_api.cpp)
    result = map->calls().bpf_map_update_elem(map->fd(), key.data, &fd, NumberOf(info[3]));
  }
  return Napi::Number::New(info.Env(), result);
}

struct Channel {
  std::shared_ptr<ObjectState> state;
  // The library's own, which is never unloaded.
  const Symbols* calls;
  uint8_t* key;
  uint8_t* next;
  uint8_t* value;
  // Keeps the array buffer for as long as a function can be called.
  Napi::Reference<Napi::ArrayBuffer> buffer;
};
using ChannelRef = std::shared_ptr<Channel>;
using ChannelCall = int (*)(const Channel&, const Symbols&, abi::Fd, uint32_t);

// Says undefined where all went well, which nothing has to be made for, or a negative number.
template <ChannelCall Call, bool kHasArgument>
napi_value OnCall(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  uint32_t argument = 0;
  if constexpr (kHasArgument) {
    size_t count = 1;
    napi_value given;
    if (napi_get_cb_info(env, info, &count, &given, nullptr, &data) != napi_ok) return nullptr;
    if (count > 0) napi_get_value_uint32(env, given, &argument);
  } else if (napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data) != napi_ok) {
    return nullptr;
  }
  const Channel& channel = *static_cast<Channel*>(data);
  const Descriptor* map = channel.state->descriptor.get();
  const int result = map == nullptr ? kClosed : Call(channel, Lane::Of(*channel.calls), map->fd(), argument);
  napi_value answer = nullptr;
  if (result != 0) napi_create_int32(env, result, &answer);
  return answer;
}

int Lookup(const Channel& channel, const Symbols& calls, abi::Fd map, uint32_t) {
  return calls.bpf_map_lookup_elem(map, channel.key, channel.value);
}

int Take(const Channel& channel, const Symbols& calls, abi::Fd map, uint32_t) {
  const auto take = calls.bpf_map_lookup_and_delete_elem;
  return take == nullptr ? kMissing : take(map, channel.key, channel.value);
}

int Update(const Channel& channel, const Symbols& calls, abi::Fd map, uint32_t flags) {
  return calls.bpf_map_update_elem(map, channel.key, channel.value, flags);
}

int Remove(const Channel& channel, const Symbols& calls, abi::Fd map, uint32_t) {
  return calls.bpf_map_delete_elem(map, channel.key);
}

// The argument says whether there is a key to go on from.
int Next(const Channel& channel, const Symbols& calls, abi::Fd map, uint32_t has_key) {
  return calls.bpf_map_get_next_key(map, has_key != 0 ? channel.key : nullptr, channel.next);
}

template <ChannelCall Call, bool kHasArgument = false>
void Bind(Napi::Env env, Napi::Object object, const char* name, const ChannelRef& channel) {
  auto* owner = new ChannelRef(channel);
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, OnCall<Call, kHasArgument>, channel.get(), &function) !=
      napi_ok) {
    delete owner;
    return;
  }
  const auto release = [](napi_env, void* pointer, void*) { delete static_cast<ChannelRef*>(pointer); };
  if (napi_add_finalizer(env, function, owner, release, nullptr, nullptr) != napi_ok) {
    delete owner;
    return;
  }
  object.Set(name, Napi::Value(env, function));
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const ObjectHandle* handle = Unwrap<ObjectHandle>(info[0]);
  if (handle == nullptr || handle->state->descriptor == nullptr) return ToJs(env, Closed("bpf_obj_get_info_by_fd"));
  const Descriptor& map = *handle->state->descriptor;
  MapShape shape;
  const int result = ReadShape(map, &shape);
  if (result < 0) return ToJs(env, Failure::Errno("bpf_obj_get_info_by_fd", result));
  const Symbols& calls = map.calls();
  if (calls.bpf_map_lookup_elem == nullptr || calls.bpf_map_update_elem == nullptr ||
      calls.bpf_map_delete_elem == nullptr || calls.bpf_map_get_next_key == nullptr) {
    return ToJs(env, Failure::Missing("bpf_map_lookup_elem"));
  }
  const size_t key = Padded(shape.key_size);
  if (shape.key_size > kMostBytes || shape.value_bytes > kMostBytes) return ToJs(env, Failure::Errno("memory", -12));

  // A value is never empty: ebpfapi writes a zero to its first byte before it looks at the map, whose values may have no
  // byte at all (_ebpf_map_lookup_element_helper, libs/api/ebpf_api.cpp); and an empty buffer lies nowhere.
  auto buffer = Napi::ArrayBuffer::New(env, 2 * key + std::max<uint64_t>(shape.value_bytes, 8));
  // As in BytesToJs.
  if (buffer.IsEmpty()) return env.Undefined();
  auto* start = static_cast<uint8_t*>(buffer.Data());
  auto channel = std::make_shared<Channel>();
  channel->state = handle->state;
  channel->calls = &map.library()->direct();
  // Maps without keys want NULL.
  channel->key = shape.key_size == 0 ? nullptr : start;
  channel->next = start + key;
  channel->value = start + 2 * key;
  channel->buffer = Napi::Persistent(buffer);

  Napi::Object object = Napi::Object::New(env);
  object.Set("buffer", buffer);
  object.Set("type", Napi::Number::New(env, shape.type));
  object.Set("keySize", Napi::Number::New(env, shape.key_size));
  object.Set("valueSize", Napi::Number::New(env, shape.value_size));
  object.Set("maxEntries", Napi::Number::New(env, shape.max_entries));
  object.Set("valueBytes", Napi::Number::New(env, static_cast<double>(shape.value_bytes)));
  object.Set("nextOffset", Napi::Number::New(env, static_cast<double>(key)));
  object.Set("valueOffset", Napi::Number::New(env, static_cast<double>(2 * key)));
  Bind<Lookup>(env, object, "lookup", channel);
  Bind<Take>(env, object, "take", channel);
  Bind<Update, true>(env, object, "update", channel);
  Bind<Remove>(env, object, "remove", channel);
  Bind<Next, true>(env, object, "next", channel);
  return object;
}

}  // namespace

void ExportMaps(Napi::Object exports) {
  Export<Create>(exports, "createMap");
  Export<Open>(exports, "openMap");
  Export<UpdateObject>(exports, "updateObject");
  Export<Freeze>(exports, "freezeMap");
}

}  // namespace winbpf
