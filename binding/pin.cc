// Pins. Linux keeps them in a file system, which src/native walks; ebpfapi in a list of its own.
#include <cstring>

#include "areas.h"
#include "arguments.h"
#include "handle.h"

namespace winbpf {
namespace {

// ebpf-for-windows, include/ebpf_structs.h: EBPF_MAX_PIN_PATH_LENGTH is 256; its own buffers are MAX_PATH.
constexpr size_t kPathBytes = 260;

Napi::Value Pin(const Napi::CallbackInfo& info) {
  const DescriptorRef object = DescriptorOf(info[0]);
  if (object == nullptr) return Napi::Number::New(info.Env(), kClosed);
  const auto pin = object->calls().bpf_obj_pin;
  return Napi::Number::New(info.Env(), pin == nullptr ? kMissing : pin(object->fd(), TextOf(info[1]).c_str()));
}

Napi::Value OpenPin(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "openPin takes a library");
  const auto open = library->calls().bpf_obj_get;
  if (open == nullptr) return ToJs(info.Env(), Failure::Missing("bpf_obj_get"));
  const int fd = open(TextOf(info[1]).c_str());
  return fd < 0 ? ToJs(info.Env(), Failure::Errno("bpf_obj_get", fd)) : WrapDescriptor(info.Env(), library, fd);
}

// ebpfapi only; an ebpf_result_t.
Napi::Value Unpin(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "unpin takes a library");
  const auto unpin = library->calls().ebpf_object_unpin;
  if (unpin == nullptr) return Napi::Number::New(info.Env(), kMissing);
  return Napi::Number::New(info.Env(), unpin(TextOf(info[1]).c_str()));
}

// ebpfapi only: [path, type] of the pin behind `start`, of one type (0: any); an ebpf_result_t at the end.
Napi::Value NextPin(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(env, "nextPin takes a library");
  const auto next = library->calls().ebpf_get_next_pinned_object_path;
  if (next == nullptr) return Napi::Number::New(env, kMissing);
  char path[kPathBytes] = {};
  uint32_t type = NumberOf(info[2]);
  const uint32_t result = next(TextOf(info[1]).c_str(), path, sizeof(path), &type);
  if (result != 0) return Napi::Number::New(env, result);
  path[kPathBytes - 1] = '\0';
  Napi::Array row = Napi::Array::New(env, 2);
  row.Set(0u, Napi::String::New(env, path));
  row.Set(1u, Napi::Number::New(env, type));
  return row;
}

}  // namespace

void ExportPins(Napi::Object exports) {
  Export<Pin>(exports, "pin");
  Export<OpenPin>(exports, "openPin");
  Export<Unpin>(exports, "unpin");
  Export<NextPin>(exports, "nextPin");
}

}  // namespace winbpf
