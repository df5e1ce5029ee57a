// Programs by descriptor: libs/api/libbpf_program.cpp, libs/api/ebpf_api.cpp.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "export.h"
#include "load.h"
#include "run.h"
#include "types.h"

namespace {

/** Bytes of one message to the driver (libs/execution_context/ebpf_protocol.h): what goes in must fit it. */
constexpr uint32_t MESSAGE = 65535, REQUEST = 49, REPLY = 27;

/** What this double's "verifier" refuses: a program that ends before it gave r0 a value. */
bool refuses(const std::vector<bpf_insn>& code) { return code[0].code == 0x95; }

const char* const refusal = "0: Invalid type (r0.type == number)\n\n";

/** What upstream's verifier says of a lookup in a map of maps (libs/api_common/map_descriptors.cpp). */
const char* const no_template = "Map cache entry for original map fd 0 not found.\n";

/** ebpf_program_load_bytes (libs/api/ebpf_api.cpp) gives 0 for the descriptor of the template of every map. */
bool looks_up_maps(const Program& program) {
  bool lookup = false;
  for (const auto& insn : program.code) lookup |= insn.code == 0x85 && insn.src == 0 && insn.imm == 1;
  if (!lookup) return false;
  for (const auto& map : program.maps) {
    if (map->map_type == HASH_OF_MAPS || map->map_type == ARRAY_OF_MAPS) return true;
  }
  return false;
}

// Maps named by descriptor become indexes of the program's own list.
Result link_maps(Program& program) {
  for (size_t i = 0; i + 1 < program.code.size(); i++) {
    auto& insn = program.code[i];
    if (insn.code != 0x18) continue;
    if (insn.src == 1 || insn.src == 2) {
      std::shared_ptr<Map> map;
      if (const Result result = get(insn.imm, MAP, map)) return result;
      // A program refers to a map once, however often it loads it.
      const auto known = std::find(program.maps.begin(), program.maps.end(), map);
      insn.imm = static_cast<int32_t>(known - program.maps.begin());
      if (known == program.maps.end()) program.maps.push_back(map);
    }
    i++;
  }
  return SUCCESS;
}

std::string generated_name(const std::vector<bpf_insn>& code) {
  uint64_t hash = 14695981039346656037ull;
  const auto* bytes = reinterpret_cast<const uint8_t*>(code.data());
  for (size_t i = 0; i < code.size() * sizeof(bpf_insn); i++) hash = (hash ^ bytes[i]) * 1099511628211ull;
  char text[65];
  for (int i = 0; i < 4; i++) std::snprintf(text + i * 16, 17, "%016llx", static_cast<unsigned long long>(hash + i));
  return std::string(text, 63);  // 63 hex digits, as upstream's; upstream takes them from SHA-256
}

// ebpf_program_test_run (libs/api/ebpf_api.cpp) and _ebpf_core_protocol_program_test_run (libs/execution_context/ebpf_core.c). The
// driver's reply has the context at its end, behind the room for data; the library looks for it right behind the data that there is.
Result run_times(const Program& program, bpf_test_run_opts& opts) {
  if (opts.ctx_size_out + opts.data_size_out > MESSAGE - REPLY) return INVALID_ARGUMENT;
  if (opts.ctx_size_out + opts.data_size_out < opts.ctx_size_in) return ARITHMETIC_OVERFLOW;
  if (opts.cpu >= state().cpus) return INVALID_ARGUMENT;
  const bool socket = program.program_type == 3 || program.program_type == 4;
  if (socket && opts.data_size_in != 0) return INVALID_ARGUMENT;
  if (opts.ctx_size_in < program_type(program.program_type)->context_size && (socket || opts.ctx_size_in != 0)) return INVALID_ARGUMENT;
  if (opts.ctx_size_in + opts.data_size_in > MESSAGE - REQUEST) return INVALID_ARGUMENT;
  std::string data(static_cast<const char*>(opts.data_in == nullptr ? "" : opts.data_in), opts.data_size_in);
  std::string context(static_cast<const char*>(opts.ctx_in == nullptr ? "" : opts.ctx_in), opts.ctx_size_in);
  uint32_t result = 0;
  for (int i = 0; i < (opts.repeat < 1 ? 1 : opts.repeat); i++) result = run(program, context, data, opts.cpu);
  context.resize(opts.ctx_size_in);
  const size_t room = opts.data_size_out + opts.ctx_size_out - context.size();
  if (room > 0 && room < data.size()) return INSUFFICIENT_BUFFER;
  if (room == 0) data.clear();
  std::string reply(room + context.size(), '\0');
  std::memcpy(reply.data(), data.data(), data.size());
  std::memcpy(reply.data() + room, context.data(), context.size());
  if (opts.data_out != nullptr) {
    if (data.size() > opts.data_size_out) return INSUFFICIENT_BUFFER;
    std::memcpy(opts.data_out, reply.data(), data.size());
    opts.data_size_out = static_cast<uint32_t>(data.size());
  }
  if (opts.ctx_out != nullptr) {
    if (context.size() > opts.ctx_size_out) return INSUFFICIENT_BUFFER;
    std::memcpy(opts.ctx_out, reply.data() + data.size(), context.size());
    opts.ctx_size_out = static_cast<uint32_t>(context.size());
  }
  opts.retval = result;
  opts.duration = 100;
  return SUCCESS;
}

}  // namespace

