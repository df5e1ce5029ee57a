// The C interface of libbpf and ebpfapi, as far as the addon calls it: structures and function types that both have
// in common, written down here because neither library's headers fit the other's compiler. Layouts are those of
// libbpf 1.x (bpf.h) and of ebpf-for-windows (include/ebpf_api.h, include/ebpf_structs.h) on 64-bit machines.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdint>

namespace winbpf::abi {

// Every options structure begins with its own size; ebpfapi dereferences some without looking for NULL.
struct MapCreateOptions {
  size_t size = sizeof(MapCreateOptions);
  uint32_t btf_fd = 0;
  uint32_t btf_key_type_id = 0;
  uint32_t btf_value_type_id = 0;
  uint32_t btf_vmlinux_value_type_id = 0;
  uint32_t inner_map_fd = 0;
  uint32_t map_flags = 0;
  uint64_t map_extra = 0;
  uint32_t numa_node = 0;
  uint32_t map_ifindex = 0;
};
static_assert(sizeof(MapCreateOptions) == 48);

struct ProgramLoadOptions {
  size_t size = sizeof(ProgramLoadOptions);
  int attempts = 0;
  uint32_t expected_attach_type = 0;
  uint32_t prog_btf_fd = 0;
  uint32_t prog_flags = 0;
  uint32_t prog_ifindex = 0;
  uint32_t kern_version = 0;
  uint32_t attach_btf_id = 0;
  uint32_t attach_prog_fd = 0;
  uint32_t attach_btf_obj_fd = 0;
  const int* fd_array = nullptr;
  const void* func_info = nullptr;
  uint32_t func_info_cnt = 0;
  uint32_t func_info_rec_size = 0;
  const void* line_info = nullptr;
  uint32_t line_info_cnt = 0;
  uint32_t line_info_rec_size = 0;
  uint32_t log_level = 0;
  uint32_t log_size = 0;
  char* log_buf = nullptr;
};
static_assert(sizeof(ProgramLoadOptions) == 104);

struct BatchOptions {
  size_t size = sizeof(BatchOptions);
  uint64_t elem_flags = 0;
  uint64_t flags = 0;
};
static_assert(sizeof(BatchOptions) == 24);

struct TestRunOptions {
  size_t size = sizeof(TestRunOptions);
  const void* data_in = nullptr;
  void* data_out = nullptr;
  uint32_t data_size_in = 0;
  uint32_t data_size_out = 0;
  const void* ctx_in = nullptr;
  void* ctx_out = nullptr;
  uint32_t ctx_size_in = 0;
  uint32_t ctx_size_out = 0;
  uint32_t retval = 0;
  int repeat = 0;
  uint32_t duration = 0;
  uint32_t flags = 0;
  uint32_t cpu = 0;
  uint32_t batch_size = 0;
};
static_assert(sizeof(TestRunOptions) == 80);

// As far as ebpfapi reads it: the name and the pin root.
struct ObjectOpenOptions {
  size_t size = sizeof(ObjectOpenOptions);
  const char* object_name = nullptr;
  bool relaxed_maps = false;
  const char* pin_root_path = nullptr;
};
static_assert(sizeof(ObjectOpenOptions) == 32);

struct Guid {
  uint8_t bytes[16];
};

// What ebpfapi lists of a file's programs: ebpf-for-windows, include/ebpf_api.h, the same since 0.17.
struct Statistic {
  Statistic* next = nullptr;
  const char* key = nullptr;
  int value = 0;
};
struct ListedProgram {
  ListedProgram* next = nullptr;
  const char* section_name = nullptr;
  const char* program_name = nullptr;
  Guid program_type = {};
  Guid expected_attach_type = {};
  size_t raw_data_size = 0;
  const char* raw_data = nullptr;
  Statistic* stats = nullptr;
  size_t offset_in_section = 0;
};
static_assert(sizeof(ListedProgram) == 88);

struct VerifierStatistics {
  int total_unreachable = 0;
  int total_warnings = 0;
  int max_loop_count = 0;
};

struct BpfObject;
struct BpfProgram;
struct BpfMap;
struct BpfLink;
struct PerfBuffer;
struct RingBuffer;

// struct ebpf_perf_buffer_opts (ebpf-for-windows, include/ebpf_api.h).
struct ReaderOptions {
  size_t size = sizeof(ReaderOptions);
  uint64_t flags = 0;
};
constexpr uint64_t kAutoCallback = 1;

using Fd = int32_t;
using PrintFunction = int (*)(int level, const char* format, va_list arguments);
using SampleFunction = void (*)(void* context, int cpu, void* data, uint32_t size);
using RecordFunction = int (*)(void* context, void* data, size_t size);
using LostFunction = void (*)(void* context, int cpu, uint64_t count);

}  // namespace winbpf::abi
