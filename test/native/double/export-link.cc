// Links: libs/api/libbpf_link.cpp, ebpf_program_attach_by_fds of libs/api/ebpf_api.cpp.
#include <cstring>

#include "export.h"
#include "types.h"

namespace {

uint32_t number_in(const std::string& parameter) {
  uint32_t number = 0;
  std::memcpy(&number, parameter.data(), parameter.size() < 4 ? parameter.size() : 4);
  return number;
}

Result attach(fd_t fd, const AttachType* type, const std::string& parameter, std::shared_ptr<Link>& out) {
  std::shared_ptr<Program> program;
  if (const Result result = get(fd, PROGRAM, program)) return result;
  if (type == nullptr) return INVALID_ARGUMENT;
  if (type->program_type != program->program_type) return EXTENSION_FAILED_TO_LOAD;
  // Hooks refuse a second client with the same parameter; of sock_addr netebpfext takes several (netebpfext/net_ebpf_ext_sock_addr.c).
  for (const auto& link : state().links()) {
    if (link->attach_type == type->number && link->parameter == parameter && type->program_type != 3) return EXTENSION_FAILED_TO_LOAD;
  }
  auto link = std::make_shared<Link>();
  link->program = program;
  link->attach_type = type->number;
  link->program_type = program->program_type;
  link->parameter = parameter;
  state().add(link);
  out = link;
  return SUCCESS;
}

std::string four_bytes(uint32_t number) { return {reinterpret_cast<const char*>(&number), 4}; }

void detach(const std::shared_ptr<Link>& link) {
  link->program.reset();
  state().kept.erase(link);
}

std::shared_ptr<Link> xdp_on(uint32_t interface_index) {
  for (const auto& link : state().links()) {
    if (link->attach_type == 1 && number_in(link->parameter) == interface_index) return link;
  }
  return nullptr;
}

}  // namespace

EXPORT Result ebpf_program_attach_by_fds(fd_t fd, const Guid* type, const void* parameter, size_t size, fd_t* out) {
  BEGIN_RESULT();
  const std::string bytes(static_cast<const char*>(parameter == nullptr ? "" : parameter), parameter == nullptr ? 0 : size);
  std::shared_ptr<Link> link;
  std::shared_ptr<Program> program;
  if (const Result result = get(fd, PROGRAM, program)) return result;
  const auto* attach_to = type == nullptr ? attach_type(program->attach_type) : attach_type(*type);
  if (const Result result = attach(fd, attach_to, bytes, link)) return result;
  *out = state().open(link);
  return *out < 0 ? NO_MEMORY : SUCCESS;
}

EXPORT int bpf_link_detach(int fd) {
  BEGIN_INT();
  std::shared_ptr<Link> link;
  if (const Result result = get(fd, LINK, link)) return fail(result);
  detach(link);
  return 0;
}

// `compartment` is not a descriptor, whatever Linux calls it; the link lives on without a handle.
EXPORT int bpf_prog_attach(int fd, int compartment, uint32_t type, uint32_t flags) {
  BEGIN_INT();
  const auto* known = attach_type(type);
  if (flags != 0 || known == nullptr || known->link_type != 2) return fail(OPERATION_NOT_SUPPORTED);
  std::shared_ptr<Link> link;
  if (const Result result = attach(fd, known, four_bytes(static_cast<uint32_t>(compartment)), link)) return fail(result);
  state().kept.insert(link);
  return 0;
}

EXPORT int bpf_prog_detach2(int fd, int compartment, uint32_t type) {
  BEGIN_INT();
  const auto* known = attach_type(type);
  if (known == nullptr) return fail(INVALID_ARGUMENT);
  if (known->link_type != 2) return fail(OPERATION_NOT_SUPPORTED);
  std::shared_ptr<Program> program;
  if (fd != -1) {
    if (const Result result = get(fd, PROGRAM, program)) return fail(result);
  }
  for (const auto& link : state().links()) {
    const bool meant = fd == -1 || link->program == program;
    if (meant && link->attach_type == type && link->parameter == four_bytes(static_cast<uint32_t>(compartment))) detach(link);
  }
  return 0;
}

EXPORT int bpf_prog_detach(int compartment, uint32_t type) {
  BEGIN_INT();
  for (const auto& link : state().links()) {
    if (link->attach_type == type && link->parameter == four_bytes(static_cast<uint32_t>(compartment))) detach(link);
  }
  return 0;
}

EXPORT int bpf_xdp_attach(int interface_index, int fd, uint32_t, const bpf_xdp_attach_opts*) {
  BEGIN_INT();
  if (const auto old = xdp_on(static_cast<uint32_t>(interface_index)); old && fd == -1) detach(old);
  if (fd == -1) return 0;
  std::shared_ptr<Link> link;
  if (const Result result = attach(fd, attach_type(1u), four_bytes(static_cast<uint32_t>(interface_index)), link)) return fail(result);
  state().kept.insert(link);
  return 0;
}

EXPORT int bpf_xdp_detach(int interface_index, uint32_t, const bpf_xdp_attach_opts*) {
  BEGIN_INT();
  if (const auto link = xdp_on(static_cast<uint32_t>(interface_index))) detach(link);
  return 0;
}

EXPORT int bpf_xdp_query_id(int interface_index, int, uint32_t* id) {
  BEGIN_INT();
  const auto link = xdp_on(static_cast<uint32_t>(interface_index));
  *id = link ? link->program->id : 0;
  return link ? 0 : fail(OBJECT_NOT_FOUND);
}
