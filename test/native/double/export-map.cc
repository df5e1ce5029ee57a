// Map calls by descriptor: libs/api/libbpf_map.cpp and the element calls of libs/api/ebpf_api.cpp.
#include <algorithm>
#include <cstring>

#include "export.h"
#include "map.h"

namespace {

constexpr uint64_t LARGEST_MAP = 128ull << 30;  // libs/execution_context/ebpf_maps.c

/** What a map of maps keeps of its template: numbers, and no reference (_associate_inner_map, ebpf_maps.c). */
std::shared_ptr<Map> definition_of(const Map& map) {
  auto copy = std::make_shared<Map>();
  copy->id = map.id;
  copy->map_type = map.map_type;
  copy->key_size = map.key_size;
  copy->value_size = map.value_size;
  copy->max_entries = map.max_entries;
  copy->inner = map.inner;
  return copy;
}

Result create(uint32_t type, const char* name, uint32_t key_size, uint32_t value_size, uint32_t max_entries, fd_t inner_fd,
              std::shared_ptr<Map>& out) {
  const bool ring = type == RINGBUF || type == PERF_EVENT_ARRAY;
  const bool keyless = type == QUEUE || type == STACK || type == RINGBUF;
  const bool objects = type == PROG_ARRAY || type == HASH_OF_MAPS || type == ARRAY_OF_MAPS;
  if (type >= MAP_TYPES || max_entries == 0 || (name != nullptr && std::strlen(name) >= 64)) return INVALID_ARGUMENT;
  if (keyless ? key_size != 0 : !ring && key_size == 0) return INVALID_ARGUMENT;
  if (!ring && value_size == 0) return INVALID_ARGUMENT;
  if (static_cast<uint64_t>(max_entries) * value_size > LARGEST_MAP) return INVALID_ARGUMENT;
  if (type == UNSPEC) return OPERATION_NOT_SUPPORTED;
  if (type == SAMPLE_HASH_MAP || type == XSKMAP) return EXTENSION_FAILED_TO_LOAD;  // no provider
  if (type == LPM_TRIE && key_size < 4) return INVALID_ARGUMENT;
  if (objects && value_size != 4) return INVALID_ARGUMENT;
  std::shared_ptr<Map> inner;
  if (type == HASH_OF_MAPS || type == ARRAY_OF_MAPS) {
    if (const Result result = get(inner_fd, MAP, inner)) return result;
  } else if (state().get(inner_fd) && type != PROG_ARRAY) {  // no descriptor is no template (ebpf_map_create, libs/api/ebpf_api.cpp)
    return INVALID_ARGUMENT;
  }
  if (ring && (max_entries & (max_entries - 1)) != 0) return INVALID_ARGUMENT;
  if (ring && max_entries % 4096 != 0) return NO_MEMORY;
  auto map = std::make_shared<Map>();
  map->map_type = static_cast<MapType>(type);
  map->key_size = key_size;
  map->value_size = value_size;
  map->max_entries = max_entries;
  map->name = name == nullptr ? "" : name;
  map->inner = inner == nullptr ? nullptr : definition_of(*inner);
  map->prepare();
  state().add(map);
  out = map;
  return SUCCESS;
}

Result keyed(fd_t fd, const void* key, std::shared_ptr<Map>& map) {
  if (const Result result = get(fd, MAP, map)) return result;
  return (map->key_size == 0) == (key == nullptr) ? SUCCESS : INVALID_ARGUMENT;
}

Result update(Map& map, const uint8_t* key, const uint8_t* value, uint64_t flags) {
  if (!map.holds_objects()) return map.update(key, value, flags);
  fd_t fd = 0;
  std::memcpy(&fd, value, 4);
  return map.update_object(key, fd, flags);
}

/** Bytes of one message to the driver (the length in libs/execution_context/ebpf_protocol.h), and where what it carries begins in it. */
constexpr size_t MESSAGE = 65535, READ_REPLY = 8, READ_KEY = 17, READ_CURSOR = 17, UPDATE_ENTRIES = 20, DELETE_KEYS = 16;

/** What is said of a lookup whose request, or reply, does not fit a message: the one the library sees (ebpf_safe_size_t_to_uint16,
    libs/api_common/api_common.hpp), the other the driver (ebpf_core_invoke_protocol_handler, libs/execution_context/ebpf_core.c). */
Result lookup_fits(const Map& map) {
  if (READ_KEY + map.key_size > MESSAGE) return ARITHMETIC_OVERFLOW;
  return READ_REPLY + map.stored_size() > MESSAGE ? INVALID_ARGUMENT : SUCCESS;
}

// What all batches check, and how many entries go into one message (_ebpf_map_lookup_element_batch_helper,
// _update_map_element_batch and ebpf_map_delete_element_batch, libs/api/ebpf_api.cpp).
Result batch(fd_t fd, const uint32_t* count, const bpf_map_batch_opts* opts, std::shared_ptr<Map>& map, size_t header, bool with_values,
             size_t& most) {
  if (opts->sz != sizeof(bpf_map_batch_opts)) violation("a batch's opts.sz is not 24");
  if (const Result result = get(fd, MAP, map)) return result;
  if (opts->flags != 0 || *count == 0 || map->key_size == 0 || map->value_size == 0) return INVALID_ARGUMENT;
  most = (MESSAGE - header) / (map->key_size + (with_values ? map->stored_size() : 0));
  return most == 0 ? INVALID_ARGUMENT : SUCCESS;
}

// What the driver does with one message (ebpf_map_get_next_key_and_value_batch, ebpf_maps.c). Request and reply share their memory, as
// buffered I/O has it: entries that are read may run over the cursor.
Result read_message(Map& map, const uint8_t* cursor, size_t entries, bool remove, std::string& reply) {
  const size_t entry = map.key_size + map.stored_size();
  std::string message(std::max(READ_CURSOR + map.key_size, READ_REPLY + entries * entry), '\0');
  auto* bytes = reinterpret_cast<uint8_t*>(message.data());
  const uint8_t* previous = cursor == nullptr ? nullptr : bytes + READ_CURSOR;
  bytes[READ_CURSOR - 1] = remove ? 1 : 0;
  if (cursor != nullptr) std::memcpy(bytes + READ_CURSOR, cursor, map.key_size);
  size_t done = 0;
  Result result = SUCCESS;
  for (; done < entries; done++) {
    auto* next = bytes + READ_REPLY + done * entry;
    result = map.next_key(previous, next);
    if (result != SUCCESS) break;
    // Empty slots of arrays of objects are listed, too.
    if (map.lookup(next, next + map.key_size, false) != SUCCESS) std::memset(next + map.key_size, 0, map.stored_size());
    if (remove && previous != nullptr && (result = map.erase(previous)) != SUCCESS) break;
    previous = next;
  }
  if (result == NO_MORE_KEYS && done > 0) result = SUCCESS;
  if (remove && done > 0) {
    if (const Result erased = map.erase(previous)) result = erased;
  }
  reply = message.substr(READ_REPLY, done * entry);
  return result;
}

int read_batch(const char* name, bool remove, fd_t fd, const void* in, void* out, void* keys, void* values, uint32_t* count,
               const bpf_map_batch_opts* opts) {
  if (opts == nullptr) {
    violation(std::string(name) + ": opts must not be NULL");
    return -14;
  }
  std::shared_ptr<Map> map;
  size_t most = 0;
  if (const Result result = batch(fd, count, opts, map, READ_REPLY, true, most)) return fail(result);
  if (opts->elem_flags != 0) return fail(INVALID_ARGUMENT);
  const size_t key_size = map->key_size, value_size = map->stored_size(), entry = key_size + value_size;
  const auto* cursor = static_cast<const uint8_t*>(in);
  size_t done = 0;
  while (done < *count) {
    const size_t wanted = std::min<size_t>(*count - done, most);
    std::string reply;
    // A message that finds nothing more fails the whole call, whatever those before it have read.
    if (const Result result = read_message(*map, cursor, wanted, remove, reply)) return fail(result);
    for (size_t at = 0; at < reply.size(); at += entry, done++) {
      std::memcpy(static_cast<char*>(keys) + done * key_size, reply.data() + at, key_size);
      std::memcpy(static_cast<char*>(values) + done * value_size, reply.data() + at + key_size, value_size);
    }
    cursor = remove ? nullptr : static_cast<const uint8_t*>(keys) + (done - 1) * key_size;
    if (reply.size() != wanted * entry) break;
  }
  // The cursor is the last key, not a number; there is none where entries were taken away.
  std::memset(out, 0, key_size);
  if (cursor != nullptr) std::memcpy(out, cursor, key_size);
  *count = static_cast<uint32_t>(done);
  return 0;
}

}  // namespace

