// Maps of every kind that has user-mode operations. Rules: libs/execution_context/ebpf_maps.c, as listed in the comments.
#pragma once
#include <deque>
#include <list>
#include <map>
#include <string>

#include "state.h"

/** One ring: the pages that a consumer maps, and the event that it waits for. */
struct Ring {
  ConsumerPage* consumer = nullptr;
  ProducerPage* producer = nullptr;
  /** Twice `size` bytes: every record is written to both halves, so that it never wraps. */
  uint8_t* data = nullptr;
  uint32_t size = 0;
  uint32_t mapped = 0;
  /** Where the last record lies. */
  uint64_t last = 0;
  /** The event itself, whatever becomes of the handle that it was given by (ebpf_map_set_wait_handle_internal, ebpf_maps.c). */
  void* wait_handle = nullptr;
  explicit Ring(uint32_t size);
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring();
  void set_wait_handle(void* handle);
  /** Sets the marks of the record that was written last, and tells whoever waits. */
  void mark(uint32_t marks);
  Result write(const void* record, size_t length);
};

struct Map : Object {
  MapType map_type = UNSPEC;
  uint32_t key_size = 0, value_size = 0, max_entries = 0;
  std::string name;
  std::shared_ptr<Map> inner;
  /** Hash and array kinds: a value stays where it is while it is replaced, for programs hold pointers to it. */
  std::map<std::string, std::string> values;
  /** LPM tries: each key as it was when its entry was made, with the bits beyond the prefix. */
  std::map<std::string, std::string> spelled;
  /** Maps of maps and of programs. */
  std::map<std::string, std::shared_ptr<Object>> objects;
  /** Of all programs in an array, once there was one; 0 before. */
  uint32_t program_type = 0;
  /** Oldest first: keys of an LRU hash. */
  std::list<std::string> used;
  std::deque<std::string> queue;
  std::vector<std::unique_ptr<Ring>> rings;

  Map() : Object(MAP) {}
  // Contents go with the last user reference, even if a program still refers to the map.
  void abandoned() override {
    objects.clear();
    inner.reset();
  }

  bool per_cpu() const;
  bool array() const;
  /** Keys are indexes of 4 bytes. */
  bool indexed() const;
  bool holds_objects() const;
  bool keyless() const;
  /** Bytes of one value as user mode sees it: per-CPU kinds have one per CPU, each padded to 8 bytes. */
  size_t stored_size() const;

  Result lookup(const uint8_t* key, uint8_t* value, bool remove);
  Result update(const uint8_t* key, const uint8_t* value, uint64_t flags);
  Result update_object(const uint8_t* key, fd_t fd, uint64_t flags);
  /** The first program that is put into an array, or uses it, decides the type of all (_validate_map_value_object). */
  bool take_program_type(uint32_t type);
  Result erase(const uint8_t* key);
  /** KEY_NOT_FOUND where `key` is not there. */
  Result next_key(const uint8_t* key, uint8_t* next) const;
  /** A program's pointer to the value, its CPU's where there are several; null where there is none. */
  uint8_t* value_of(const uint8_t* key, uint32_t cpu);
  /** A program's update: of its own CPU's value; those of other CPUs begin as zeros. */
  Result update_on(uint32_t cpu, const uint8_t* key, const uint8_t* value, uint64_t flags);
  /** Zero-fills the values of array kinds. */
  void prepare();

 private:
  std::string canonical(const uint8_t* key) const;
  std::map<std::string, std::string>::iterator longest_prefix(const std::string& key);
  void touch(const std::string& key);
};
