/* An array and a hash map of 1,024 numbers for machines without maps: the peers of maps.h of the programs. */
#include <stdint.h>

#define ENTRIES 1024

static uint64_t array_values[ENTRIES];
static struct {
    uint32_t key, used;
    uint64_t value;
} hash_slots[2 * ENTRIES];

static uint32_t hash_of(uint32_t key)
{
    key ^= key >> 16;
    key *= 0x85ebca6b;
    key ^= key >> 13;
    return key % (2 * ENTRIES);
}

static uint64_t* array_lookup(const uint32_t* key)
{
    return *key < ENTRIES ? &array_values[*key] : 0;
}

static uint64_t* hash_lookup(const uint32_t* key)
{
    for (uint32_t at = hash_of(*key); hash_slots[at].used; at = (at + 1) % (2 * ENTRIES))
        if (hash_slots[at].key == *key) return &hash_slots[at].value;
    return 0;
}

static void fill_maps(void)
{
    for (uint32_t key = 0; key < ENTRIES; key++) {
        uint32_t at = hash_of(key);
        while (hash_slots[at].used && hash_slots[at].key != key) at = (at + 1) % (2 * ENTRIES);
        hash_slots[at].key = key;
        hash_slots[at].used = 1;
        hash_slots[at].value = key;
        array_values[key] = key;
    }
}
