// Whole object files, read and loaded by libbpf itself: it knows the kernel's own types (CO-RE, fentry, kernel functions),
// its configuration, and hands the object's types over with maps and programs.
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "instance.h"
#include "map_rows.h"

namespace winbpf {
namespace {

// What is changed of a map before the object is loaded.
struct MapChange {
  std::string name;
  // Used in place of the object's own, where there is one.
  DescriptorRef reused;
  // Content of a data section; empty leaves the file's.
  std::vector<uint8_t> initial;
};

// The same of a program.
struct ProgramChange {
  std::string name;
  std::string section;
  bool load = true;
  // 0 leaves the section's.
  uint32_t type = 0;
};

struct WholeObject {
  std::vector<uint8_t> bytes;
  std::string name;
  std::vector<MapChange> maps;
  std::vector<ProgramChange> programs;
};

struct Loaded {
  std::string name;
  std::string section;
  abi::Fd fd;
};

// What libbpf complains of while this thread loads; it has one print function for the whole process.
constexpr size_t kMostText = 32 << 20;
constexpr int kWarning = 0;
thread_local std::string* complaints = nullptr;

int Listen(int level, const char* format, va_list arguments) {
  if (level != kWarning || complaints == nullptr || complaints->size() > kMostText) return 0;
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(nullptr, 0, format, again);
  va_end(again);
  if (length <= 0) return 0;
  try {
    const size_t start = complaints->size();
    complaints->resize(start + static_cast<size_t>(length) + 1);
    vsnprintf(&(*complaints)[start], static_cast<size_t>(length) + 1, format, arguments);
    complaints->pop_back();
  } catch (const std::bad_alloc&) {
    // No exception through libbpf; the error number remains.
  }
  return length;
}

class WholeObjectJob : public Job {
 public:
  WholeObjectJob(Napi::Env env, std::shared_ptr<Library> library, WholeObject wanted)
      : Job(env), library_(std::move(library)), wanted_(std::move(wanted)) {}

  ~WholeObjectJob() override {
    for (const auto* list : {&maps_, &programs_})
      for (const Loaded& loaded : *list) library_->Close(loaded.fd);
  }

  void Run() override {
    library_->calls().libbpf_set_print(Listen);
    complaints = &log_;
    Load(library_->calls());
    complaints = nullptr;
  }

  Napi::Value Result(Napi::Env env) override {
    if (call_ != nullptr) {
      Napi::Object failure = ToJs(env, Failure::Errno(call_, error_)).As<Napi::Object>();
      if (!log_.empty()) failure.Set("log", Napi::String::New(env, log_));
      return failure;
    }
    Napi::Object result = Napi::Object::New(env);
    result.Set("maps", Rows(env, maps_));
    result.Set("programs", Rows(env, programs_));
    return result;
  }

 private:
  // [name, section, object]; whoever gets a descriptor closes it.
  Napi::Value Rows(Napi::Env env, std::vector<Loaded>& list) {
    Napi::Array rows = Napi::Array::New(env, list.size());
    for (uint32_t i = 0; !list.empty(); i++) {
      const Loaded next = std::move(list.front());
      list.erase(list.begin());
      Napi::Array row = Napi::Array::New(env, 3);
      row.Set(0u, Napi::String::New(env, next.name));
      row.Set(1u, Napi::String::New(env, next.section));
      row.Set(2u, WrapDescriptor(env, library_, next.fd));
      rows.Set(i, row);
    }
    return rows;
  }

  bool Check(const char* call, int result) {
    if (result >= 0) return true;
    call_ = call;
    error_ = result;
    return false;
  }

  void Load(const Symbols& calls) {
    abi::ObjectOpenOptions options;
    options.object_name = wanted_.name.c_str();
    const std::unique_ptr<abi::BpfObject, decltype(calls.bpf_object__close)> owned(
        calls.bpf_object__open_mem(wanted_.bytes.data(), wanted_.bytes.size(), &options), calls.bpf_object__close);
    abi::BpfObject* object = owned.get();
    if (object == nullptr) {
      const int number = library_->Errno();
      Check("bpf_object__open_mem", number == 0 ? -22 : -number);
      return;
    }
    if (!ChangeMaps(calls, object) || !ChangePrograms(calls, object)) return;
    if (!Check("bpf_object__load", calls.bpf_object__load(object))) return;
    for (abi::BpfMap* map = nullptr; (map = calls.bpf_object__next_map(object, map)) != nullptr;)
      if (!Keep(maps_, calls.bpf_map__name(map), "", calls.bpf_map__fd(map))) return;
    for (abi::BpfProgram* program = nullptr; (program = calls.bpf_object__next_program(object, program)) != nullptr;) {
      const char* section = calls.bpf_program__section_name(program);
      if (!Keep(programs_, calls.bpf_program__name(program), section, calls.bpf_program__fd(program))) return;
    }
  }

