// The addon's door. Everything here is mechanism: handles and bytes in, bytes and numbers out. What to do with them is
// decided in src/native.
#include <napi.h>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "instance.h"

namespace winbpf {
namespace {

Napi::Value Open(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  OpenFailure failure;
  std::shared_ptr<Library> library = Library::Open(TextOf(info[0]), &failure);
  Napi::Object result = Napi::Object::New(env);
  if (library == nullptr) {
    result.Set("failed", Napi::String::New(env, failure.kind));
    result.Set("message", Napi::String::New(env, failure.message));
    result.Set("lastError", Napi::Number::New(env, failure.last_error));
    return result;
  }
  Napi::Array missing = Napi::Array::New(env);
  for (const std::string& name : library->missing()) missing.Set(missing.Length(), Napi::String::New(env, name));
  result.Set("path", Napi::String::New(env, library->path()));
  result.Set("missing", missing);
  result.Set("library", Wrap(env, std::make_unique<LibraryHandle>(LibraryHandle{library})));
  return result;
}

// How much of everything there is in the process: what leaks, grows.
Napi::Value Count(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("descriptors", Napi::Number::New(info.Env(), static_cast<double>(counters().descriptors)));
  result.Set("handles", Napi::Number::New(info.Env(), static_cast<double>(counters().handles)));
  result.Set("rings", Napi::Number::New(info.Env(), static_cast<double>(counters().rings)));
  result.Set("jobs", Napi::Number::New(info.Env(), static_cast<double>(counters().jobs)));
  result.Set("waits", Napi::Number::New(info.Env(), static_cast<double>(counters().waits)));
  return result;
}

// renew(library): fresh threads make all calls from now on; a failure where there are none to be had.
Napi::Value Renew(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "renew takes a library");
  if (!Instance::Of(info.Env()).Renew(*library)) return ToJs(info.Env(), Failure::Errno("thread", -12));
  return info.Env().Undefined();
}

// Whether `renew` was called in this environment.
Napi::Value Renewed(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Instance::Of(info.Env()).renewed());
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto instance = std::make_unique<Instance>(env);
  if (!instance->usable()) {
    Napi::Error::New(env, "Node.js gives no thread-safe function").ThrowAsJavaScriptException();
    return exports;
  }
  env.SetInstanceData(instance.release());
  Export<Open>(exports, "open");
  Export<Count>(exports, "count");
  Export<Renew>(exports, "renew");
  Export<Renewed>(exports, "renewed");
  ExportObjects(exports);
  ExportObjectLoad(exports);
  ExportWholeObjects(exports);
  ExportMaps(exports);
  ExportBatches(exports);
  ExportPrograms(exports);
  ExportLinks(exports);
  ExportPins(exports);
  ExportRings(exports);
  ExportPerf(exports);
  ExportNames(exports);
  ExportImages(exports);
  return exports;
}

NODE_API_MODULE(winbpf, Init)

}  // namespace
}  // namespace winbpf
