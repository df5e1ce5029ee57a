/**
 * What C gives back to the library. Here results are JavaScript's own: the functions are there so that a ported program
 * reads as it did, and do nothing, for null as well.
 */
export function memoryCalls() {
  return {
    /** For what `ebpf_enumerate_programs` gave. */
    ebpf_free_programs(_programs: unknown): void {},
    /** For the texts that other functions give. */
    ebpf_free_string(_text: string | null | undefined): void {},
    /** For what `ebpf_api_get_pinned_map_info` gave. */
    ebpf_api_map_info_free(_count: number, _maps: unknown): void {},
  };
}
