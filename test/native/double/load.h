// What loading byte code and loading an object file have in common.
#pragma once
#include "state.h"

/**
 * "Verifies" and makes a program whose wide loads name maps by descriptor. `templates` is whether the verifier is told of
 * the templates of maps of maps. A refusal is told in `log`.
 */
Result load_program(const std::vector<bpf_insn>& code, const std::string& name, uint32_t type, bool templates, std::string& log, fd_t& fd);

extern "C" int bpf_obj_get(const char* path);
