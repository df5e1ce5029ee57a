// Objects of every kind: ids, what the kernel says of them, and giving them back.
#include <algorithm>
#include <cstring>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "object_kind.h"

namespace winbpf {
namespace {

// Larger than any version's structure; the kernel wants what it does not know to be zero.
constexpr uint32_t kInfoBytes = 512;

#ifdef _WIN32
// ebpf-for-windows, include/ebpf_structs.h: struct bpf_prog_info.
constexpr size_t kMapCountOffset = 8;
constexpr size_t kMapIdsOffset = 16;
#else
// Linux, include/uapi/linux/bpf.h: struct bpf_prog_info.
constexpr size_t kMapCountOffset = 52;
constexpr size_t kMapIdsOffset = 56;
#endif

Napi::Value Close(const Napi::CallbackInfo& info) {
  if (ObjectHandle* handle = Unwrap<ObjectHandle>(info[0])) handle->state->descriptor.reset();
  return info.Env().Undefined();
}

Napi::Value Duplicate(const Napi::CallbackInfo& info) {
  const DescriptorRef object = DescriptorOf(info[0]);
  if (object == nullptr) return ToJs(info.Env(), Closed("duplicate"));
  const abi::Fd fd = object->library()->Duplicate(object->fd());
  if (fd < 0) return ToJs(info.Env(), Failure::Errno("duplicate", fd));
  return WrapDescriptor(info.Env(), object->library(), fd);
}

// EFAULT, which has one number everywhere.
constexpr int kBadAddress = -14;
constexpr uint32_t kSpareMaps = 8;
constexpr int kAttempts = 8;

// The ids of a program's maps, of which there were `count` when it was asked last. Others may bind maps meanwhile: where
// there is no room for all ids, Linux gives as many as there is room for, and Windows EFAULT (ebpf_program_get_info,
// libs/execution_context/ebpf_program.c): then once more, with more room.
int ReadMapIds(const Descriptor& program, uint32_t count, std::vector<uint32_t>* ids) {
  for (int attempt = 1; count > 0; attempt++) {
    ids->assign(count + kSpareMaps * attempt, 0);
    std::vector<uint8_t> bytes(kInfoBytes);
    const auto room = static_cast<uint32_t>(ids->size());
    const uint64_t address = reinterpret_cast<uintptr_t>(ids->data());
    memcpy(bytes.data() + kMapCountOffset, &room, sizeof(room));
    memcpy(bytes.data() + kMapIdsOffset, &address, sizeof(address));
    uint32_t size = kInfoBytes;
    const int result = program.calls().bpf_obj_get_info_by_fd(program.fd(), bytes.data(), &size);
    if (result == kBadAddress && attempt < kAttempts) continue;
    if (result < 0) return result;
    memcpy(&count, bytes.data() + kMapCountOffset, sizeof(count));
    ids->resize(std::min<size_t>(count, ids->size()));
    return 0;
  }
  return 0;
}

Napi::Value Info(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const DescriptorRef object = DescriptorOf(info[0]);
  if (object == nullptr) return ToJs(env, Closed("bpf_obj_get_info_by_fd"));
  const auto query = object->calls().bpf_obj_get_info_by_fd;
  if (query == nullptr) return ToJs(env, Failure::Missing("bpf_obj_get_info_by_fd"));

  // Zeros: members of a program's structure are read as inputs before they are written.
  std::vector<uint8_t> bytes(kInfoBytes);
  uint32_t size = kInfoBytes;
  int result = query(object->fd(), bytes.data(), &size);
  if (result < 0) return ToJs(env, Failure::Errno("bpf_obj_get_info_by_fd", result));

  std::vector<uint32_t> ids;
  if (TextOf(info[1]) == "program") {
    uint32_t count = 0;
    memcpy(&count, bytes.data() + kMapCountOffset, sizeof(count));
    result = ReadMapIds(*object, count, &ids);
    if (result < 0) return ToJs(env, Failure::Errno("bpf_obj_get_info_by_fd", result));
  }
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("bytes", BytesToJs(env, bytes.data(), bytes.size()));
  auto list = Napi::Uint32Array::New(env, ids.size());
  // As in BytesToJs.
  if (list.IsEmpty()) return env.Undefined();
  std::copy(ids.begin(), ids.end(), list.Data());
  answer.Set("mapIds", list);
  return answer;
}

// "map", "program" or "link".
Napi::Value Kind(const Napi::CallbackInfo& info) {
  const DescriptorRef object = DescriptorOf(info[0]);
  if (object == nullptr) return ToJs(info.Env(), Closed("kind"));
  int error = 0;
  const char* kind = KindOf(*object->library(), object->fd(), &error);
  if (error < 0) return ToJs(info.Env(), Failure::Errno("ebpf_object_get_info_by_fd", error));
  return kind == nullptr ? info.Env().Undefined() : Napi::Value(Napi::String::New(info.Env(), kind));
}

using NextId = int (*)(uint32_t start, uint32_t* next);
using OpenId = int (*)(uint32_t id);

// The id above a given one; undefined at the end.
Napi::Value NextIdOf(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "nextId takes a library");
  const Symbols& calls = library->calls();
  const std::string kind = TextOf(info[1]);
  const NextId next = kind == "map"       ? calls.bpf_map_get_next_id
                      : kind == "program" ? calls.bpf_prog_get_next_id
                                          : calls.bpf_link_get_next_id;
  if (next == nullptr) return ToJs(info.Env(), Failure::Missing("next id"));
  uint32_t id = 0;
  const int result = next(NumberOf(info[2]), &id);
  if (result == 0) return Napi::Number::New(info.Env(), id);
  // ENOENT has one number everywhere.
  return result == -2 ? info.Env().Undefined() : ToJs(info.Env(), Failure::Errno("next id", result));
}

Napi::Value OpenIdOf(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "openId takes a library");
  const Symbols& calls = library->calls();
  const std::string kind = TextOf(info[1]);
  const OpenId open = kind == "map"       ? calls.bpf_map_get_fd_by_id
                      : kind == "program" ? calls.bpf_prog_get_fd_by_id
                                          : calls.bpf_link_get_fd_by_id;
  if (open == nullptr) return ToJs(info.Env(), Failure::Missing("open id"));
  const int fd = open(NumberOf(info[2]));
  return fd < 0 ? ToJs(info.Env(), Failure::Errno("open id", fd)) : WrapDescriptor(info.Env(), library, fd);
}

}  // namespace

void ExportObjects(Napi::Object exports) {
  Export<Close>(exports, "close");
  Export<Duplicate>(exports, "duplicate");
  Export<Info>(exports, "info");
  Export<Kind>(exports, "kind");
  Export<NextIdOf>(exports, "nextId");
  Export<OpenIdOf>(exports, "openId");
}

}  // namespace winbpf
