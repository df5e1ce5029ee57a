#include "map.h"

#include <windows.h>

#include <atomic>
#include <cstring>

namespace {

constexpr uint32_t PAGE = 4096;
constexpr uint32_t LOCKED = 1u << 31;  // a record that is still being written (libs/shared/ebpf_ring_buffer_record.h)

uint32_t index_of(const std::string& key) {
  uint32_t index = 0;
  std::memcpy(&index, key.data(), key.size() < 4 ? key.size() : 4);
  return index;
}

std::string key_of(uint32_t index, uint32_t size) {
  std::string key(size, '\0');
  std::memcpy(key.data(), &index, size < 4 ? size : 4);
  return key;
}

}  // namespace

Ring::Ring(uint32_t size) : size(size) {
  auto* pages = static_cast<uint8_t*>(VirtualAlloc(nullptr, 2 * PAGE + 2ull * size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE));
  consumer = reinterpret_cast<ConsumerPage*>(pages);
  producer = reinterpret_cast<ProducerPage*>(pages + PAGE);
  data = pages + 2 * PAGE;
}

Ring::~Ring() {
  set_wait_handle(nullptr);
  VirtualFree(consumer, 0, MEM_RELEASE);
}

void Ring::set_wait_handle(void* handle) {
  if (wait_handle != nullptr) CloseHandle(wait_handle);
  wait_handle = nullptr;
  if (handle == nullptr) return;
  DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &wait_handle, 0, FALSE, DUPLICATE_SAME_ACCESS);
}

Result Ring::write(const void* record, size_t length) {
  if (length == 0 || length > size) return INVALID_ARGUMENT;
  const uint64_t total = (8 + length + 7) & ~7ull;
  if (total > size) return INVALID_ARGUMENT;
  const uint64_t at = producer->offset;
  const uint64_t read = reinterpret_cast<std::atomic<uint64_t>*>(&consumer->offset)->load(std::memory_order_acquire);
  if (at - read + total > size) {
    producer->lost++;
    return NO_MEMORY;
  }
  std::string bytes(total, '\0');
  const uint32_t header = static_cast<uint32_t>(length) & ~LOCKED;
  std::memcpy(bytes.data(), &header, 4);
  std::memcpy(bytes.data() + 8, record, length);
  for (uint64_t i = 0; i < total; i++) {
    const uint64_t place = (at + i) % size;
    data[place] = data[place + size] = static_cast<uint8_t>(bytes[i]);
  }
  last = at;
  reinterpret_cast<std::atomic<uint64_t>*>(&producer->offset)->store(at + total, std::memory_order_release);
  if (wait_handle != nullptr) SetEvent(wait_handle);
  return SUCCESS;
}

void Ring::mark(uint32_t marks) {
  uint32_t header = 0;
  std::memcpy(&header, data + last % size, sizeof(header));
  header = (header & ~(3u << 30)) | marks << 30;
  for (const uint64_t place : {last % size, last % size + size}) std::memcpy(data + place, &header, sizeof(header));
  if (wait_handle != nullptr) SetEvent(wait_handle);
}

bool Map::per_cpu() const {
  return map_type == PERCPU_HASH || map_type == PERCPU_ARRAY || map_type == LRU_PERCPU_HASH;
}
bool Map::array() const { return map_type == ARRAY || map_type == PERCPU_ARRAY; }
bool Map::holds_objects() const {
  return map_type == PROG_ARRAY || map_type == HASH_OF_MAPS || map_type == ARRAY_OF_MAPS;
}
bool Map::indexed() const { return array() || map_type == PROG_ARRAY || map_type == ARRAY_OF_MAPS; }
bool Map::keyless() const { return map_type == QUEUE || map_type == STACK; }

size_t Map::stored_size() const {
  return per_cpu() ? static_cast<size_t>((value_size + 7) & ~7u) * state().cpus : value_size;
}

void Map::prepare() {
  if (array()) {
    for (uint32_t i = 0; i < max_entries; i++) values[key_of(i, 4)] = std::string(stored_size(), '\0');
  }
  if (map_type == RINGBUF) rings.push_back(std::make_unique<Ring>(max_entries));
  if (map_type == PERF_EVENT_ARRAY) {
    for (uint32_t i = 0; i < state().cpus; i++) rings.push_back(std::make_unique<Ring>(max_entries));
  }
}

