// The test's hand inside the double: the exports of control.h as JavaScript functions. `open(path)` takes the DLL that
// the process has loaded already, or loads it; with another DLL than the double it throws, and such tests are left out.
#include <napi.h>
#include <windows.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

struct Control {
  void (*fail)(const char*, uint32_t, uint32_t, uint32_t);
  void (*heal)();
  void (*reset)();
  void (*restart)();
  uint64_t (*calls)(const char*);
  int64_t (*count)(const char*);
  size_t (*violations)(char*, size_t);
  int64_t (*fire)(uint32_t, const void*, size_t);
  void (*mark)(uint32_t, uint32_t);
  void (*hold)(const char*);
  void (*release)();
};

std::string Text(const Napi::CallbackInfo& info, size_t index) { return info[index].As<Napi::String>().Utf8Value(); }
uint32_t Number(const Napi::CallbackInfo& info, size_t index) { return info[index].As<Napi::Number>().Uint32Value(); }

Napi::Value Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto path = info[0].As<Napi::String>().Utf16Value();
  HMODULE module = LoadLibraryW(reinterpret_cast<const wchar_t*>(path.c_str()));
  Control control{};
  const auto find = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(reinterpret_cast<void*>(GetProcAddress(module, name)));
    return function != nullptr;
  };
  const bool found = module != nullptr && find(control.fail, "double_fail") && find(control.heal, "double_heal") &&
                     find(control.reset, "double_reset") &&
                     find(control.restart, "double_restart") && find(control.calls, "double_calls") &&
                     find(control.count, "double_count") && find(control.violations, "double_violations") &&
                     find(control.fire, "double_fire") && find(control.mark, "double_mark") &&
                     find(control.hold, "double_hold") &&
                     find(control.release, "double_release");
  if (!found) throw Napi::Error::New(env, "This is not the double");
  auto result = Napi::Object::New(env);
  const auto add = [&](const char* name, auto function) { result.Set(name, Napi::Function::New(env, function, name)); };
  add("fail", [control](const Napi::CallbackInfo& i) {
    control.fail(Text(i, 0).c_str(), Number(i, 1), Number(i, 2), Number(i, 3));
  });
  add("heal", [control](const Napi::CallbackInfo&) { control.heal(); });
  add("reset", [control](const Napi::CallbackInfo&) { control.reset(); });
  add("restart", [control](const Napi::CallbackInfo&) { control.restart(); });
  add("calls", [control](const Napi::CallbackInfo& i) -> Napi::Value {
    return Napi::Number::New(i.Env(), static_cast<double>(control.calls(Text(i, 0).c_str())));
  });
  add("count", [control](const Napi::CallbackInfo& i) -> Napi::Value {
    return Napi::Number::New(i.Env(), static_cast<double>(control.count(Text(i, 0).c_str())));
  });
  add("violations", [control](const Napi::CallbackInfo& i) -> Napi::Value {
    std::vector<char> text(control.violations(nullptr, 0));
    control.violations(text.data(), text.size());
    return Napi::String::New(i.Env(), text.data());
  });
  add("fire", [control](const Napi::CallbackInfo& i) -> Napi::Value {
    const auto data = i[1].As<Napi::Uint8Array>();
    return Napi::Number::New(i.Env(), static_cast<double>(control.fire(Number(i, 0), data.Data(), data.ByteLength())));
  });
  add("mark", [control](const Napi::CallbackInfo& i) { control.mark(Number(i, 0), Number(i, 1)); });
  add("hold", [control](const Napi::CallbackInfo& i) { control.hold(Text(i, 0).c_str()); });
  add("release", [control](const Napi::CallbackInfo&) { control.release(); });
  return result;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("open", Napi::Function::New(env, Open, "open"));
  return exports;
}

NODE_API_MODULE(control, Init)

}  // namespace
