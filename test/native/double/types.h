// Program and attach types that this double's "machine" has providers for, as include/ebpf_program_attach_type_guids.h
// and the providers' section prefixes name them.
#pragma once
#include "layout.h"

struct ProgramType {
  uint32_t number;
  const char* name;
  uint32_t context_size;
  Guid guid;
};

struct AttachType {
  uint32_t number;
  /** Prefix of ELF section names. */
  const char* prefix;
  uint32_t program_type;
  /** bpf_link_type. */
  uint32_t link_type;
  Guid guid;
};

const ProgramType* program_type(uint32_t number);
const ProgramType* program_type(const Guid& guid);
const AttachType* attach_type(uint32_t number);
const AttachType* attach_type(const Guid& guid);
/** The longest prefix of a section's name decides. */
const AttachType* attach_type(const char* section);