Result load_program(const std::vector<bpf_insn>& code, const std::string& name, uint32_t type, bool templates, std::string& log, fd_t& fd) {
  auto program = std::make_shared<Program>();
  program->code = code;
  if (refuses(code)) {
    // As long as a test wants it: the instruction says by how much.
    log = refusal + std::string(static_cast<size_t>(std::max(code[0].imm, 0)), '.');
    return VERIFICATION_FAILED;
  }
  if (const Result result = link_maps(*program)) return result;
  if (!templates && looks_up_maps(*program)) {
    log = no_template;
    return VERIFICATION_FAILED;
  }
  // An array of programs takes the type of what uses it (ebpf_program_associate_maps, libs/execution_context/ebpf_program.c).
  for (const auto& map : program->maps) {
    if (map->map_type == PROG_ARRAY && !map->take_program_type(type)) return INVALID_FD;
  }
  program->name = name;
  program->program_type = type;
  state().add(program);
  fd = state().open(program);
  return SUCCESS;
}

EXPORT int bpf_prog_load(uint32_t type, const char* name, const char*, const bpf_insn* insns, size_t count,
                         const bpf_prog_load_opts* opts) {
  BEGIN_INT();
  if (opts != nullptr && opts->sz != sizeof(*opts)) violation("bpf_prog_load: opts.sz is not 104");
  if (program_type(type) == nullptr || insns == nullptr || count == 0) return fail(INVALID_ARGUMENT);
  if (name != nullptr && std::strlen(name) >= 64) return fail(INVALID_ARGUMENT);
  if (count * sizeof(bpf_insn) > MESSAGE) return fail(ARITHMETIC_OVERFLOW);
  const bool logs = opts != nullptr && opts->log_buf != nullptr;
  if (opts != nullptr && logs != (opts->log_size != 0)) return fail(INVALID_ARGUMENT);
  const std::vector<bpf_insn> code(insns, insns + count);
  std::string log;
  fd_t fd = -1;
  Result result = load_program(code, name == nullptr ? generated_name(code) : name, type, false, log, fd);
  if (logs) {
    std::strncpy(opts->log_buf, log.c_str(), opts->log_size - 1);
    opts->log_buf[opts->log_size - 1] = '\0';
    if (log.size() >= opts->log_size) result = OUT_OF_SPACE;
  }
  return result == SUCCESS ? fd : fail(result);
}

