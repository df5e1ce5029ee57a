// The dispatch table: every function that the addon may call, one row each. A library that lacks one is still used;
// callers ask `library.has(…)`, and what is missing is told to JavaScript by name.
#pragma once

#include "abi.h"

namespace winbpf {

// clang-format off
#define WINBPF_SYMBOLS(X)                                                                                              \
  /* Maps: libbpf and ebpfapi alike. */                                                                                \
  X(int, bpf_map_create, (uint32_t type, const char* name, uint32_t key_size, uint32_t value_size,                     \
      uint32_t max_entries, const abi::MapCreateOptions* options))                                                     \
  X(int, bpf_map_lookup_elem, (abi::Fd map, const void* key, void* value))                                             \
  X(int, bpf_map_update_elem, (abi::Fd map, const void* key, const void* value, uint64_t flags))                       \
  X(int, bpf_map_delete_elem, (abi::Fd map, const void* key))                                                          \
  X(int, bpf_map_lookup_and_delete_elem, (abi::Fd map, const void* key, void* value))                                  \
  X(int, bpf_map_get_next_key, (abi::Fd map, const void* key, void* next))                                             \
  X(int, bpf_map_lookup_batch, (abi::Fd map, void* in, void* out, void* keys, void* values, uint32_t* count,           \
      const abi::BatchOptions* options))                                                                               \
  X(int, bpf_map_lookup_and_delete_batch, (abi::Fd map, void* in, void* out, void* keys, void* values,                 \
      uint32_t* count, const abi::BatchOptions* options))                                                              \
  X(int, bpf_map_update_batch, (abi::Fd map, const void* keys, const void* values, uint32_t* count,                    \
      const abi::BatchOptions* options))                                                                               \
  X(int, bpf_map_delete_batch, (abi::Fd map, const void* keys, uint32_t* count, const abi::BatchOptions* options))     \
  X(int, bpf_map_freeze, (abi::Fd map))                                                                                \
  /* Objects by id and descriptor. */                                                                                  \
  X(int, bpf_map_get_next_id, (uint32_t start, uint32_t* next))                                                        \
  X(int, bpf_prog_get_next_id, (uint32_t start, uint32_t* next))                                                       \
  X(int, bpf_link_get_next_id, (uint32_t start, uint32_t* next))                                                       \
  X(int, bpf_map_get_fd_by_id, (uint32_t id))                                                                          \
  X(int, bpf_prog_get_fd_by_id, (uint32_t id))                                                                         \
  X(int, bpf_link_get_fd_by_id, (uint32_t id))                                                                         \
  X(int, bpf_obj_get_info_by_fd, (abi::Fd fd, void* info, uint32_t* size))                                             \
  X(int, bpf_obj_pin, (abi::Fd fd, const char* path))                                                                  \
  X(int, bpf_obj_get, (const char* path))                                                                              \
  /* Programs and links. */                                                                                            \
  X(int, bpf_prog_load, (uint32_t type, const char* name, const char* license, const void* code, size_t slots,         \
      const abi::ProgramLoadOptions* options))                                                                         \
  X(int, bpf_prog_test_run_opts, (abi::Fd program, abi::TestRunOptions* options))                                      \
  X(int, bpf_prog_bind_map, (abi::Fd program, abi::Fd map, const void* options))                                       \
  X(int, bpf_link_create, (abi::Fd program, int target, uint32_t attach_type, const void* options))                    \
  X(int, bpf_raw_tracepoint_open, (const char* name, abi::Fd program))                                                 \
  X(int, bpf_link_detach, (abi::Fd link))                                                                              \
  /* Objects that the library reads itself. */                                                                         \
  X(abi::BpfObject*, bpf_object__open_mem, (const void* object, size_t size, const abi::ObjectOpenOptions* options))   \
  X(abi::BpfProgram*, bpf_object__next_program, (const abi::BpfObject* object, abi::BpfProgram* before))               \
  X(int, bpf_program__set_type, (abi::BpfProgram* program, uint32_t type))                                             \
  X(uint32_t, ebpf_object_set_execution_type, (abi::BpfObject* object, uint32_t execution))                            \
  X(int, bpf_object__load, (abi::BpfObject* object))                                                                   \
  X(const char*, bpf_program__log_buf, (const abi::BpfProgram* program, size_t* size))                                 \
  X(int, bpf_program__fd, (const abi::BpfProgram* program))                                                            \
  X(abi::BpfMap*, bpf_object__next_map, (const abi::BpfObject* object, const abi::BpfMap* before))                     \
  X(const char*, bpf_map__name, (const abi::BpfMap* map))                                                              \
  X(int, bpf_map__fd, (const abi::BpfMap* map))                                                                        \
  X(int, bpf_map__set_pin_path, (abi::BpfMap* map, const char* path))                                                  \
  X(int, bpf_map__reuse_fd, (abi::BpfMap* map, abi::Fd fd))                                                            \
  X(int, bpf_map__set_initial_value, (abi::BpfMap* map, const void* data, size_t size))                                \
  X(const char*, bpf_program__name, (const abi::BpfProgram* program))                                                  \
  X(const char*, bpf_program__section_name, (const abi::BpfProgram* program))                                          \
  X(int, bpf_program__set_autoload, (abi::BpfProgram* program, bool autoload))                                         \
  X(void*, libbpf_set_print, (abi::PrintFunction print))                                                               \
  X(void, bpf_object__close, (abi::BpfObject* object))                                                                 \
  /* Names and numbers. */                                                                                             \
  X(int, libbpf_num_possible_cpus, ())                                                                                 \
  X(int, libbpf_prog_type_by_name, (const char* section, uint32_t* type, uint32_t* attach_type))                       \
  X(const char*, libbpf_bpf_prog_type_str, (uint32_t type))                                                            \
  X(const char*, libbpf_bpf_attach_type_str, (uint32_t type))                                                          \
  X(const char*, libbpf_bpf_link_type_str, (uint32_t type))                                                            \
  X(const char*, libbpf_bpf_map_type_str, (uint32_t type))                                                             \
  X(const char*, libbpf_version_string, ())                                                                            \
  /* Perf event arrays: one reader of all CPUs. Linux waits on a descriptor, Windows on a handle. */                   \
  X(abi::PerfBuffer*, perf_buffer__new, (abi::Fd map, size_t pages, abi::SampleFunction sample,                        \
      abi::LostFunction lost, void* context, const void* options))                                                     \
  X(int, perf_buffer__consume, (abi::PerfBuffer* buffer))                                                              \
  X(void, perf_buffer__free, (abi::PerfBuffer* buffer))                                                                \
  X(int, perf_buffer__epoll_fd, (const abi::PerfBuffer* buffer))                                                       \
  X(intptr_t, ebpf_perf_buffer_get_wait_handle, (const abi::PerfBuffer* buffer))                                       \
  /* Readers that call from threads of their own: where there is no way to ask them. */                                \
  X(abi::PerfBuffer*, ebpf_perf_buffer__new, (abi::Fd map, size_t pages, abi::SampleFunction sample,                   \
      abi::LostFunction lost, void* context, const abi::ReaderOptions* options))                                       \
  X(abi::RingBuffer*, ring_buffer__new, (abi::Fd map, abi::RecordFunction record, void* context,                       \
      const void* options))                                                                                            \
  X(void, ring_buffer__free, (abi::RingBuffer* buffer))                                                                \
  /* ebpfapi only: results are ebpf_result_t. */                                                                       \
  X(uint32_t, ebpf_close_fd, (abi::Fd fd))                                                                             \
  X(uint32_t, ebpf_duplicate_fd, (abi::Fd fd, abi::Fd* duplicate))                                                     \
  X(uint32_t, ebpf_object_get_info_by_fd, (abi::Fd fd, void* info, uint32_t* size, uint32_t* type))                    \
  X(uint32_t, ebpf_object_unpin, (const char* path))                                                                   \
  X(const void*, ebpf_get_ebpf_program_type, (uint32_t number))                                                        \
  X(uint32_t, ebpf_get_next_pinned_object_path, (const char* start, char* next, size_t size, uint32_t* type))          \
  X(uint32_t, ebpf_object_load_native_by_fds, (const char* file, size_t* map_count, abi::Fd* maps,                     \
      size_t* program_count, abi::Fd* programs))                                                                       \
  X(uint32_t, ebpf_program_attach_by_fds, (abi::Fd program, const abi::Guid* attach_type, void* parameters,            \
      size_t size, abi::Fd* link))                                                                                     \
  X(uint32_t, ebpf_program_attach_by_fd, (abi::Fd program, const abi::Guid* attach_type, void* parameters,             \
      size_t size, abi::BpfLink** link))                                                                               \
  X(int, bpf_link__fd, (const abi::BpfLink* link))                                                                     \
  X(void, ebpf_link_close, (abi::BpfLink* link))                                                                       \
  X(uint32_t, ebpf_program_query_info, (abi::Fd program, uint32_t* execution, const char** file,                       \
      const char** section))                                                                                           \
  X(uint32_t, ebpf_program_synchronize, ())                                                                            \
  X(uint32_t, ebpf_map_set_wait_handle, (abi::Fd map, uint64_t index, intptr_t handle))                                \
  X(uint32_t, ebpf_ring_buffer_map_map_buffer, (abi::Fd map, void** consumer, const void** producer,                   \
      const uint8_t** data, size_t* size))                                                                             \
  X(uint32_t, ebpf_ring_buffer_map_unmap_buffer, (abi::Fd map, void* consumer, const void* producer,                   \
      const void* data))                                                                                               \
  X(uint32_t, ebpf_ring_buffer_map_write, (abi::Fd map, const void* data, size_t size))                                \
  X(uint32_t, ebpf_perf_event_array_map_write, (abi::Fd map, const void* data, size_t size))                           \
  X(uint32_t, ebpf_api_elf_verify_program_from_memory, (const char* data, size_t size, const char* section,            \
      const char* program, const abi::Guid* type, uint32_t verbosity, const char** report, const char** error,         \
      abi::VerifierStatistics* statistics))                                                                                               \
  X(uint32_t, ebpf_api_elf_disassemble_program, (const char* file, const char* section, const char* program,           \
      const char** disassembly, const char** error))                                                                   \
  X(uint32_t, ebpf_enumerate_programs, (const char* file, bool verbose, abi::ListedProgram** programs,                 \
      const char** error))                                                                                             \
  X(void, ebpf_free_programs, (abi::ListedProgram* programs))                                                          \
  X(void, ebpf_free_string, (const char* string))
// clang-format on

struct Symbols {
#define WINBPF_FIELD(result, name, parameters) result(*name) parameters = nullptr;
  WINBPF_SYMBOLS(WINBPF_FIELD)
#undef WINBPF_FIELD
};

}  // namespace winbpf