EXPORT int bpf_map_create(uint32_t type, const char* name, uint32_t key_size, uint32_t value_size, uint32_t max_entries,
                          const bpf_map_create_opts* opts) {
  BEGIN_INT();
  if (opts != nullptr && opts->sz != sizeof(*opts)) violation("bpf_map_create: opts.sz is not 48");
  if (opts != nullptr && (opts->map_flags != 0 || opts->numa_node != 0 || opts->map_ifindex != 0)) return fail(INVALID_ARGUMENT);
  std::shared_ptr<Map> map;
  const auto inner = opts == nullptr ? 0 : static_cast<fd_t>(opts->inner_map_fd);
  if (const Result result = create(type, name, key_size, value_size, max_entries, inner, map)) return fail(result);
  return state().open(map);
}

EXPORT int bpf_map_lookup_elem(int fd, const void* key, void* value) {
  BEGIN_INT();
  REQUIRED(value);
  *static_cast<uint8_t*>(value) = 0;  // before the map is known (_ebpf_map_lookup_element_helper, libs/api/ebpf_api.cpp)
  std::shared_ptr<Map> map;
  if (const Result result = keyed(fd, key, map)) return fail(result);
  if (const Result result = lookup_fits(*map)) return fail(result);
  return fail(map->lookup(static_cast<const uint8_t*>(key), static_cast<uint8_t*>(value), false));
}

