// What only libbpf's own loader can give an object: places of the kernel's own structs (CO-RE), its version, a callback, a
// lock in a map's value, a program that is not loaded unless it is asked for.
#include "linux.h"

typedef __u32 u32;
typedef __u64 u64;

static long (*const bpf_spin_lock)(void *lock) = (void *)93;
static long (*const bpf_spin_unlock)(void *lock) = (void *)94;
static long (*const bpf_loop)(u32 times, void *callback, void *context, u64 flags) = (void *)181;

struct task_struct {
  int pid;
} __attribute__((preserve_access_index));

extern int LINUX_KERNEL_VERSION __attribute__((section(".kconfig")));

struct bpf_spin_lock {
  u32 value;
};
struct guarded {
  struct bpf_spin_lock lock;
  u32 count;
};

struct {
  __uint(type, 2);
  __uint(max_entries, 1);
  __uint(pinning, 1);
  __type(key, u32);
  __type(value, struct guarded);
} guarded SEC(".maps");

const volatile u32 factor = 3;
u32 total = 40;

SEC("tc") int place_of_pid(void *ctx) {
  (void)ctx;
  return __builtin_preserve_field_info(((struct task_struct *)0)->pid, 0);
}

SEC("tc") int version(void *ctx) {
  (void)ctx;
  return LINUX_KERNEL_VERSION;
}

static long add(u64 index, u64 *sum) {
  *sum += index;
  return 0;
}

SEC("tc") int sum(void *ctx) {
  (void)ctx;
  u64 result = 0;
  bpf_loop(5, add, &result, 0);
  return result * factor;
}

SEC("tc") int count(void *ctx) {
  (void)ctx;
  u32 zero = 0;
  struct guarded *found = bpf_map_lookup_elem(&guarded, &zero);
  if (!found) return -1;
  bpf_spin_lock(&found->lock);
  found->count++;
  bpf_spin_unlock(&found->lock);
  total++;
  return found->count;
}

SEC("?tc") int on_request(void *ctx) {
  (void)ctx;
  return 7;
}

SEC("?tc") int wild(void *ctx) {
  (void)ctx;
  return *(volatile int *)16;
}
