// What the double remembers: objects with ids and references, descriptors, pins, links, and what its caller did wrong.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "layout.h"

struct Object {
  const ObjectType type;
  /** Which start of the driver it belongs to. */
  uint32_t driver = 0;
  uint32_t id = 0;
  /** Descriptors and pins. */
  uint32_t users = 0;
  uint32_t pins = 0;
  explicit Object(ObjectType type) : type(type) {}
  virtual ~Object() = default;
  /** The last descriptor and the last pin are gone; other objects may still refer to this one. */
  virtual void abandoned() {}
};

struct Map;
struct Link;

struct Program : Object {
  std::string name, file, section;
  uint32_t program_type = 0, attach_type = 0, execution = 1;
  std::vector<bpf_insn> code;
  std::vector<std::shared_ptr<Map>> maps;
  Program() : Object(PROGRAM) {}
};

struct Link : Object {
  /** Null once detached. */
  std::shared_ptr<Program> program;
  uint32_t attach_type = 0;
  std::string parameter;
  uint32_t program_type = 0;
  Link() : Object(LINK) {}
  void abandoned() override { program.reset(); }
};

struct State {
  std::recursive_mutex lock;
  uint32_t next_id = 2;
  std::map<uint32_t, std::weak_ptr<Object>> ids;
  /**
   * Index is the descriptor: the lowest free one from 3, as the C run-time gives them. Where the caller closes
   * descriptors by the C run-time itself, as of versions before 0.21, it is one of that (`runtime_descriptor`).
   */
  std::vector<std::shared_ptr<Object>> descriptors;
  std::map<std::string, std::shared_ptr<Object>> pins;
  /** Links that the kernel itself holds ("legacy mode"). */
  std::set<std::shared_ptr<Link>> kept;
  uint32_t cpus = 2;
  /** How often the driver was restarted. */
  std::atomic<uint32_t> driver{0};
  uint64_t allocations = 0;
  uint64_t mappings = 0;

  uint32_t add(const std::shared_ptr<Object>& object);
  fd_t open(const std::shared_ptr<Object>& object);
  bool close(fd_t fd);
  /** Old versions: looks what descriptors the C run-time has closed and copied since. */
  void notice();
  std::shared_ptr<Object> get(fd_t fd);
  std::shared_ptr<Object> find(uint32_t id) const;
  void pin(const std::string& path, const std::shared_ptr<Object>& object);
  bool unpin(const std::string& path);
  /** Links that are attached now, in the order of their ids. */
  std::vector<std::shared_ptr<Link>> links() const;
};

State& state();

template <class T>
Result get(fd_t fd, ObjectType type, std::shared_ptr<T>& out) {
  const auto object = state().get(fd);
  if (!object) return INVALID_FD;
  // A file of a device that is no more is somebody else's file (libs/runtime/kernel/ebpf_handle_kernel.c).
  if (object->type != type || object->driver != state().driver) return INVALID_OBJECT;
  out = std::static_pointer_cast<T>(object);
  return SUCCESS;
}

/** A failure that a test asked for: `code` is an ebpf_result_t; functions with another kind of result give its errno. */
struct Injected {
  bool active = false;
  Result code = SUCCESS;
  explicit operator bool() const { return active; }
};

/** Every export calls it first, with its own name: counts the call and says whether a test wants it to fail. */
Injected called(const char* name);
/** Notes that the caller broke a rule of ebpfapi. */
void violation(const std::string& what);

/** errno of a result (libs/api_common/api_common.hpp), UCRT numbers. */
int errno_of(Result result);
/** Sets the errno of the universal C run-time, which is ebpfapi's, and gives the negative number. */
int fail(Result result);
int fail_errno(int number);

/** Memory that the caller has to give back with the right function. */
char* text(const std::string& value);
void* allocate(size_t size);
void release(const void* memory);
