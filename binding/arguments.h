// Reading arguments: bytes are copied or bounded here, on the C++ side, whatever JavaScript has checked before.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

namespace winbpf {

struct Bytes {
  uint8_t* data = nullptr;
  size_t size = 0;
};

// The bytes of a Uint8Array, as long as the call lasts; empty for anything else.
inline Bytes BytesOf(const Napi::Value& value) {
  if (!value.IsTypedArray()) return {};
  auto array = value.As<Napi::TypedArray>();
  if (array.TypedArrayType() != napi_uint8_array) return {};
  auto bytes = value.As<Napi::Uint8Array>();
  return {bytes.Data(), bytes.ByteLength()};
}

inline std::vector<uint8_t> CopyOf(const Napi::Value& value) {
  const Bytes bytes = BytesOf(value);
  return bytes.size == 0 ? std::vector<uint8_t>() : std::vector<uint8_t>(bytes.data, bytes.data + bytes.size);
}

inline uint32_t NumberOf(const Napi::Value& value) {
  return value.IsNumber() ? value.As<Napi::Number>().Uint32Value() : 0;
}

// `ToBoolean` would end the process where the worker is being terminated: Node-API refuses to coerce then.
inline bool IsTrue(const Napi::Value& value) { return value.IsBoolean() && value.As<Napi::Boolean>().Value(); }

// UTF-8, without what would follow a NUL; empty for anything but a string.
inline std::string TextOf(const Napi::Value& value) {
  if (!value.IsString()) return {};
  const std::string text = value.As<Napi::String>().Utf8Value();
  return text.substr(0, text.find('\0'));
}

// A worker that is terminated while this runs gets no array, and nobody looks at what it got.
inline Napi::Value BytesToJs(Napi::Env env, const void* data, size_t size) {
  auto bytes = Napi::Uint8Array::New(env, size);
  if (bytes.IsEmpty()) return env.Undefined();
  if (size > 0) memcpy(bytes.Data(), data, size);
  return bytes;
}

}  // namespace winbpf
