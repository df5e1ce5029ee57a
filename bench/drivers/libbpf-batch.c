// The C loop over libbpf that bench/native.mjs compares with: nanoseconds of CPU time per lookup, and per entry of a
// batch of 1,000, on a hash map of 10,000 entries of 4 and 8 bytes.
#include <bpf/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(void) {
  static uint32_t keys[1000];
  static uint64_t values[1000];
  int map = bpf_map_create(BPF_MAP_TYPE_HASH, "bench", 4, 8, 20000, NULL);
  if (map < 0) return 1;
  for (uint32_t i = 0; i < 10000; i++) {
    uint64_t value = i;
    bpf_map_update_elem(map, &i, &value, 0);
  }
  uint64_t sum = 0;
  double start = now();
  for (uint32_t i = 0; i < 500000; i++) {
    uint32_t key = i % 10000;
    uint64_t value = 0;
    bpf_map_lookup_elem(map, &key, &value);
    sum += value;
  }
  double get = (now() - start) / 500000;
  LIBBPF_OPTS(bpf_map_batch_opts, options);
  long entries = 0;
  start = now();
  for (int round = 0; round < 20; round++) {
    uint32_t place = 0, next = 0, count;
    void* from = NULL;
    int result = 0;
    while (result == 0) {
      count = 1000;
      result = bpf_map_lookup_batch(map, from, &next, keys, values, &count, &options);
      for (uint32_t i = 0; i < count; i++) sum += values[i];
      entries += count;
      place = next;
      from = &place;
    }
  }
  printf("%f %f %d\n", get, (now() - start) / entries, (int)(sum & 1));
  return 0;
}
