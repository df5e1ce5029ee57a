// Compiled into the addon that scripts/sanitize.mjs builds, and into no other, ahead of each of its files: every call of
// Node-API that takes an environment passes a gate first, where a test holds the thread for as long as it takes to
// terminate the worker. What the call does then, and what becomes of its result, is what a worker meets that is
// terminated there by chance.
//
// A thread has a gate where its global object has `winbpfGate`, an Int32Array of shared memory: the members of `Shared`.
#pragma once

#include <node_api.h>
#include <unistd.h>

#include <atomic>

namespace winbpf::gate {

struct Shared {
  // How many calls pass before one is held; negative: all do.
  std::atomic<int32_t> room;
  std::atomic<int32_t> held;
  std::atomic<int32_t> open;
};

inline Shared* SharedOf(napi_env env) {
  napi_value global;
  napi_value array;
  napi_typedarray_type type;
  void* data = nullptr;
  if (napi_get_global(env, &global) != napi_ok ||
      napi_get_named_property(env, global, "winbpfGate", &array) != napi_ok ||
      napi_get_typedarray_info(env, array, &type, nullptr, &data, nullptr, nullptr) != napi_ok) {
    return nullptr;
  }
  return static_cast<Shared*>(data);
}

inline void Pass(napi_env env) {
  thread_local Shared* const shared = SharedOf(env);
  if (shared == nullptr || shared->room.fetch_sub(1) != 0) return;
  shared->held.store(1);
  while (shared->open.load() == 0) usleep(100);
}

template <auto kCall>
struct Gated;

template <typename... Arguments, napi_status (*kCall)(napi_env, Arguments...)>
struct Gated<kCall> {
  static napi_status Call(napi_env env, Arguments... arguments) {
    Pass(env);
    return kCall(env, arguments...);
  }
};

template <auto kCall>
inline constexpr auto kGated = &Gated<kCall>::Call;

}  // namespace winbpf::gate

// Those that Node.js refuses in an environment that is ending (NAPI_PREAMBLE, src/js_native_api_v8.cc): all others do
// what they always do.
#define napi_check_object_type_tag ::winbpf::gate::kGated<&napi_check_object_type_tag>
#define napi_coerce_to_bool ::winbpf::gate::kGated<&napi_coerce_to_bool>
#define napi_create_arraybuffer ::winbpf::gate::kGated<&napi_create_arraybuffer>
#define napi_create_external ::winbpf::gate::kGated<&napi_create_external>
#define napi_create_function ::winbpf::gate::kGated<&napi_create_function>
#define napi_create_promise ::winbpf::gate::kGated<&napi_create_promise>
#define napi_create_typedarray ::winbpf::gate::kGated<&napi_create_typedarray>
#define napi_define_properties ::winbpf::gate::kGated<&napi_define_properties>
#define napi_fatal_exception ::winbpf::gate::kGated<&napi_fatal_exception>
#define napi_get_element ::winbpf::gate::kGated<&napi_get_element>
#define napi_get_named_property ::winbpf::gate::kGated<&napi_get_named_property>
#define napi_get_property ::winbpf::gate::kGated<&napi_get_property>
#define napi_has_property ::winbpf::gate::kGated<&napi_has_property>
#define napi_make_callback ::winbpf::gate::kGated<&napi_make_callback>
#define napi_resolve_deferred ::winbpf::gate::kGated<&napi_resolve_deferred>
#define napi_set_element ::winbpf::gate::kGated<&napi_set_element>
#define napi_set_named_property ::winbpf::gate::kGated<&napi_set_named_property>
#define napi_set_property ::winbpf::gate::kGated<&napi_set_property>
#define napi_throw ::winbpf::gate::kGated<&napi_throw>
#define napi_type_tag_object ::winbpf::gate::kGated<&napi_type_tag_object>
