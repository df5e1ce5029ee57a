// Names and numbers that a library knows: types, sections, CPUs, its version.
#include "areas.h"
#include "arguments.h"
#include "handle.h"

namespace winbpf {
namespace {

Napi::Value Cpus(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "cpus takes a library");
  const auto count = library->calls().libbpf_num_possible_cpus;
  return Napi::Number::New(info.Env(), count == nullptr ? kMissing : count());
}

Napi::Value Version(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "version takes a library");
  const auto version = library->calls().libbpf_version_string;
  const char* text = version == nullptr ? nullptr : version();
  return text == nullptr ? info.Env().Undefined() : Napi::Value(Napi::String::New(info.Env(), text));
}

// typeName(library, "program" | "attach" | "link" | "map", number): undefined where the number has no name.
Napi::Value TypeName(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "typeName takes a library");
  const Symbols& calls = library->calls();
  const std::string table = TextOf(info[1]);
  const auto name = table == "program"  ? calls.libbpf_bpf_prog_type_str
                    : table == "attach" ? calls.libbpf_bpf_attach_type_str
                    : table == "link"   ? calls.libbpf_bpf_link_type_str
                                        : calls.libbpf_bpf_map_type_str;
  const char* text = name == nullptr ? nullptr : name(NumberOf(info[2]));
  return text == nullptr ? info.Env().Undefined() : Napi::Value(Napi::String::New(info.Env(), text));
}

// Whether programs of that number can be made. Asked for a name, ebpfapi has the kernel make a program of the type, which
// takes an id (get_program_type_windows, libs/api_common/windows_platform_common.cpp); this looks in its store only.
Napi::Value HasProgramType(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "hasProgramType takes a library");
  const auto find = library->calls().ebpf_get_ebpf_program_type;
  return Napi::Boolean::New(info.Env(), find != nullptr && find(NumberOf(info[1])) != nullptr);
}

// [program type, attach type] that a section name stands for.
Napi::Value SectionTypes(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = LibraryOf(info[0]);
  if (library == nullptr) return Misuse(info.Env(), "sectionTypes takes a library");
  const auto find = library->calls().libbpf_prog_type_by_name;
  if (find == nullptr) return ToJs(info.Env(), Failure::Missing("libbpf_prog_type_by_name"));
  uint32_t program = 0;
  uint32_t attach = 0;
  const int result = find(TextOf(info[1]).c_str(), &program, &attach);
  if (result < 0) return ToJs(info.Env(), Failure::Errno("libbpf_prog_type_by_name", result));
  Napi::Array row = Napi::Array::New(info.Env(), 2);
  row.Set(0u, Napi::Number::New(info.Env(), program));
  row.Set(1u, Napi::Number::New(info.Env(), attach));
  return row;
}

}  // namespace

void ExportNames(Napi::Object exports) {
  Export<Cpus>(exports, "cpus");
  Export<Version>(exports, "version");
  Export<TypeName>(exports, "typeName");
  Export<HasProgramType>(exports, "hasProgramType");
  Export<SectionTypes>(exports, "sectionTypes");
}

}  // namespace winbpf
