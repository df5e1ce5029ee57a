// What the DLL says of object files. The double does not verify: it accepts whatever begins like an ELF file, and its
// texts are its own; what is tested is that they come across the border and are freed. Signatures: include/ebpf_api.h.
#include <cstring>
#include <fstream>
#include <iterator>

#include "export.h"
#include "types.h"

namespace {

bool elf(const std::string& bytes) { return bytes.compare(0, 4, "\x7f" "ELF") == 0; }

/** In the code page, as std::ifstream reads paths (libs/api/Verifier.cpp). */
bool read(const char* path, std::string& bytes) {
  std::ifstream input(path, std::ios::binary);
  bytes.assign(std::istreambuf_iterator<char>(input), {});
  return static_cast<bool>(input) || !bytes.empty();
}

uint32_t verify(const std::string& bytes, const char* section, const char** report, const char** error,
                ebpf_api_verifier_stats_t* stats) {
  *error = nullptr;
  *report = text("");
  if (!elf(bytes)) {
    *error = text("error: ELF file is malformed");
    return 1;
  }
  release(*report);
  *report = text(std::string("\nVerification succeeded") + (section == nullptr ? "" : std::string(" of ") + section) + "\n");
  if (stats != nullptr) *stats = {1, 0, 7};
  return 0;
}

}  // namespace

EXPORT uint32_t ebpf_api_elf_verify_program_from_memory(const char* data, size_t size, const char* section, const char*,
                                                        const Guid*, uint32_t, const char** report, const char** error,
                                                        ebpf_api_verifier_stats_t* stats) {
  BEGIN_RESULT();
  return verify(std::string(data, size), section, report, error, stats);
}

EXPORT uint32_t ebpf_api_elf_verify_program_from_file(const char* file, const char* section, const char*, const Guid*, uint32_t,
                                                      const char** report, const char** error, ebpf_api_verifier_stats_t* stats) {
  BEGIN_RESULT();
  std::string bytes;
  read(file, bytes);
  return verify(bytes, section, report, error, stats);
}

EXPORT uint32_t ebpf_api_elf_disassemble_program(const char* file, const char* section, const char*, const char** disassembly,
                                                 const char** error) {
  BEGIN_RESULT();
  *disassembly = *error = nullptr;
  std::string bytes;
  if (!read(file, bytes) || !elf(bytes)) {
    *error = text(std::string("error: Can't process ELF file ") + file);
    return 1;
  }
  *disassembly = text(std::string("; ") + (section == nullptr ? "the first section" : section) + "\n       0:\tr0 = 0\n       1:\texit\n\n");
  return 0;
}

EXPORT Result ebpf_enumerate_programs(const char* file, bool verbose, ebpf_api_program_info_t** infos, const char** error) {
  BEGIN_RESULT();
  *infos = nullptr;
  *error = nullptr;
  std::string bytes;
  if (!read(file, bytes) || !elf(bytes)) {
    *error = text(std::string("error: Can't process ELF file ") + file);
    return bytes.empty() ? FILE_NOT_FOUND : ELF_PARSING_FAILED;
  }
  for (const char* section : {"xdp", "bind"}) {
    auto* info = static_cast<ebpf_api_program_info_t*>(allocate(sizeof(ebpf_api_program_info_t)));
    const auto* type = attach_type(section);
    info->next = *infos;
    info->section_name = text(section);
    info->program_name = text(std::string(section) + "_program");
    info->program_type = program_type(type->program_type)->guid;
    info->expected_attach_type = type->guid;
    info->raw_data_size = 16;
    info->raw_data = static_cast<char*>(allocate(16));
    if (verbose) {
      info->stats = static_cast<ebpf_stat_t*>(allocate(sizeof(ebpf_stat_t)));
      info->stats->key = text("Instructions");
      info->stats->value = 2;
    }
    *infos = info;
  }
  return SUCCESS;
}

EXPORT void ebpf_free_programs(ebpf_api_program_info_t* info) {
  called(__func__);
  while (info != nullptr) {
    auto* next = info->next;
    for (auto* stat = info->stats; stat != nullptr;) {
      auto* after = stat->next;
      release(stat->key);
      release(stat);
      stat = after;
    }
    release(info->section_name);
    release(info->program_name);
    release(info->raw_data);
    release(info);
    info = next;
  }
}

EXPORT Result ebpf_api_get_data_section(const char* file, const char* section, uint8_t* data, size_t* size) {
  BEGIN_RESULT();
  std::string bytes;
  if (!read(file, bytes)) return FILE_NOT_FOUND;
  if (!elf(bytes)) return INVALID_OBJECT;
  if (std::strcmp(section, ".data") != 0) return OBJECT_NOT_FOUND;
  const size_t room = *size;
  *size = 8;
  if (data == nullptr) return SUCCESS;
  if (room < 8) return INSUFFICIENT_BUFFER;
  std::memcpy(data, "\1\2\3\4\5\6\7\10", 8);
  return SUCCESS;
}
