/* Lookups in a hash map. */
/* BPF_MAP_TYPE_HASH of Windows (ebpf_structs.h). */
#define KIND 1
#define LOOKUPS hashmap
#include "maps.h"
