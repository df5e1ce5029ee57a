/* Lookups in an array map. */
/* BPF_MAP_TYPE_ARRAY of Windows (ebpf_structs.h). */
#define KIND 2
#define LOOKUPS arraymap
#include "maps.h"
