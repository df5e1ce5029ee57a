// Which of the functions that the addon calls a version of ebpfapi.dll does not export (ebpfapi/Source.def at the tags
// Release-v0.17.0, Release-v0.21.0, v1.0.0-rc2 and Release-v1.1.0 of ebpf-for-windows). 0.18 to 0.20 are as 0.17 but for
// ebpf_ring_buffer_map_write, which only tests call; what 1.1 has, all later ones have.
const before11 = [
  "perf_buffer__consume",
  "perf_buffer__poll",
  "perf_buffer__buffer_cnt",
  "ebpf_perf_buffer_get_wait_handle",
];
const before10 = [
  ...before11,
  "ebpf_map_set_wait_handle",
  "ebpf_program_synchronize",
  "ebpf_ring_buffer_map_map_buffer",
  "ebpf_ring_buffer_map_unmap_buffer",
];
export const versions = {
  0.17: [
    ...before10,
    "ebpf_close_fd",
    "ebpf_duplicate_fd",
    "ebpf_get_ebpf_program_type",
    "ebpf_get_next_pinned_object_path",
    "ebpf_object_get_info_by_fd",
    "ebpf_object_load_native_by_fds",
    "ebpf_perf_event_array_map_write",
    "ebpf_program_attach_by_fds",
    "perf_buffer__free",
    "perf_buffer__new",
  ],
  0.21: before10,
};
