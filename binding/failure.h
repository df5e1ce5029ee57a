// How calls end: a value, or a failure object. Nothing is thrown across the border but for arguments of wrong types,
// which only a mistake in src/native can bring about.
#pragma once

#include <napi.h>

#include <new>
#include <string>

#include "library.h"

namespace winbpf {

struct Failure {
  // Name of the function that failed.
  const char* call;
  // Positive errno of the library's C run-time; 0 where the call gives none.
  int error = 0;
  // ebpf_result_t; 0 where the call gives none.
  uint32_t result = 0;
  // The library has no such function.
  bool missing = false;

  // `negative` is an errno, or an ebpf_result_t as AsNegative gives it.
  static Failure Errno(const char* call, int negative) {
    if (negative <= kNegativeResults) return Result(call, static_cast<uint32_t>(kNegativeResults - negative));
    return {call, -negative, 0, false};
  }
  static Failure Result(const char* call, uint32_t result) { return {call, 0, result, false}; }
  static Failure Missing(const char* call) { return {call, 0, 0, true}; }
};

Napi::Value ToJs(Napi::Env env, const Failure& failure);

// The negative result of map calls for a handle that is closed or no handle at all, out of errno's range.
constexpr int kClosed = -100000;
constexpr int kMissing = -100001;

// Wraps a callback so that no C++ exception leaves it.
template <Napi::Value (*Callback)(const Napi::CallbackInfo&)>
Napi::Value Guarded(const Napi::CallbackInfo& info) {
  try {
    return Callback(info);
  } catch (const std::bad_alloc&) {
    return ToJs(info.Env(), Failure::Errno("memory", -12));
  } catch (const std::exception& error) {
    Napi::Error::New(info.Env(), error.what()).ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
}

inline Failure Closed(const char* call) { return {call, 9, 0, false}; }

inline Napi::Value Misuse(Napi::Env env, const char* what) {
  Napi::TypeError::New(env, what).ThrowAsJavaScriptException();
  return env.Undefined();
}

}  // namespace winbpf
