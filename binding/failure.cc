#include "failure.h"

namespace winbpf {

Napi::Value ToJs(Napi::Env env, const Failure& failure) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("failed", Napi::String::New(env, failure.call));
  if (failure.error != 0) object.Set("errno", Napi::Number::New(env, failure.error));
  if (failure.result != 0) object.Set("result", Napi::Number::New(env, failure.result));
  if (failure.missing) object.Set("missing", Napi::Boolean::New(env, true));
  return object;
}

}  // namespace winbpf
