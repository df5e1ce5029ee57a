// What every kind of object has: ids, descriptors, pins and info. libs/api/libbpf_object.cpp, libs/api/ebpf_api.cpp,
// libs/execution_context/ebpf_core.c (info), libs/shared/shared_common.c (pin paths).
#include <algorithm>
#include <cstring>

#include "export.h"
#include "map.h"
#include "types.h"

namespace {

/** MAX_PATH, and EBPF_MAX_PIN_PATH_LENGTH of include/ebpf_structs.h. */
constexpr size_t LONGEST_PATH = 260, LONGEST_PIN_PATH = 256;

/** Whether `path` begins with `prefix`, in letters of either case. */
bool starts(const std::string& path, const char* prefix) { return _strnicmp(path.c_str(), prefix, std::strlen(prefix)) == 0; }

// ebpf_canonicalize_path (libs/shared/shared_common.c). What ends a path stays as it is: a separator, or a dot.
Result canonical(const char* input, std::string& out, size_t room = LONGEST_PATH) {
  std::string path = input;
  const bool relative = path.empty() || (path[0] != '/' && path[0] != '\\');
  if (starts(path, "BPF:")) path.erase(0, 4);
  // The room is asked for before anything is taken out.
  if (room < 5 + relative + path.size()) return INSUFFICIENT_BUFFER;
  if (relative) path.insert(0, "\\");
  std::replace(path.begin(), path.end(), '/', '\\');
  if (path.find(':') != std::string::npos) return INVALID_ARGUMENT;
  if (starts(path, "\\ebpf\\global\\")) path.erase(0, 12);
  std::vector<std::string> parts;
  for (size_t at = 1; at <= path.size();) {
    const size_t end = std::min(path.find('\\', at), path.size());
    const bool last = end == path.size();
    const auto part = path.substr(at, end - at);
    at = end + 1;
    if (part == "..") {
      if (parts.empty()) return INVALID_ARGUMENT;
      parts.pop_back();
    } else if (last || (!part.empty() && part != ".")) {
      parts.push_back(part);
    }
  }
  out = "BPF:";
  for (const auto& part : parts) out += "\\" + part;
  return SUCCESS;
}

int open_id(uint32_t id, ObjectType type) {
  const auto object = state().find(id);
  return object && object->type == type ? state().open(object) : fail(OBJECT_NOT_FOUND);
}

int next_id(uint32_t start, uint32_t* next, ObjectType type) {
  if (next == nullptr) return fail(INVALID_ARGUMENT);
  for (auto at = state().ids.upper_bound(start); at != state().ids.end(); at++) {
    const auto object = at->second.lock();
    if (!object || object->type != type) continue;
    *next = at->first;
    return 0;
  }
  return fail(NO_MORE_KEYS);
}

void copy_name(char (&to)[64], const std::string& from) { std::strncpy(to, from.c_str(), 63); }

bpf_map_info info_of(const Map& map) {
  bpf_map_info info{};
  info.id = map.id;
  info.type = map.map_type;
  info.key_size = map.key_size;
  info.value_size = map.value_size;
  info.max_entries = map.max_entries;
  copy_name(info.name, map.name);
  info.inner_map_id = map.inner ? map.inner->id : 0;
  info.pinned_path_count = map.pins;
  return info;
}

bpf_link_info info_of(const Link& link) {
  bpf_link_info info{};
  info.id = link.id;
  info.prog_id = link.program ? link.program->id : 0;
  const auto* type = attach_type(link.attach_type);
  info.type = type->link_type;
  info.attach_type = type->number;
  info.attach_type_uuid = type->guid;
  info.program_type_uuid = program_type(link.program_type)->guid;
  std::memcpy(info.attach_data, link.parameter.data(), std::min<size_t>(link.parameter.size(), 8));
  return info;
}

Result info_of(const Program& program, void* buffer, uint32_t* size) {
  if (*size < 24) return INVALID_ARGUMENT;
  // nr_map_ids and map_ids are inputs: memory that was not cleared is read as a pointer.
  bpf_prog_info info{};
  std::memcpy(&info, buffer, 24);
  auto* ids = reinterpret_cast<uint32_t*>(info.map_ids);
  const uint32_t room = info.nr_map_ids;
  if (room > 1u << 20) violation("bpf_obj_get_info_by_fd: nr_map_ids was not set");
  info.id = program.id;
  info.type = program.program_type;
  info.nr_map_ids = static_cast<uint32_t>(program.maps.size());
  copy_name(info.name, program.name);
  info.type_uuid = program_type(program.program_type)->guid;
  if (const auto* type = attach_type(program.attach_type)) info.attach_type_uuid = type->guid;
  info.pinned_path_count = program.pins;
  for (const auto& link : state().links()) info.link_count += link->program.get() == &program;
  for (uint32_t i = 0; ids != nullptr && i < std::min<size_t>(room, program.maps.size()); i++) ids[i] = program.maps[i]->id;
  if (ids != nullptr && room < program.maps.size()) return static_cast<Result>(31);
  *size = std::min<uint32_t>(*size, sizeof(info));
  std::memcpy(buffer, &info, *size);
  return SUCCESS;
}

template <class Info>
Result give(const Info& info, void* buffer, uint32_t* size) {
  *size = std::min<uint32_t>(*size, sizeof(info));
  std::memcpy(buffer, &info, *size);
  return SUCCESS;
}

Result info_by_fd(fd_t fd, void* buffer, uint32_t* size, ObjectType* type) {
  const auto object = state().get(fd);
  if (!object) return INVALID_FD;
  if (object->driver != state().driver) return INVALID_OBJECT;
  if (type != nullptr) *type = object->type;
  if (buffer == nullptr) return SUCCESS;
  if (*size == 0) return INVALID_ARGUMENT;
  if (object->type == MAP) return give(info_of(static_cast<const Map&>(*object)), buffer, size);
  if (object->type == LINK) return give(info_of(static_cast<const Link&>(*object)), buffer, size);
  return info_of(static_cast<const Program&>(*object), buffer, size);
}

Result open_pin(const char* path, fd_t* fd) {
  std::string name;
  if (canonical(path, name) != SUCCESS) return INVALID_ARGUMENT;
  const auto found = state().pins.find(name);
  if (found == state().pins.end()) return OBJECT_NOT_FOUND;
  *fd = state().open(found->second);
  return *fd < 0 ? NO_MEMORY : SUCCESS;
}

}  // namespace

