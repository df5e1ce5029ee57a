// Programs by way of an object file that the library reads itself: ebpfapi's bpf_prog_load tells its verifier less of maps
// than its bpf_object__load does (libs/api/ebpf_api.cpp: ebpf_program_load_bytes, _ebpf_object_load_programs).
#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "instance.h"
#include "map_rows.h"

namespace winbpf {
namespace {

struct ObjectLoad {
  std::vector<uint8_t> object;
  std::string name;
  std::string pin_root;
  uint32_t type = 0;
  // ebpf_execution_type_t; 0 leaves it to the library.
  uint32_t execution = 0;
  // Maps, and the paths that they are pinned to while the object is loaded.
  std::vector<std::pair<DescriptorRef, std::string>> pins;
};

// Pins for as long as it lives.
class Pins {
 public:
  explicit Pins(const Symbols& calls) : calls_(calls) {}
  ~Pins() {
    while (!paths_.empty()) {
      calls_.ebpf_object_unpin(paths_.back());
      paths_.pop_back();
    }
  }
  Pins(const Pins&) = delete;
  Pins& operator=(const Pins&) = delete;

  // `path` must live longer.
  int Add(abi::Fd fd, const char* path) {
    paths_.reserve(paths_.size() + 1);
    const int result = calls_.bpf_obj_pin(fd, path);
    if (result >= 0) paths_.push_back(path);
    return result;
  }

 private:
  const Symbols& calls_;
  std::vector<const char*> paths_;
};

class ObjectLoadJob : public Job {
 public:
  ObjectLoadJob(Napi::Env env, std::shared_ptr<Library> library, ObjectLoad load)
      : Job(env), library_(std::move(library)), load_(std::move(load)) {}

  ~ObjectLoadJob() override {
    if (fd_ >= 0) library_->Close(fd_);
  }

  // Pins are taken away by the thread that has made them: an environment that ends waits for it.
  void Run() override {
    const Symbols& calls = library_->calls();
    Pins pinned(calls);
    for (const auto& [map, path] : load_.pins) {
      const int result = pinned.Add(map->fd(), path.c_str());
      if (result < 0) return Fail("bpf_obj_pin", result);
    }
    LoadPinned(calls);
  }

  Napi::Value Result(Napi::Env env) override {
    if (fd_ >= 0) {
      const abi::Fd fd = fd_;
      fd_ = -1;
      return WrapDescriptor(env, library_, fd);
    }
    Napi::Object failure = ToJs(env, Failure::Errno(call_, error_)).As<Napi::Object>();
    if (!log_.empty()) failure.Set("log", Napi::String::New(env, log_));
    return failure;
  }

 private:
  void Fail(const char* call, int negative) {
    call_ = call;
    error_ = negative;
  }

  void LoadPinned(const Symbols& calls) {
    abi::ObjectOpenOptions options;
    options.object_name = load_.name.c_str();
    options.pin_root_path = load_.pin_root.c_str();
    const std::unique_ptr<abi::BpfObject, decltype(calls.bpf_object__close)> owned(
        calls.bpf_object__open_mem(load_.object.data(), load_.object.size(), &options), calls.bpf_object__close);
    abi::BpfObject* object = owned.get();
    // NULL and errno; without one it is the object that is at fault.
    if (object == nullptr) {
      const int number = library_->Errno();
      return Fail("bpf_object__open_mem", number == 0 ? -22 : -number);
    }
    abi::BpfProgram* program = calls.bpf_object__next_program(object, nullptr);
    int result = program == nullptr ? -22 : calls.bpf_program__set_type(program, load_.type);
    if (result < 0) {
      Fail("bpf_program__set_type", result);
    } else if (const uint32_t refused = Choose(calls, object); refused != 0) {
      Fail("ebpf_object_set_execution_type", AsNegative(refused));
    } else if ((result = calls.bpf_object__load(object)) < 0) {
      Fail("bpf_object__load", result);
      size_t size = 0;
      const char* log = calls.bpf_program__log_buf(program, &size);
      if (log != nullptr) log_.assign(log, strnlen(log, size));
    } else {
      // Closing the object closes its own descriptor, which keeps the program alive no longer then.
      fd_ = library_->Duplicate(calls.bpf_program__fd(program));
      if (fd_ < 0) Fail("ebpf_duplicate_fd", fd_);
    }
  }

  uint32_t Choose(const Symbols& calls, abi::BpfObject* object) const {
    return load_.execution == 0 ? 0 : calls.ebpf_object_set_execution_type(object, load_.execution);
  }

  const std::shared_ptr<Library> library_;
  const ObjectLoad load_;
  const char* call_ = "";
  std::string log_;
  int fd_ = -1;
  int error_ = 0;
};

bool CanLoad(const Symbols& calls) {
  return calls.bpf_object__open_mem != nullptr && calls.bpf_object__next_program != nullptr &&
         calls.bpf_program__set_type != nullptr && calls.bpf_object__load != nullptr &&
         calls.bpf_program__log_buf != nullptr && calls.bpf_program__fd != nullptr &&
         calls.ebpf_object_set_execution_type != nullptr && calls.bpf_object__close != nullptr &&
         calls.bpf_obj_pin != nullptr && calls.ebpf_object_unpin != nullptr;
}

// loadObject(library, {object, name, pinRoot, type, execution}, [[map, path], …]): the object's only program.
Napi::Value LoadObject(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr || !info[1].IsObject()) return Misuse(env, "loadObject takes a library");
  if (!CanLoad(library->calls())) return ToJs(env, Failure::Missing("bpf_object__open_mem"));
  const auto given = info[1].As<Napi::Object>();
  ObjectLoad load;
  load.object = CopyOf(given.Get("object"));
  load.name = TextOf(given.Get("name"));
  load.pin_root = TextOf(given.Get("pinRoot"));
  load.type = NumberOf(given.Get("type"));
  load.execution = NumberOf(given.Get("execution"));
  const auto pin = [&](DescriptorRef map, const Napi::Array& row) {
    load.pins.emplace_back(std::move(map), TextOf(row.Get(1u)));
    return Napi::Value();
  };
  if (const Napi::Value wrong = EachMap(env, info[2], "bpf_object__load", pin); !wrong.IsEmpty()) return wrong;
  return Instance::Of(env).Start(std::make_unique<ObjectLoadJob>(env, std::move(library), std::move(load)));
}

}  // namespace

void ExportObjectLoad(Napi::Object exports) { Export<LoadObject>(exports, "loadObject"); }

}  // namespace winbpf
