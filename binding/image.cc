// What ebpfapi does with whole files: loading native images, verifying, disassembling and listing objects by itself.
#include <algorithm>
#include <cstring>
#include <utility>

#include "areas.h"
#include "arguments.h"
#include "file_path.h"
#include "handle.h"
#include "instance.h"

namespace winbpf {
namespace {

constexpr uint32_t kNoMemory = 12;
constexpr size_t kUsualCount = 32;

class LoadNativeJob : public Job {
 public:
  LoadNativeJob(Napi::Env env, std::shared_ptr<Library> library, std::string path)
      : Job(env), library_(std::move(library)), path_(std::move(path)) {}

  ~LoadNativeJob() override {
    for (const std::vector<abi::Fd>* fds : {&maps_, &programs_}) {
      for (const abi::Fd fd : *fds) {
        if (fd >= 0) library_->Close(fd);
      }
    }
  }

  void Run() override {
    // NO_MEMORY with larger counts means that the arrays are too small (libs/api/ebpf_api.cpp): once more, then.
    size_t map_count = kUsualCount;
    size_t program_count = kUsualCount;
    for (int attempt = 0; attempt < 2; attempt++) {
      const size_t map_room = map_count;
      const size_t program_room = program_count;
      maps_.assign(map_room, -1);
      programs_.assign(program_room, -1);
      const auto load = library_->calls().ebpf_object_load_native_by_fds;
      // UTF-8, other than files that the library reads itself (file_path_windows.cc).
      result_ = load(path_.c_str(), &map_count, maps_.data(), &program_count, programs_.data());
      if (result_ == 0) {
        maps_.resize(std::min(map_count, map_room));
        programs_.resize(std::min(program_count, program_room));
        return;
      }
      maps_.clear();
      programs_.clear();
      if (result_ != kNoMemory || (map_count <= map_room && program_count <= program_room)) return;
    }
  }

  Napi::Value Result(Napi::Env env) override {
    if (result_ != 0) return ToJs(env, Failure::Result("ebpf_object_load_native_by_fds", result_));
    Napi::Object answer = Napi::Object::New(env);
    answer.Set("maps", Wrapped(env, maps_));
    answer.Set("programs", Wrapped(env, programs_));
    return answer;
  }

 private:
  Napi::Array Wrapped(Napi::Env env, std::vector<abi::Fd>& fds) {
    Napi::Array list = Napi::Array::New(env, fds.size());
    for (size_t i = 0; i < fds.size(); i++) {
      // Each is closed by one only, whatever happens.
      list.Set(static_cast<uint32_t>(i), WrapDescriptor(env, library_, std::exchange(fds[i], -1)));
    }
    return list;
  }

  const std::shared_ptr<Library> library_;
  const std::string path_;
  std::vector<abi::Fd> maps_;
  std::vector<abi::Fd> programs_;
  uint32_t result_ = 0;
};

Napi::Value LoadNative(const Napi::CallbackInfo& info) {
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "loadNative takes a library");
  if (library->calls().ebpf_object_load_native_by_fds == nullptr) {
    return ToJs(info.Env(), Failure::Missing("ebpf_object_load_native_by_fds"));
  }
  return Instance::Of(info.Env()).Start(
      std::make_unique<LoadNativeJob>(info.Env(), std::move(library), TextOf(info[1])));
}

class TextJob : public Job {
 public:
  TextJob(Napi::Env env, std::shared_ptr<Library> library) : Job(env), library_(std::move(library)) {}

  Napi::Value Result(Napi::Env env) override {
    Napi::Object answer = Napi::Object::New(env);
    answer.Set("result", Napi::Number::New(env, result_));
    answer.Set("text", Napi::String::New(env, text_));
    answer.Set("error", Napi::String::New(env, error_));
    return answer;
  }

 protected:
  const std::shared_ptr<Library> library_;
  uint32_t result_ = 0;
  std::string text_;
  std::string error_;
};

class VerifyJob : public TextJob {
 public:
  using TextJob::TextJob;
  std::vector<uint8_t> object;
  std::string section, program;
  // A program type's GUID; empty for the section's own.
  std::vector<uint8_t> type;
  uint32_t verbosity = 0;

  void Run() override {
    const Symbols& calls = library_->calls();
    const char* report = nullptr;
    const char* error = nullptr;
    abi::Guid guid;
    if (type.size() == sizeof(guid)) memcpy(&guid, type.data(), sizeof(guid));
    result_ = calls.ebpf_api_elf_verify_program_from_memory(
        reinterpret_cast<const char*>(object.data()), object.size(), section.empty() ? nullptr : section.c_str(),
        program.empty() ? nullptr : program.c_str(), type.size() == sizeof(guid) ? &guid : nullptr, verbosity, &report,
        &error, &statistics_);
    text_ = library_->Take(report);
    error_ = library_->Take(error);
  }

  Napi::Value Result(Napi::Env env) override {
    Napi::Object answer = TextJob::Result(env).As<Napi::Object>();
    Napi::Array statistics = Napi::Array::New(env, 3);
    const int values[] = {statistics_.total_unreachable, statistics_.total_warnings, statistics_.max_loop_count};
    for (uint32_t i = 0; i < 3; i++) statistics.Set(i, Napi::Number::New(env, values[i]));
    answer.Set("statistics", statistics);
    return answer;
  }

 private:
  abi::VerifierStatistics statistics_;
};

// verifyObject(library, bytes, section, program, type, verbosity)
Napi::Value VerifyObject(const Napi::CallbackInfo& info) {
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "verifyObject takes a library");
  if (library->calls().ebpf_api_elf_verify_program_from_memory == nullptr) {
    return ToJs(info.Env(), Failure::Missing("ebpf_api_elf_verify_program_from_memory"));
  }
  auto job = std::make_unique<VerifyJob>(info.Env(), std::move(library));
  job->object = CopyOf(info[1]);
  job->section = TextOf(info[2]);
  job->program = TextOf(info[3]);
  job->type = CopyOf(info[4]);
  job->verbosity = NumberOf(info[5]);
  return Instance::Of(info.Env()).Start(std::move(job));
}

