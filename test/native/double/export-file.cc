// Object files as bpf_object__open_mem and bpf_object__load take them: libs/api/libbpf_object.cpp, libs/api/Verifier.cpp
// (load_byte_code), libs/api/windows_platform.cpp (maps) and libs/api/ebpf_api.cpp (_ebpf_object_create_maps,
// _ebpf_object_load_programs). Of the formats only what the addon's caller writes: 64-bit sections, definitions of maps in
// a section "maps", relocations without addends.
#include <cstring>

#include "export.h"
#include "load.h"
#include "map.h"
#include "types.h"

struct bpf_program {
  std::string name, section;
  uint32_t type = 0;
  std::vector<bpf_insn> code;
  /** Wide loads by slot: the place of the map that they load. */
  std::map<size_t, size_t> loads;
  std::string log;
  fd_t fd = -1;
};

struct FileMap {
  /** ebpf_map_definition_in_file_t (include/ebpf_structs.h). */
  struct Definition {
    uint32_t type, key_size, value_size, max_entries, inner_map_idx, pinning, id, inner_id;
  } definition{};
  std::string name;
  fd_t fd = -1;
};

struct bpf_object {
  std::string name, pin_root;
  uint32_t execution = 1;
  std::vector<FileMap> maps;
  std::vector<std::unique_ptr<bpf_program>> programs;
};

namespace {

struct Header {
  uint8_t identification[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, programs, sections;
  uint32_t flags;
  uint16_t size, program_size, program_count, section_size, section_count, names;
};
static_assert(sizeof(Header) == 64);

struct Section {
  uint32_t name, type;
  uint64_t flags, address, offset, size;
  uint32_t link, info;
  uint64_t alignment, entry_size;
};
static_assert(sizeof(Section) == 64);

struct Symbol {
  uint32_t name;
  uint8_t info, other;
  uint16_t section;
  uint64_t value, size;
};
static_assert(sizeof(Symbol) == 24);

struct Relocation {
  uint64_t offset;
  uint32_t type, symbol;
};

class File {
 public:
  bool open(const void* bytes, size_t size) {
    bytes_.assign(static_cast<const char*>(bytes), size);
    Header header;
    if (!read(0, header) || bytes_.compare(0, 4, "\x7f" "ELF") != 0) return false;
    for (uint16_t i = 0; i < header.section_count; i++) {
      Section section;
      if (!read(header.sections + i * sizeof(Section), section)) return false;
      if (section.offset > size || section.size > size - section.offset) return false;
      sections.push_back(section);
    }
    return header.names < sections.size() && (names_ = header.names, true);
  }

  template <class T>
  std::vector<T> rows(const Section& section) const {
    std::vector<T> all(section.size / sizeof(T));
    std::memcpy(all.data(), bytes_.data() + section.offset, all.size() * sizeof(T));
    return all;
  }

  std::string text(const Section& strings, uint32_t at) const {
    return at < strings.size ? bytes_.c_str() + strings.offset + at : "";
  }
  std::string name(const Section& section) const { return text(sections[names_], section.name); }

  std::vector<Section> sections;

 private:
  template <class T>
  bool read(uint64_t at, T& out) const {
    if (at > bytes_.size() || bytes_.size() - at < sizeof(T)) return false;
    std::memcpy(&out, bytes_.data() + at, sizeof(T));
    return true;
  }

