// What JavaScript holds: external objects around a descriptor. A descriptor is closed through its library, once, when
// nobody uses it: neither the handle nor a call that is under way on another thread.
#pragma once

#include <napi.h>

#include <atomic>
#include <memory>

#include "failure.h"
#include "library.h"

namespace winbpf {

// Counted for the leak tests; relaxed, since nothing depends on them.
struct Counters {
  std::atomic<int64_t> descriptors{0};
  std::atomic<int64_t> handles{0};
  std::atomic<int64_t> rings{0};
  std::atomic<int64_t> jobs{0};
  // Waits that the system's thread pool still knows (Windows).
  std::atomic<int64_t> waits{0};
};
Counters& counters();

// What the kernel says of a map's sizes: buffers are made from this, never from what a caller believes.
struct MapShape {
  bool known = false;
  uint32_t type = 0;
  uint32_t key_size = 0;
  uint32_t value_size = 0;
  uint32_t max_entries = 0;
  // Bytes of a value as it crosses the border: of all CPUs together, each padded to 8 bytes, in per-CPU maps.
  uint64_t value_bytes = 0;
};

class Descriptor {
 public:
  Descriptor(std::shared_ptr<Library> library, abi::Fd fd) : library_(std::move(library)), fd_(fd) {
    counters().descriptors++;
  }
  ~Descriptor() {
    library_->Close(fd_);
    counters().descriptors--;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  abi::Fd fd() const { return fd_; }
  const std::shared_ptr<Library>& library() const { return library_; }
  const Symbols& calls() const { return library_->calls(); }

 private:
  const std::shared_ptr<Library> library_;
  const abi::Fd fd_;
};
using DescriptorRef = std::shared_ptr<Descriptor>;

// A value that JavaScript can hold and give back, and nothing else: tagged, so that no other external is taken for it.
template <typename T>
struct Tagged;

template <typename T>
Napi::Value Wrap(Napi::Env env, std::unique_ptr<T> object) {
  auto external = Napi::External<T>::New(env, object.get(), [](Napi::BasicEnv, T* data) {
    counters().handles--;
    delete data;
  });
  if (external.IsEmpty()) return env.Undefined();
  counters().handles++;
  object.release();
  external.TypeTag(&Tagged<T>::tag);
  return external;
}

// NULL where `value` is no such object.
template <typename T>
T* Unwrap(const Napi::Value& value) {
  if (!value.IsExternal()) return nullptr;
  auto external = value.As<Napi::External<T>>();
  return external.CheckTypeTag(&Tagged<T>::tag) ? external.Data() : nullptr;
}

struct LibraryHandle {
  std::shared_ptr<Library> library;
};
template <>
struct Tagged<LibraryHandle> {
  static constexpr napi_type_tag tag = {0x7c1f0a86d1c94b3eULL, 0x9b4de25f30a87a01ULL};
};

// A map, program or link. The descriptor is gone once it is closed; whoever took part in it before goes on with it.
struct ObjectState {
  DescriptorRef descriptor;
  // Maps: their sizes, once somebody has asked; a map's never change.
  MapShape shape;
};

struct ObjectHandle {
  std::shared_ptr<ObjectState> state;
};
template <>
struct Tagged<ObjectHandle> {
  static constexpr napi_type_tag tag = {0x7c1f0a86d1c94b3eULL, 0x9b4de25f30a87a02ULL};
};

inline Napi::Value WrapDescriptor(Napi::Env env, std::shared_ptr<Library> library, abi::Fd fd) {
  auto state = std::make_shared<ObjectState>();
  state->descriptor = std::make_shared<Descriptor>(std::move(library), fd);
  return Wrap(env, std::make_unique<ObjectHandle>(ObjectHandle{std::move(state)}));
}

// The descriptor behind a handle; empty where `value` is no handle, or closed.
inline DescriptorRef DescriptorOf(const Napi::Value& value) {
  const ObjectHandle* handle = Unwrap<ObjectHandle>(value);
  return handle == nullptr ? nullptr : handle->state->descriptor;
}

inline std::shared_ptr<Library> LibraryOf(const Napi::Value& value) {
  const LibraryHandle* handle = Unwrap<LibraryHandle>(value);
  return handle == nullptr ? nullptr : handle->library;
}

}  // namespace winbpf
