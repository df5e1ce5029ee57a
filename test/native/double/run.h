// Just enough of an eBPF machine for the double's programs to count, write to rings and tail-call.
#pragma once
#include <string>

#include "map.h"
#include "state.h"

/** Runs a program; the first two 8-byte fields of the context are set to the data's bounds, and zero afterwards. */
uint32_t run(const Program& program, std::string& context, std::string& data, uint32_t cpu);
