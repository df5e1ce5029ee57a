// What a test tells the double and asks it: exports that ebpfapi.dll does not have.
#pragma once
#include <cstdint>

// build.mjs names them to the linker.
#define DOUBLE_API extern "C"

/** Lets the next `times` calls of `name` fail with an ebpf_result_t (or its errno), after `skip` calls have gone well. */
DOUBLE_API void double_fail(const char* name, uint32_t result, uint32_t skip, uint32_t times);
/** Forgets every failure asked for. */
DOUBLE_API void double_heal();
/** Forgets everything: objects, descriptors, pins, links, counts. What the caller still holds is then invalid. */
DOUBLE_API void double_reset();
/**
 * Restarts the driver: its objects, pins and links are gone, and the device handles that threads hold are dead. What
 * calls open the device afterwards, on threads that never did, reach the new driver.
 */
DOUBLE_API void double_restart();
/** How often `name` was called. */
DOUBLE_API uint64_t double_calls(const char* name);
/** "descriptors", "objects", "pins", "links", "allocations", "mappings", "threads" (that called and have not ended). */
DOUBLE_API int64_t double_count(const char* what);
/** Copies what the caller did wrong, a line each; returns the bytes needed with the NUL. */
DOUBLE_API size_t double_violations(char* buffer, size_t size);
/** Runs the programs attached to an attach type number with this data; returns the last result, -1 where none is there. */
DOUBLE_API int64_t double_fire(uint32_t attach_type, const void* data, size_t size);
/** Sets the two marks of a ring's last record (libs/shared/ebpf_ring_buffer_record.h): 2 still being written, 1 discarded, 0 none. */
DOUBLE_API void double_mark(uint32_t map, uint32_t marks);
/** Makes every call block until `double_release`, so that a test can end an environment in the middle of one. */
DOUBLE_API void double_hold(const char* name);
DOUBLE_API void double_release();
