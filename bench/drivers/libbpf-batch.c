// The C loop over libbpf that bench/native.mjs compares with, on the very map that JavaScript reads: a hash map of 10,000
// entries of 4 and 8 bytes, whose id is the argument. For every "l" of standard input it looks keys up and prints nanoseconds
// of CPU time per lookup, for every "e" it walks through the map and prints those per entry of a batch of 1,000.
#include <bpf/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ENTRIES 10000
#define LOOKUPS 50000
#define WALKS 5

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static uint64_t sum;

static double lookups(int map) {
  double start = now();
  for (uint32_t i = 0; i < LOOKUPS; i++) {
    uint32_t key = i % ENTRIES;
    uint64_t value = 0;
    if (bpf_map_lookup_elem(map, &key, &value) != 0) exit(1);
    sum += value;
  }
  return (now() - start) / LOOKUPS;
}

static double batches(int map) {
  static uint32_t keys[1000];
  static uint64_t values[1000];
  LIBBPF_OPTS(bpf_map_batch_opts, options);
  long entries = 0;
  double start = now();
  for (int walk = 0; walk < WALKS; walk++) {
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
  return (now() - start) / entries;
}

int main(int argc, char** argv) {
  int map = argc > 1 ? bpf_map_get_fd_by_id(strtoul(argv[1], NULL, 10)) : -1;
  if (map < 0) return 1;
  for (int what = getchar(); what != EOF; what = getchar()) {
    printf("%f\n", what == 'l' ? lookups(map) : batches(map));
    fflush(stdout);
  }
  return (int)(sum >> 63);
}