EXPORT Result ebpf_close_fd(fd_t fd) {
  BEGIN_RESULT();
  return state().close(fd) ? SUCCESS : FAILED;  // the errno of _close goes through the Win32 table: FAILED, not INVALID_FD
}

EXPORT Result ebpf_duplicate_fd(fd_t fd, fd_t* duplicate) {
  BEGIN_RESULT();
  const auto object = state().get(fd);
  if (!object) return INVALID_FD;
  *duplicate = state().open(object);
  return *duplicate < 0 ? NO_MEMORY : SUCCESS;
}

EXPORT int bpf_map_get_fd_by_id(uint32_t id) {
  BEGIN_INT();
  return open_id(id, MAP);
}
EXPORT int bpf_prog_get_fd_by_id(uint32_t id) {
  BEGIN_INT();
  return open_id(id, PROGRAM);
}
EXPORT int bpf_link_get_fd_by_id(uint32_t id) {
  BEGIN_INT();
  return open_id(id, LINK);
}
EXPORT int bpf_map_get_next_id(uint32_t start, uint32_t* next) {
  BEGIN_INT();
  return next_id(start, next, MAP);
}
EXPORT int bpf_prog_get_next_id(uint32_t start, uint32_t* next) {
  BEGIN_INT();
  return next_id(start, next, PROGRAM);
}
EXPORT int bpf_link_get_next_id(uint32_t start, uint32_t* next) {
  BEGIN_INT();
  return next_id(start, next, LINK);
}

EXPORT int bpf_obj_get_info_by_fd(int fd, void* info, uint32_t* size) {
  BEGIN_INT();
  return fail(info_by_fd(fd, info, size, nullptr));
}

