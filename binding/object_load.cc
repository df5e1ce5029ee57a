// Programs by way of an object file that the library reads itself: ebpfapi's bpf_prog_load tells its verifier less of maps
// than its bpf_object__load does (libs/api/ebpf_api.cpp: ebpf_program_load_bytes, _ebpf_object_load_programs).
#include "areas.h"
#include "arguments.h"
#include "handle.h"
#include "instance.h"

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
    size_t pinned = 0;
    while (pinned < load_.pins.size() && error_ == 0) {
      const auto& [map, path] = load_.pins[pinned];
      const int result = calls.bpf_obj_pin(map->fd(), path.c_str());
      if (result < 0) {
        Fail("bpf_obj_pin", result);
      } else {
        pinned++;
      }
    }
    if (error_ == 0) LoadPinned(calls);
    while (pinned > 0) calls.ebpf_object_unpin(load_.pins[--pinned].second.c_str());
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
    abi::BpfObject* object = calls.bpf_object__open_mem(load_.object.data(), load_.object.size(), &options);
    // NULL and errno; without one it is the object that is at fault.
    if (object == nullptr) {
      const int number = library_->Errno();
      return Fail("bpf_object__open_mem", number == 0 ? -22 : -number);
    }
    abi::BpfProgram* program = calls.bpf_object__next_program(object, nullptr);
    int result = program == nullptr ? -22 : calls.bpf_program__set_type(program, load_.type);
    if (result < 0) {
      Fail("bpf_program__set_type", result);
    } else if (load_.execution != 0 && calls.ebpf_object_set_execution_type(object, load_.execution) != 0) {
      Fail("ebpf_object_set_execution_type", -22);
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
    calls.bpf_object__close(object);
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
         calls.ebpf_object_set_execution_type != nullptr && calls.bpf_object__close != nullptr && calls.bpf_obj_pin != nullptr && calls.ebpf_object_unpin != nullptr;
}

// loadObject(library, {object, name, pinRoot, type, execution}, [[map, path], …]): the object's only program.
Napi::Value LoadObject(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr || !info[1].IsObject() || !info[2].IsArray()) return Misuse(env, "loadObject takes a library");
  if (!CanLoad(library->calls())) return ToJs(env, Failure::Missing("bpf_object__open_mem"));
  const auto given = info[1].As<Napi::Object>();
  ObjectLoad load;
  load.object = CopyOf(given.Get("object"));
  load.name = TextOf(given.Get("name"));
  load.pin_root = TextOf(given.Get("pinRoot"));
  load.type = NumberOf(given.Get("type"));
  load.execution = NumberOf(given.Get("execution"));
  const auto pins = info[2].As<Napi::Array>();
  for (uint32_t i = 0; i < pins.Length(); i++) {
    const Napi::Value row = pins[i];
    if (!row.IsArray()) return Misuse(env, "pins are rows");
    const auto columns = row.As<Napi::Array>();
    DescriptorRef map = DescriptorOf(columns.Get(0u));
    if (map == nullptr) return ToJs(env, Closed("bpf_object__load"));
    load.pins.emplace_back(std::move(map), TextOf(columns.Get(1u)));
  }
  return Instance::Of(env).Start(std::make_unique<ObjectLoadJob>(env, std::move(library), std::move(load)));
}

}  // namespace

void ExportObjectLoad(Napi::Object exports) { Export<LoadObject>(exports, "loadObject"); }

}  // namespace winbpf