EXPORT int bpf_prog_bind_map(int program_fd, int map_fd, const bpf_prog_bind_opts* opts) {
  BEGIN_INT();
  if (opts != nullptr && opts->flags != 0) return fail(INVALID_ARGUMENT);
  std::shared_ptr<Program> program;
  std::shared_ptr<Map> map;
  if (const Result result = get(program_fd, PROGRAM, program)) return fail(result);
  if (const Result result = get(map_fd, MAP, map)) return fail(result);
  if (map->map_type == PROG_ARRAY && !map->take_program_type(program->program_type)) return fail(INVALID_FD);
  program->maps.push_back(map);
  return 0;
}

EXPORT int bpf_prog_test_run_opts(int fd, bpf_test_run_opts* opts) {
  BEGIN_INT();
  REQUIRED(opts);
  if (opts->sz != sizeof(*opts)) violation("bpf_prog_test_run_opts: opts.sz is not 80");
  if (opts->ctx_in != nullptr && opts->ctx_out == nullptr && opts->data_size_out < opts->ctx_size_in) {
    violation("bpf_prog_test_run_opts: ctx_in needs a ctx_out of the same size");
  }
  std::shared_ptr<Program> program;
  if (const Result result = get(fd, PROGRAM, program)) return fail(result);
  return fail(run_times(*program, *opts));
}

EXPORT Result ebpf_program_query_info(fd_t fd, uint32_t* execution, const char** file, const char** section) {
  BEGIN_RESULT();
  std::shared_ptr<Program> program;
  if (const Result result = get(fd, PROGRAM, program)) return result;
  *execution = program->execution;
  *file = text(program->file);
  *section = text(program->section);
  return SUCCESS;
}

EXPORT Result ebpf_program_synchronize() {
  BEGIN_RESULT();
  return SUCCESS;
}

// A native image is stood in for by a text file: lines "map NAME TYPE KEY VALUE MAX" and "program NAME TYPE SECTION
// RESULT"; a program of it returns RESULT. Nothing after a line "end" is read.
EXPORT Result ebpf_object_load_native_by_fds(const char* file, size_t* map_count, fd_t* maps, size_t* program_count,
                                             fd_t* programs) {
  BEGIN_RESULT();
  std::ifstream input(std::filesystem::u8path(file));  // UTF-8 (_get_wstring_from_string, libs/api/ebpf_api.cpp)
  if (!input) return FILE_NOT_FOUND;
  std::vector<std::shared_ptr<Map>> new_maps;
  std::vector<std::shared_ptr<Program>> new_programs;
  std::string line;
  while (std::getline(input, line)) {
    std::istringstream words(line);
    std::string kind, name;
    words >> kind >> name;
    if (kind == "end") break;
    if (kind == "map") {
      auto map = std::make_shared<Map>();
      uint32_t type = 0;
      words >> type >> map->key_size >> map->value_size >> map->max_entries;
      map->map_type = static_cast<MapType>(type);
      map->name = name;
      map->prepare();
      new_maps.push_back(map);
    } else if (kind == "program") {
      auto program = std::make_shared<Program>();
      int32_t result = 0;
      words >> program->program_type >> program->section >> result;
      program->name = name;
      program->file = file;
      program->execution = 3;
      program->code = {{0xb7, 0, 0, 0, result}, {0x95, 0, 0, 0, 0}};
      new_programs.push_back(program);
    } else if (!kind.empty()) {
      return ELF_PARSING_FAILED;
    }
  }
  // Too little room is told by NO_MEMORY and the counts needed (libs/api/ebpf_api.cpp).
  const bool fits = new_maps.size() <= *map_count && new_programs.size() <= *program_count;
  *map_count = new_maps.size();
  *program_count = new_programs.size();
  if (!fits) return NO_MEMORY;
  for (size_t i = 0; i < new_maps.size(); i++) {
    state().add(new_maps[i]);
    maps[i] = state().open(new_maps[i]);
  }
  for (size_t i = 0; i < new_programs.size(); i++) {
    new_programs[i]->maps = new_maps;
    state().add(new_programs[i]);
    programs[i] = state().open(new_programs[i]);
  }
  return SUCCESS;
}