// Of an array's key the first four bytes are read, whatever its size (_find_array_map_entry, ebpf_maps.c); an LPM key's
// bits beyond its prefix do not count (_lpm_extract).
std::string Map::canonical(const uint8_t* key) const {
  std::string result(reinterpret_cast<const char*>(key), key_size);
  if (indexed()) return key_of(index_of(result), 4);
  if (map_type != LPM_TRIE) return result;
  const uint32_t bits = index_of(result);
  for (uint32_t bit = bits; bit < 8 * (key_size - 4); bit++) result[4 + bit / 8] &= static_cast<char>(~(0x80 >> bit % 8));
  return result;
}

std::map<std::string, std::string>::iterator Map::longest_prefix(const std::string& key) {
  for (uint32_t bits = index_of(key) + 1; bits-- > 0;) {
    std::string shorter = key;
    std::memcpy(shorter.data(), &bits, 4);
    const auto found = values.find(canonical(reinterpret_cast<const uint8_t*>(shorter.data())));
    if (found != values.end()) return found;
  }
  return values.end();
}

void Map::touch(const std::string& key) {
  if (map_type != LRU_HASH && map_type != LRU_PERCPU_HASH) return;
  used.remove(key);
  used.push_back(key);
}

uint8_t* Map::value_of(const uint8_t* key, uint32_t cpu) {
  const auto name = canonical(key);
  if (holds_objects()) {  // a program gets the inner map itself
    const auto object = objects.find(name);
    return object == objects.end() ? nullptr : reinterpret_cast<uint8_t*>(static_cast<Map*>(object->second.get()));
  }
  if (map_type == LPM_TRIE && index_of(name) > 8 * (key_size - 4)) return nullptr;
  const auto found = map_type == LPM_TRIE ? longest_prefix(name) : values.find(name);
  if (found == values.end()) return nullptr;
  touch(name);
  const size_t slot = per_cpu() ? static_cast<size_t>((value_size + 7) & ~7u) * cpu : 0;
  return reinterpret_cast<uint8_t*>(found->second.data()) + slot;
}

Result Map::update_on(uint32_t cpu, const uint8_t* key, const uint8_t* value, uint64_t flags) {
  if (!per_cpu()) return update(key, value, flags);
  if (value_of(key, cpu) == nullptr) {
    const std::string zeros(stored_size(), '\0');
    if (const Result result = update(key, reinterpret_cast<const uint8_t*>(zeros.data()), flags)) return result;
  }
  std::memcpy(value_of(key, cpu), value, value_size);
  return SUCCESS;
}

Result Map::lookup(const uint8_t* key, uint8_t* value, bool remove) {
  if (!rings.empty()) return OPERATION_NOT_SUPPORTED;
  if (keyless()) {
    if (queue.empty()) return OBJECT_NOT_FOUND;
    const auto& next = map_type == QUEUE ? queue.front() : queue.back();
    std::memcpy(value, next.data(), next.size());
    if (remove && map_type == QUEUE) queue.pop_front();
    else if (remove) queue.pop_back();
    return SUCCESS;
  }
  if (remove && (array() || holds_objects() || map_type == LPM_TRIE)) return INVALID_ARGUMENT;
  if (holds_objects()) {
    const auto found = objects.find(canonical(key));
    if (found == objects.end()) return OBJECT_NOT_FOUND;
    std::memcpy(value, &found->second->id, 4);  // an id comes out where a descriptor went in
    return SUCCESS;
  }
  const auto name = canonical(key);
  if (map_type == LPM_TRIE && index_of(name) > 8 * (key_size - 4)) return INVALID_ARGUMENT;
  const auto found = map_type == LPM_TRIE ? longest_prefix(name) : values.find(name);
  if (found == values.end()) return map_type == LPM_TRIE ? KEY_NOT_FOUND : OBJECT_NOT_FOUND;
  std::memcpy(value, found->second.data(), found->second.size());
  if (!remove) return SUCCESS;
  used.remove(name);
  values.erase(found);
  return SUCCESS;
}

Result Map::update(const uint8_t* key, const uint8_t* value, uint64_t flags) {
  if (flags > 2) return INVALID_ARGUMENT;
  if (!rings.empty()) return OPERATION_NOT_SUPPORTED;
  const std::string bytes(reinterpret_cast<const char*>(value), stored_size());
  if (keyless()) {
    if (queue.size() == max_entries) {
      if (flags != 2) return OUT_OF_SPACE;
      queue.pop_front();
    }
    queue.push_back(bytes);
    return SUCCESS;
  }
  const auto name = canonical(key);
  if (map_type == LPM_TRIE && index_of(name) > 8 * (key_size - 4)) return INVALID_ARGUMENT;
  const auto found = values.find(name);
  if (array() && (found == values.end() || flags == 1)) return INVALID_ARGUMENT;
  if (flags == 1 && found != values.end()) return OBJECT_ALREADY_EXISTS;
  if (flags == 2 && found == values.end()) return KEY_NOT_FOUND;
  const bool evicts = map_type == LRU_HASH || map_type == LRU_PERCPU_HASH;
  if (found == values.end() && evicts && values.size() >= max_entries) {
    values.erase(used.front());
    used.pop_front();
  }
  values[name] = bytes;
  if (map_type == LPM_TRIE) spelled.try_emplace(name, reinterpret_cast<const char*>(key), key_size);
  touch(name);
  return SUCCESS;
}