  // The object closes its own descriptors. What was not loaded has none.
  bool Keep(std::vector<Loaded>& list, const char* name, const char* section, abi::Fd fd) {
    if (fd < 0) return true;
    list.reserve(list.size() + 1);
    Loaded loaded{name, section, library_->Duplicate(fd)};
    if (!Check("dup", loaded.fd)) return false;
    list.push_back(std::move(loaded));
    return true;
  }

  bool ChangeMaps(const Symbols& calls, abi::BpfObject* object) {
    for (abi::BpfMap* map = nullptr; (map = calls.bpf_object__next_map(object, map)) != nullptr;) {
      // Who pins, and where, is not libbpf's business here.
      if (!Check("bpf_map__set_pin_path", calls.bpf_map__set_pin_path(map, nullptr))) return false;
      const char* name = calls.bpf_map__name(map);
      for (const MapChange& change : wanted_.maps) {
        if (change.name != name) continue;
        if (change.reused != nullptr &&
            !Check("bpf_map__reuse_fd", calls.bpf_map__reuse_fd(map, change.reused->fd()))) {
          return false;
        }
        if (!change.initial.empty() &&
            !Check("bpf_map__set_initial_value",
                   calls.bpf_map__set_initial_value(map, change.initial.data(), change.initial.size()))) {
          return false;
        }
      }
    }
    return true;
  }

  bool ChangePrograms(const Symbols& calls, abi::BpfObject* object) {
    for (abi::BpfProgram* program = nullptr; (program = calls.bpf_object__next_program(object, program)) != nullptr;) {
      const char* name = calls.bpf_program__name(program);
      const char* section = calls.bpf_program__section_name(program);
      for (const ProgramChange& change : wanted_.programs) {
        if (change.name != name || change.section != section) continue;
        if (!Check("bpf_program__set_autoload", calls.bpf_program__set_autoload(program, change.load))) return false;
        if (change.type != 0 && !Check("bpf_program__set_type", calls.bpf_program__set_type(program, change.type))) {
          return false;
        }
      }
    }
    return true;
  }

  const std::shared_ptr<Library> library_;
  const WholeObject wanted_;
  std::vector<Loaded> maps_;
  std::vector<Loaded> programs_;
  const char* call_ = nullptr;
  std::string log_;
  int error_ = 0;
};

bool CanLoad(const Symbols& calls) {
  return calls.libbpf_set_print != nullptr && calls.bpf_object__open_mem != nullptr &&
         calls.bpf_object__next_map != nullptr && calls.bpf_object__next_program != nullptr &&
         calls.bpf_map__name != nullptr && calls.bpf_map__fd != nullptr && calls.bpf_map__set_pin_path != nullptr &&
         calls.bpf_map__reuse_fd != nullptr && calls.bpf_map__set_initial_value != nullptr &&
         calls.bpf_program__name != nullptr && calls.bpf_program__section_name != nullptr &&
         calls.bpf_program__fd != nullptr && calls.bpf_program__set_autoload != nullptr &&
         calls.bpf_program__set_type != nullptr && calls.bpf_object__load != nullptr &&
         calls.bpf_object__close != nullptr;
}

// loadWholeObject(library, bytes, name, [[map, name of the map it stands for], …], [[name, initial], …],
// [[name, section, load, type], …])
Napi::Value LoadWholeObject(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr || !info[3].IsArray() || !info[4].IsArray() || !info[5].IsArray()) {
    return Misuse(env, "loadWholeObject takes a library");
  }
  if (!CanLoad(library->calls())) return ToJs(env, Failure::Missing("bpf_object__open_mem"));
  WholeObject wanted;
  wanted.bytes = CopyOf(info[1]);
  wanted.name = TextOf(info[2]);
  const auto reused = [&](DescriptorRef map, const Napi::Array& row) {
    wanted.maps.push_back({TextOf(row.Get(1u)), std::move(map), {}});
    return Napi::Value();
  };
  if (const Napi::Value wrong = EachMap(env, info[3], "bpf_object__load", reused); !wrong.IsEmpty()) return wrong;
  const auto contents = info[4].As<Napi::Array>();
  for (uint32_t i = 0; i < contents.Length(); i++) {
    const Napi::Value row = contents[i];
    if (!row.IsArray()) return Misuse(env, "contents are rows");
    wanted.maps.push_back({TextOf(row.As<Napi::Array>().Get(0u)), nullptr, CopyOf(row.As<Napi::Array>().Get(1u))});
  }
  const auto programs = info[5].As<Napi::Array>();
  for (uint32_t i = 0; i < programs.Length(); i++) {
    const Napi::Value value = programs[i];
    if (!value.IsArray()) return Misuse(env, "programs are rows");
    const auto row = value.As<Napi::Array>();
    wanted.programs.push_back({TextOf(row.Get(0u)), TextOf(row.Get(1u)), IsTrue(row.Get(2u)), NumberOf(row.Get(3u))});
  }
  return Instance::Of(env).Start(std::make_unique<WholeObjectJob>(env, std::move(library), std::move(wanted)));
}

}  // namespace

void ExportWholeObjects(Napi::Object exports) { Export<LoadWholeObject>(exports, "loadWholeObject"); }

}  // namespace winbpf