  std::string bytes_;
  size_t names_ = 0;
};

constexpr uint32_t SYMBOLS = 2, RELOCATIONS = 9;
constexpr uint64_t EXECUTABLE = 4;

Result parse(const File& file, bpf_object& object) {
  const Section* symbols = nullptr;
  for (const auto& section : file.sections) {
    if (section.type == SYMBOLS && section.link < file.sections.size()) symbols = &section;
  }
  if (symbols == nullptr) return ELF_PARSING_FAILED;
  const auto& strings = file.sections[symbols->link];
  const auto table = file.rows<Symbol>(*symbols);
  size_t maps = 0;
  for (size_t at = 1; at < file.sections.size(); at++) {
    const auto& section = file.sections[at];
    if (file.name(section) == "maps") {
      maps = at;
      for (const auto& definition : file.rows<FileMap::Definition>(section)) {
        FileMap map;
        map.definition = definition;
        object.maps.push_back(map);
      }
    }
    if ((section.flags & EXECUTABLE) == 0) continue;
    auto program = std::make_unique<bpf_program>();
    program->section = file.name(section);
    program->code = file.rows<bpf_insn>(section);
    if (const auto* type = attach_type(program->section.c_str())) program->type = type->program_type;
    for (const auto& symbol : table) {
      if (symbol.section == at) program->name = file.text(strings, symbol.name);
    }
    for (const auto& relocated : file.sections) {
      if (relocated.type != RELOCATIONS || relocated.info != at) continue;
      for (const auto& relocation : file.rows<Relocation>(relocated)) {
        if (relocation.symbol >= table.size()) return ELF_PARSING_FAILED;
        program->loads[relocation.offset / 8] = table[relocation.symbol].value / sizeof(FileMap::Definition);
      }
    }
    object.programs.push_back(std::move(program));
  }
  for (const auto& symbol : table) {
    const size_t place = symbol.value / sizeof(FileMap::Definition);
    if (maps != 0 && symbol.section == maps && place < object.maps.size()) object.maps[place].name = file.text(strings, symbol.name);
  }
  for (const auto& program : object.programs) {
    for (const auto& [slot, place] : program->loads) {
      if (slot + 1 >= program->code.size() || place >= object.maps.size()) return INVALID_ARGUMENT;
    }
  }
  return object.programs.empty() ? ELF_PARSING_FAILED : SUCCESS;
}

/** Whether a map that is there is the one that the file defines (_ebpf_validate_map). */
bool matches(const bpf_object& object, const FileMap& wanted, const Map& map) {
  const auto& [type, key_size, value_size, max_entries, inner, pinning, id, inner_id] = wanted.definition;
  if (map.map_type != static_cast<MapType>(type) || map.key_size != key_size || map.value_size != value_size || map.max_entries != max_entries) return false;
  if (type != HASH_OF_MAPS && type != ARRAY_OF_MAPS) return true;
  // A template that nobody has open any more is not found by its id.
  const auto found = map.inner ? state().find(map.inner->id) : nullptr;
  return found && inner < object.maps.size() && matches(object, object.maps[inner], static_cast<const Map&>(*found));
}

/** A map that is pinned by its name is taken as it is; the addon's caller has pinned all of them. */
Result open_map(const bpf_object& object, FileMap& map) {
  if (map.definition.pinning != 1) {
    violation("bpf_object__load: " + map.name + " is not pinned by its name");
    return OPERATION_NOT_SUPPORTED;
  }
  fd_t fd = bpf_obj_get((object.pin_root + "/" + map.name).c_str());
  if (fd < 0) {
    violation("bpf_object__load: nothing is pinned for " + map.name);
    return OPERATION_NOT_SUPPORTED;
  }
  const auto found = state().get(fd);
  if (found->type != MAP || !matches(object, map, static_cast<const Map&>(*found))) {
    state().close(fd);
    return INVALID_ARGUMENT;
  }
  map.fd = fd;
  return SUCCESS;
}

Result load(bpf_object& object) {
  for (auto& map : object.maps) {
    if (const Result result = open_map(object, map)) return result;
  }
  for (const auto& program : object.programs) {
    auto code = program->code;
    for (const auto& [slot, place] : program->loads) {
      code[slot].src = 1;
      code[slot].imm = object.maps[place].fd;
    }
    // The verifier is told the templates here (original_fd_handle_map_t::inner_map_original_fd).
    const Result result = load_program(code, program->name, program->type, true, program->log, program->fd);
    if (result != SUCCESS) return result;
    auto& loaded = static_cast<Program&>(*state().get(program->fd));
    loaded.section = program->section;
    loaded.file = object.name;
    loaded.execution = object.execution;
  }
  return SUCCESS;
}

void unload(bpf_object& object) {
  for (auto& map : object.maps) {
    if (map.fd >= 0) state().close(map.fd);
    map.fd = -1;
  }
  for (const auto& program : object.programs) {
    if (program->fd >= 0) state().close(program->fd);
    program->fd = -1;
  }
}

}  // namespace

EXPORT bpf_object* bpf_object__open_mem(const void* bytes, size_t size, const bpf_object_open_opts* opts) {
  BEGIN_POINTER();
  if (opts != nullptr && opts->sz != sizeof(*opts)) violation("bpf_object__open_mem: opts.sz is not 32");
  File file;
  auto object = std::make_unique<bpf_object>();
  object->name = opts == nullptr || opts->object_name == nullptr ? "memory" : opts->object_name;
  object->pin_root = opts == nullptr || opts->pin_root_path == nullptr ? "/ebpf/global" : opts->pin_root_path;
  const Result result = file.open(bytes, size) ? parse(file, *object) : ELF_PARSING_FAILED;
  if (result != SUCCESS) {
    fail(result);
    return nullptr;
  }
  state().allocations++;
  return object.release();
}

EXPORT bpf_program* bpf_object__next_program(const bpf_object* object, const bpf_program* before) {
  if (called(__func__)) return nullptr;
  for (size_t i = 0; i < object->programs.size(); i++) {
    if (before == nullptr) return object->programs[0].get();
    if (object->programs[i].get() == before && i + 1 < object->programs.size()) return object->programs[i + 1].get();
  }
  return nullptr;
}

EXPORT int bpf_program__set_type(bpf_program* program, uint32_t type) {
  BEGIN_INT();
  if (program->fd >= 0) return fail_errno(16);
  if (program_type(type) == nullptr) return fail(INVALID_ARGUMENT);
  program->type = type;
  return 0;
}

EXPORT Result ebpf_object_set_execution_type(bpf_object* object, uint32_t execution) {
  BEGIN_RESULT();
  if (execution > 2) return INVALID_ARGUMENT;  // 3, native, is for images
  object->execution = execution == 0 ? 1 : execution;
  return SUCCESS;
}

EXPORT int bpf_object__load(bpf_object* object) {
  BEGIN_INT();
  const Result result = load(*object);
  if (result != SUCCESS) unload(*object);
  return fail(result);
}

EXPORT const char* bpf_program__log_buf(const bpf_program* program, size_t* size) {
  called(__func__);
  *size = program->log.empty() ? 0 : program->log.size() + 1;
  return program->log.empty() ? nullptr : program->log.c_str();
}

EXPORT int bpf_program__fd(const bpf_program* program) {
  called(__func__);
  return program->fd;
}

EXPORT void bpf_object__close(bpf_object* object) {
  called(__func__);
  if (object == nullptr) return;
  std::lock_guard guard(state().lock);
  unload(*object);
  delete object;
  state().allocations--;
}