bool Map::take_program_type(uint32_t type) {
  if (program_type == 0) program_type = type;
  return program_type == type;
}

Result Map::update_object(const uint8_t* key, fd_t fd, uint64_t flags) {
  if (flags > 2) return INVALID_ARGUMENT;
  const auto name = canonical(key);
  const bool hash = map_type == HASH_OF_MAPS;
  if (!hash && (index_of(name) >= max_entries || flags == 1)) return INVALID_ARGUMENT;
  if (fd == -1) {
    if (hash) return INVALID_ARGUMENT;
    objects.erase(name);
    return SUCCESS;
  }
  const auto object = state().get(fd);
  if (!object) return INVALID_FD;
  if (object->type != (map_type == PROG_ARRAY ? PROGRAM : MAP)) return INVALID_OBJECT;
  if (map_type == PROG_ARRAY && !take_program_type(static_cast<const Program&>(*object).program_type)) return INVALID_FD;
  if (map_type != PROG_ARRAY && inner) {
    const auto& map = static_cast<const Map&>(*object);
    if (map.map_type != inner->map_type || map.key_size != inner->key_size || map.value_size != inner->value_size ||
        map.max_entries != inner->max_entries) {
      return INVALID_OBJECT;
    }
  }
  if (hash && flags == 1 && objects.count(name) != 0) return OBJECT_ALREADY_EXISTS;
  if (hash && flags == 2 && objects.count(name) == 0) return KEY_NOT_FOUND;
  objects[name] = object;
  return SUCCESS;
}

Result Map::erase(const uint8_t* key) {
  if (keyless()) return INVALID_ARGUMENT;
  if (!rings.empty()) return OPERATION_NOT_SUPPORTED;
  const auto name = canonical(key);
  if (map_type == LPM_TRIE && index_of(name) > 8 * (key_size - 4)) return INVALID_ARGUMENT;  // _delete_lpm_map_entry
  if (holds_objects()) {
    const bool was_there = objects.erase(name) != 0;
    // A slot of an array may be empty already; one beyond its end is not there.
    const bool exists = was_there || (map_type != HASH_OF_MAPS && index_of(name) < max_entries);
    return exists ? SUCCESS : KEY_NOT_FOUND;
  }
  const auto found = values.find(name);
  if (array()) {
    if (found == values.end()) return INVALID_ARGUMENT;
    found->second.assign(found->second.size(), '\0');
    return SUCCESS;
  }
  if (found == values.end()) return KEY_NOT_FOUND;
  used.remove(name);
  values.erase(found);
  spelled.erase(name);
  return SUCCESS;
}

Result Map::next_key(const uint8_t* key, uint8_t* next) const {
  if (keyless() || !rings.empty()) return OPERATION_NOT_SUPPORTED;
  if (indexed()) {
    const uint32_t index = key == nullptr ? 0 : index_of(canonical(key)) + 1;
    if (index >= max_entries) return NO_MORE_KEYS;
    std::memcpy(next, key_of(index, key_size).data(), key_size < 4 ? key_size : 4);
    return SUCCESS;
  }
  if (map_type == LPM_TRIE) {  // what lies where the next key goes is looked at, too (_next_lpm_map_key_and_value)
    for (const auto* given : {static_cast<const uint8_t*>(next), key}) {
      if (given == nullptr) continue;
      if (index_of(std::string(reinterpret_cast<const char*>(given), 4)) > 8 * (key_size - 4)) return INVALID_ARGUMENT;
    }
  }
  const auto step = [&](const auto& entries) {
    auto at = entries.begin();
    if (key != nullptr) {
      const auto found = entries.find(canonical(key));
      if (found == entries.end()) return KEY_NOT_FOUND;
      at = std::next(found);
    }
    if (at == entries.end()) return NO_MORE_KEYS;
    const auto& name = map_type == LPM_TRIE ? spelled.at(at->first) : at->first;
    std::memcpy(next, name.data(), key_size);
    return SUCCESS;
  };
  return map_type == HASH_OF_MAPS ? step(objects) : step(values);
}
