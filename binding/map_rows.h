// Rows of maps, as calls that load programs take them: [map, what the call wants to know of it, …].
#pragma once

#include "handle.h"

namespace winbpf {

// Calls `take(map, row)` for each row; a value other than the empty one says what is wrong: in the rows, or by `take`.
template <typename Take>
Napi::Value EachMap(Napi::Env env, const Napi::Value& rows, const char* call, Take take) {
  if (!rows.IsArray()) return Misuse(env, "maps are rows");
  const auto list = rows.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); i++) {
    const Napi::Value row = list[i];
    if (!row.IsArray()) return Misuse(env, "maps are rows");
    const auto columns = row.As<Napi::Array>();
    DescriptorRef map = DescriptorOf(columns.Get(0u));
    if (map == nullptr) return ToJs(env, Closed(call));
    if (const Napi::Value wrong = take(std::move(map), columns); !wrong.IsEmpty()) return wrong;
  }
  return {};
}

}  // namespace winbpf