class DisassembleJob : public TextJob {
 public:
  using TextJob::TextJob;
  std::string file, section, program;

  void Run() override {
    const Symbols& calls = library_->calls();
    const char* text = nullptr;
    const char* error = nullptr;
    result_ = calls.ebpf_api_elf_disassemble_program(NarrowPath(file).c_str(), section.empty() ? nullptr : section.c_str(),
                                                     program.empty() ? nullptr : program.c_str(), &text, &error);
    text_ = library_->Take(text);
    error_ = library_->Take(error);
  }
};

// disassembleObject(library, file, section, program)
Napi::Value DisassembleObject(const Napi::CallbackInfo& info) {
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "disassembleObject takes a library");
  if (library->calls().ebpf_api_elf_disassemble_program == nullptr) {
    return ToJs(info.Env(), Failure::Missing("ebpf_api_elf_disassemble_program"));
  }
  auto job = std::make_unique<DisassembleJob>(info.Env(), std::move(library));
  job->file = TextOf(info[1]);
  job->section = TextOf(info[2]);
  job->program = TextOf(info[3]);
  return Instance::Of(info.Env()).Start(std::move(job));
}

// Copies what the library lists, and gives it back at once: it lies in the library's heap.
class ListJob : public Job {
 public:
  ListJob(Napi::Env env, std::shared_ptr<Library> library, std::string file, bool verbose)
      : Job(env), library_(std::move(library)), file_(std::move(file)), verbose_(verbose) {}

  void Run() override {
    const Symbols& calls = library_->calls();
    abi::ListedProgram* first = nullptr;
    const char* error = nullptr;
    result_ = calls.ebpf_enumerate_programs(NarrowPath(file_).c_str(), verbose_, &first, &error);
    error_ = library_->Take(error);
    const std::unique_ptr<abi::ListedProgram, decltype(calls.ebpf_free_programs)> owned(first, calls.ebpf_free_programs);
    if (result_ != 0) return;
    for (const abi::ListedProgram* each = first; each != nullptr; each = each->next) {
      Row row;
      row.section = TextAt(each->section_name);
      row.program = TextAt(each->program_name);
      row.type = each->program_type;
      row.attach_type = each->expected_attach_type;
      if (each->raw_data != nullptr) row.code.assign(each->raw_data, each->raw_data + each->raw_data_size);
      row.offset = each->offset_in_section;
      for (const abi::Statistic* at = each->stats; at != nullptr; at = at->next) {
        row.statistics.emplace_back(TextAt(at->key), at->value);
      }
      rows_.push_back(std::move(row));
    }
  }

  Napi::Value Result(Napi::Env env) override {
    Napi::Object answer = Napi::Object::New(env);
    Napi::Array list = Napi::Array::New(env, rows_.size());
    for (size_t i = 0; i < rows_.size(); i++) list.Set(static_cast<uint32_t>(i), rows_[i].ToJs(env));
    answer.Set("result", Napi::Number::New(env, result_));
    answer.Set("error", Napi::String::New(env, error_));
    answer.Set("programs", list);
    return answer;
  }

 private:
  struct Row {
    std::string section, program;
    abi::Guid type, attach_type;
    std::vector<uint8_t> code;
    size_t offset = 0;
    std::vector<std::pair<std::string, int>> statistics;

    Napi::Object ToJs(Napi::Env env) const {
      Napi::Object object = Napi::Object::New(env);
      object.Set("section", Napi::String::New(env, section));
      object.Set("program", Napi::String::New(env, program));
      object.Set("type", BytesToJs(env, &type, sizeof(type)));
      object.Set("attachType", BytesToJs(env, &attach_type, sizeof(attach_type)));
      object.Set("code", BytesToJs(env, code.data(), code.size()));
      object.Set("offset", Napi::Number::New(env, static_cast<double>(offset)));
      Napi::Array list = Napi::Array::New(env, statistics.size());
      uint32_t at = 0;
      for (const auto& [key, value] : statistics) {
        Napi::Array pair = Napi::Array::New(env, 2);
        pair.Set(0u, Napi::String::New(env, key));
        pair.Set(1u, Napi::Number::New(env, value));
        list.Set(at++, pair);
      }
      object.Set("statistics", list);
      return object;
    }
  };

  static std::string TextAt(const char* text) { return text == nullptr ? "" : text; }

  const std::shared_ptr<Library> library_;
  const std::string file_;
  const bool verbose_;
  uint32_t result_ = 0;
  std::string error_;
  std::vector<Row> rows_;
};

// listObject(library, file, verbose)
Napi::Value ListObject(const Napi::CallbackInfo& info) {
  std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "listObject takes a library");
  const Symbols& calls = library->calls();
  if (calls.ebpf_enumerate_programs == nullptr || calls.ebpf_free_programs == nullptr) {
    return ToJs(info.Env(), Failure::Missing("ebpf_enumerate_programs"));
  }
  return Instance::Of(info.Env())
      .Start(std::make_unique<ListJob>(info.Env(), std::move(library), TextOf(info[1]), IsTrue(info[2])));
}

}  // namespace

void ExportImages(Napi::Object exports) {
  Export<LoadNative>(exports, "loadNative");
  Export<VerifyObject>(exports, "verifyObject");
  Export<DisassembleObject>(exports, "disassembleObject");
  Export<ListObject>(exports, "listObject");
}

}  // namespace winbpf
