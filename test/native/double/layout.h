// The structures and numbers that ebpfapi.dll's callers see, x64. Layouts: include/ebpf_structs.h, include/ebpf_api.h and
// include/ebpf_result.h of ebpf-for-windows 1.6; the static assertions below hold their documented sizes.
#pragma once
#include <cstddef>
#include <cstdint>

using fd_t = int32_t;
using ebpf_handle_t = intptr_t;

struct Guid {
  uint32_t a;
  uint16_t b, c;
  uint8_t d[8];
};

// ebpf_result_t: those that this double gives by itself; any other can be injected.
enum Result : uint32_t {
  SUCCESS = 0,
  VERIFICATION_FAILED = 1,
  INVALID_FD = 4,
  INVALID_OBJECT = 5,
  INVALID_ARGUMENT = 6,
  OBJECT_NOT_FOUND = 7,
  OBJECT_ALREADY_EXISTS = 8,
  FILE_NOT_FOUND = 9,
  NO_MEMORY = 12,
  ELF_PARSING_FAILED = 16,
  FAILED = 17,
  OPERATION_NOT_SUPPORTED = 18,
  KEY_NOT_FOUND = 19,
  ARITHMETIC_OVERFLOW = 22,
  EXTENSION_FAILED_TO_LOAD = 23,
  INSUFFICIENT_BUFFER = 24,
  NO_MORE_KEYS = 25,
  OUT_OF_SPACE = 29,
};

enum ObjectType : uint32_t { UNKNOWN_OBJECT = 0, MAP = 1, LINK = 2, PROGRAM = 3 };

enum MapType : uint32_t {
  UNSPEC, HASH, ARRAY, PROG_ARRAY, PERCPU_HASH, PERCPU_ARRAY, HASH_OF_MAPS, ARRAY_OF_MAPS, LRU_HASH, LPM_TRIE, QUEUE,
  LRU_PERCPU_HASH, STACK, RINGBUF, PERF_EVENT_ARRAY, SAMPLE_HASH_MAP, XSKMAP, MAP_TYPES,
};

struct bpf_map_info {
  uint32_t id, type, key_size, value_size, max_entries;
  char name[64];
  uint32_t map_flags, inner_map_id, pinned_path_count;
};
static_assert(sizeof(bpf_map_info) == 96);

struct bpf_prog_info {
  uint32_t id, type, nr_map_ids;
  uint64_t map_ids;
  char name[64];
  Guid type_uuid, attach_type_uuid;
  uint32_t pinned_path_count, link_count;
};
static_assert(sizeof(bpf_prog_info) == 128 && offsetof(bpf_prog_info, type_uuid) == 88);

struct bpf_link_info {
  uint32_t id, prog_id, type, attach_type;
  Guid attach_type_uuid, program_type_uuid;
  uint8_t attach_data[8];
};
static_assert(sizeof(bpf_link_info) == 56);

struct bpf_map_create_opts {
  size_t sz;
  uint32_t btf_fd, btf_key_type_id, btf_value_type_id, btf_vmlinux_value_type_id, inner_map_fd, map_flags;
  uint64_t map_extra;
  uint32_t numa_node, map_ifindex;
};
static_assert(sizeof(bpf_map_create_opts) == 48 && offsetof(bpf_map_create_opts, inner_map_fd) == 24);

struct bpf_prog_load_opts {
  size_t sz;
  uint8_t unread[84];
  uint32_t log_size;
  char* log_buf;
};
static_assert(sizeof(bpf_prog_load_opts) == 104 && offsetof(bpf_prog_load_opts, log_buf) == 96);

// libbpf's, of which ebpfapi reads the name and the pin root (libs/api/libbpf_object.cpp).
struct bpf_object_open_opts {
  size_t sz;
  const char* object_name;
  bool relaxed_maps;
  const char* pin_root_path;
};
static_assert(sizeof(bpf_object_open_opts) == 32 && offsetof(bpf_object_open_opts, pin_root_path) == 24);

struct bpf_prog_bind_opts {
  size_t sz;
  uint32_t flags;
};

struct bpf_test_run_opts {
  size_t sz;
  const void* data_in;
  void* data_out;
  uint32_t data_size_in, data_size_out;
  const void* ctx_in;
  void* ctx_out;
  uint32_t ctx_size_in, ctx_size_out, retval;
  int32_t repeat;
  uint32_t duration, flags, cpu, batch_size;
};
static_assert(sizeof(bpf_test_run_opts) == 80);

struct bpf_map_batch_opts {
  size_t sz;
  uint64_t elem_flags, flags;
};

struct bpf_xdp_attach_opts {
  size_t sz;
  int32_t old_prog_fd;
};

struct ebpf_api_verifier_stats_t {
  int32_t total_unreachable, total_warnings, max_loop_count;
};

struct ebpf_stat_t {
  ebpf_stat_t* next;
  const char* key;
  int32_t value;
};

struct ebpf_api_program_info_t {
  ebpf_api_program_info_t* next;
  const char* section_name;
  const char* program_name;
  Guid program_type, expected_attach_type;
  size_t raw_data_size;
  char* raw_data;
  ebpf_stat_t* stats;
  size_t offset_in_section;
};
static_assert(sizeof(ebpf_api_program_info_t) == 88);

struct ebpf_map_info_t {
  uint32_t type, key_size, value_size, max_entries, inner_map_id, pinning;
  const char* pin_path;
};
static_assert(sizeof(ebpf_map_info_t) == 32);

struct bpf_insn {
  uint8_t code;
  uint8_t dst : 4, src : 4;
  int16_t off;
  int32_t imm;
};
static_assert(sizeof(bpf_insn) == 8);

// Ring pages, libs/shared/ebpf_ring_buffer_record.h.
struct ConsumerPage {
  uint64_t offset;
};
struct ProducerPage {
  uint64_t offset;
  uint8_t unused[56];
  uint64_t lost;
};
static_assert(offsetof(ProducerPage, lost) == 64);