EXPORT int bpf_map_lookup_and_delete_elem(int fd, const void* key, void* value) {
  BEGIN_INT();
  REQUIRED(value);
  *static_cast<uint8_t*>(value) = 0;
  std::shared_ptr<Map> map;
  if (const Result result = keyed(fd, key, map)) return fail(result);
  if (const Result result = lookup_fits(*map)) return fail(result);
  return fail(map->lookup(static_cast<const uint8_t*>(key), static_cast<uint8_t*>(value), true));
}

EXPORT int bpf_map_update_elem(int fd, const void* key, const void* value, uint64_t flags) {
  BEGIN_INT();
  std::shared_ptr<Map> map;
  if (const Result result = keyed(fd, key, map)) return fail(result);
  REQUIRED(value);
  if (UPDATE_ENTRIES + map->key_size + map->stored_size() > MESSAGE) return fail(ARITHMETIC_OVERFLOW);
  return fail(update(*map, static_cast<const uint8_t*>(key), static_cast<const uint8_t*>(value), flags));
}

EXPORT int bpf_map_delete_elem(int fd, const void* key) {
  BEGIN_INT();
  std::shared_ptr<Map> map;
  if (const Result result = get(fd, MAP, map)) return fail(result);
  if (map->key_size == 0) return fail(INVALID_ARGUMENT);
  REQUIRED(key);  // ebpf_map_delete_element (libs/api/ebpf_api.cpp) copies from it
  if (map->key_size > MESSAGE - DELETE_KEYS) return fail(ARITHMETIC_OVERFLOW);
  return fail(map->erase(static_cast<const uint8_t*>(key)));
}

EXPORT int bpf_map_get_next_key(int fd, const void* key, void* next) {
  BEGIN_INT();
  std::shared_ptr<Map> map;
  if (const Result result = get(fd, MAP, map)) return fail(result);
  if (next == nullptr) return fail(INVALID_ARGUMENT);
  if (map->key_size == 0) return fail(OPERATION_NOT_SUPPORTED);
  std::string found(std::max<size_t>(map->key_size, 4), '\0');
  auto* bytes = reinterpret_cast<uint8_t*>(found.data());
  Result result = map->next_key(static_cast<const uint8_t*>(key), bytes);
  // After a key that is not there comes the first (_ebpf_core_protocol_map_get_next_key, libs/execution_context/ebpf_core.c).
  if (result == KEY_NOT_FOUND) result = map->next_key(nullptr, bytes);
  if (result == SUCCESS) std::memcpy(next, bytes, map->key_size);
  return fail(result);
}

EXPORT int bpf_map_update_batch(int fd, const void* keys, const void* values, uint32_t* count, const bpf_map_batch_opts* opts) {
  BEGIN_INT();
  REQUIRED(opts);
  std::shared_ptr<Map> map;
  size_t most = 0;
  if (const Result result = batch(fd, count, opts, map, UPDATE_ENTRIES, true, most)) return fail(result);
  for (uint32_t i = 0; i < *count; i++) {
    const auto* key = static_cast<const uint8_t*>(keys) + i * map->key_size;
    const auto* value = static_cast<const uint8_t*>(values) + i * map->stored_size();
    if (const Result result = update(*map, key, value, opts->elem_flags)) return fail(result);
  }
  return 0;
}

EXPORT int bpf_map_delete_batch(int fd, const void* keys, uint32_t* count, const bpf_map_batch_opts* opts) {
  BEGIN_INT();
  REQUIRED(opts);
  std::shared_ptr<Map> map;
  size_t most = 0;
  if (const Result result = batch(fd, count, opts, map, DELETE_KEYS, false, most)) return fail(result);
  if (opts->elem_flags != 0) return fail(INVALID_ARGUMENT);
  for (uint32_t i = 0; i < *count; i++) {
    if (const Result result = map->erase(static_cast<const uint8_t*>(keys) + i * map->key_size)) return fail(result);
  }
  return 0;
}

EXPORT int bpf_map_lookup_batch(int fd, const void* in, void* out, void* keys, void* values, uint32_t* count,
                                const bpf_map_batch_opts* opts) {
  BEGIN_INT();
  return read_batch(__func__, false, fd, in, out, keys, values, count, opts);
}

EXPORT int bpf_map_lookup_and_delete_batch(int fd, const void* in, void* out, void* keys, void* values, uint32_t* count,
                                           const bpf_map_batch_opts* opts) {
  BEGIN_INT();
  return read_batch(__func__, true, fd, in, out, keys, values, count, opts);
}

EXPORT int libbpf_num_possible_cpus() {
  BEGIN_INT();
  return static_cast<int>(state().cpus);
}