EXPORT Result ebpf_object_get_info_by_fd(fd_t fd, void* info, uint32_t* size, ObjectType* type) {
  BEGIN_RESULT();
  return info_by_fd(fd, info, size, type);
}

EXPORT int bpf_obj_pin(int fd, const char* path) {
  BEGIN_INT();
  std::string name;
  if (canonical(path, name) != SUCCESS || fd <= 0) return fail(INVALID_ARGUMENT);
  const auto object = state().get(fd);
  if (!object) return fail(INVALID_FD);
  if (object->driver != state().driver) return fail(INVALID_OBJECT);
  if (name.size() >= LONGEST_PIN_PATH) return fail(INVALID_ARGUMENT);  // ebpf_pinning_table_insert (libs/runtime/ebpf_pinning_table.c)
  if (state().pins.count(name) != 0) return fail(OBJECT_ALREADY_EXISTS);
  state().pin(name, object);
  return 0;
}

EXPORT int bpf_obj_get(const char* path) {
  BEGIN_INT();
  fd_t fd = -1;
  const Result result = open_pin(path, &fd);
  return result == SUCCESS ? fd : fail(result);
}

EXPORT Result ebpf_object_get(const char* path, fd_t* fd) {
  BEGIN_RESULT();
  return open_pin(path, fd);
}

EXPORT Result ebpf_object_unpin(const char* path) {
  BEGIN_RESULT();
  std::string name;
  // What is wrong with a path is taken for a number of Win32 here: 6 is a bad handle, 24 one that eBPF has no name for.
  if (const Result result = canonical(path, name)) return result == INVALID_ARGUMENT ? INVALID_FD : FAILED;
  return state().unpin(name) ? SUCCESS : KEY_NOT_FOUND;
}

EXPORT Result ebpf_canonicalize_pin_path(char* output, size_t size, const char* input) {
  BEGIN_RESULT();
  std::string name;
  if (const Result result = canonical(input, name, size)) return result;
  std::memcpy(output, name.c_str(), name.size() + 1);
  return SUCCESS;
}

EXPORT Result ebpf_get_next_pinned_object_path(const char* start, char* next, size_t size, ObjectType* type) {
  BEGIN_RESULT();
  std::string from;
  if (canonical(start, from) != SUCCESS || size == 0) return INVALID_ARGUMENT;
  for (auto at = state().pins.upper_bound(from); at != state().pins.end(); at++) {
    if (*type != UNKNOWN_OBJECT && at->second->type != *type) continue;
    if (at->first.size() >= size) return INSUFFICIENT_BUFFER;
    std::memcpy(next, at->first.c_str(), at->first.size() + 1);
    *type = at->second->type;
    return SUCCESS;
  }
  return NO_MORE_KEYS;
}

EXPORT Result ebpf_api_get_pinned_map_info(uint16_t* count, ebpf_map_info_t** out) {
  BEGIN_RESULT();
  std::vector<std::pair<std::string, std::shared_ptr<Map>>> maps;
  for (const auto& [path, object] : state().pins) {
    if (object->type == MAP) maps.emplace_back(path, std::static_pointer_cast<Map>(object));
  }
  *count = static_cast<uint16_t>(maps.size());
  *out = maps.empty() ? nullptr : static_cast<ebpf_map_info_t*>(allocate(maps.size() * sizeof(ebpf_map_info_t)));
  for (size_t i = 0; i < maps.size(); i++) {
    const auto& map = *maps[i].second;
    (*out)[i] = {map.map_type, map.key_size, map.value_size, map.max_entries, 0xffffffff, 0, text(maps[i].first)};
  }
  return SUCCESS;
}

EXPORT void ebpf_api_map_info_free(uint16_t count, const ebpf_map_info_t* info) {
  called(__func__);
  for (uint16_t i = 0; info != nullptr && i < count; i++) release(info[i].pin_path);
  release(info);
}

EXPORT void ebpf_free_string(const char* string) {
  called(__func__);
  release(string);
}
