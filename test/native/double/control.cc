#include "control.h"

#include <windows.h>

#include <condition_variable>
#include <cstring>

#include "map.h"
#include "run.h"
#include "state.h"

namespace {

struct Failure {
  Result result;
  uint32_t skip, times;
};

struct Control {
  std::mutex lock;
  std::condition_variable released;
  std::map<std::string, Failure> failures;
  std::map<std::string, uint64_t> calls;
  std::set<uint32_t> threads;
  std::string held;
  std::string violations;
};

Control& control() {
  static Control instance;
  return instance;
}

/** Exports that never speak to the driver convert, parse, or work on what the process has. */
bool needs_device(const std::string& name) {
  for (const char* part : {"libbpf_", "free", "close_fd", "duplicate_fd", "type", "verif", "elf_", "enumerate",
                           "canonicalize", "consume", "poll"}) {
    if (name.find(part) != std::string::npos) return false;
  }
  return true;
}

/**
 * Each thread opens the device with its first call and never again; test runs go through a handle that the process opens
 * with the library (libs/api_common/device_helper.cpp).
 */
bool has_device(const std::string& name) {
  const uint32_t driver = state().driver;
  if (name == "bpf_prog_test_run_opts") return driver == 0;
  thread_local int64_t opened = -1;
  if (opened < 0) opened = driver;
  return opened == driver;
}

}  // namespace

Injected called(const char* name) {
  auto& it = control();
  std::unique_lock guard(it.lock);
  it.calls[name]++;
  it.threads.insert(GetCurrentThreadId());
  it.released.wait(guard, [&] { return it.held != name; });
  if (needs_device(name) && !has_device(name)) return {true, FAILED};
  const auto found = it.failures.find(name);
  if (found == it.failures.end()) return {};
  if (found->second.skip > 0) {
    found->second.skip--;
    return {};
  }
  const Injected injected{true, found->second.result};
  if (--found->second.times == 0) it.failures.erase(found);
  return injected;
}

void violation(const std::string& what) {
  std::lock_guard guard(control().lock);
  control().violations += what + "\n";
}

void double_fail(const char* name, uint32_t result, uint32_t skip, uint32_t times) {
  std::lock_guard guard(control().lock);
  control().failures[name] = {static_cast<Result>(result), skip, times};
}

void double_heal() {
  std::lock_guard guard(control().lock);
  control().failures.clear();
}

void double_reset() {
  double_heal();
  {
    std::lock_guard guard(control().lock);
    control().calls.clear();
    control().violations.clear();
  }
  auto& it = state();
  std::lock_guard guard(it.lock);
  it.pins.clear();
  it.kept.clear();
  it.descriptors.clear();
  it.ids.clear();
  it.next_id = 2;
}

void double_restart() {
  auto& it = state();
  std::lock_guard guard(it.lock);
  it.driver++;
  it.pins.clear();
  it.kept.clear();
  it.ids.clear();
}

uint64_t double_calls(const char* name) {
  std::lock_guard guard(control().lock);
  const auto found = control().calls.find(name);
  return found == control().calls.end() ? 0 : found->second;
}

int64_t double_count(const char* what) {
  const std::string name = what;
  if (name == "threads") {
    std::lock_guard guard(control().lock);
    return static_cast<int64_t>(control().threads.size());
  }
  auto& it = state();
  std::lock_guard guard(it.lock);
  int64_t count = 0;
  it.notice();
  if (name == "descriptors") {
    for (const auto& object : it.descriptors) count += object != nullptr;
  } else if (name == "objects") {
    for (const auto& [id, object] : it.ids) count += !object.expired();
  } else if (name == "pins") {
    count = static_cast<int64_t>(it.pins.size());
  } else if (name == "links") {
    count = static_cast<int64_t>(it.links().size());
  } else if (name == "allocations") {
    count = static_cast<int64_t>(it.allocations);
  } else if (name == "mappings") {
    count = static_cast<int64_t>(it.mappings);
  } else {
    count = -1;
  }
  return count;
}

size_t double_violations(char* buffer, size_t size) {
  std::lock_guard guard(control().lock);
  const auto& text = control().violations;
  if (buffer != nullptr && size > text.size()) std::memcpy(buffer, text.c_str(), text.size() + 1);
  return text.size() + 1;
}

int64_t double_fire(uint32_t attach_type, const void* data, size_t size) {
  auto& it = state();
  std::lock_guard guard(it.lock);
  int64_t result = -1;
  for (const auto& link : it.links()) {
    if (link->attach_type != attach_type) continue;
    std::string bytes(static_cast<const char*>(data), size);
    std::string context(64, '\0');
    result = run(*link->program, context, bytes, 0);
  }
  return result;
}

void double_mark(uint32_t map, uint32_t marks) {
  auto& it = state();
  std::lock_guard guard(it.lock);
  const auto object = it.find(map);
  if (object && object->type == MAP) static_cast<Map&>(*object).rings[0]->mark(marks);
}

void double_hold(const char* name) {
  std::lock_guard guard(control().lock);
  control().held = name;
}

void double_release() {
  {
    std::lock_guard guard(control().lock);
    control().held.clear();
  }
  control().released.notify_all();
}

// ebpfapi keeps a device handle per thread and closes it when the thread ends (libs/api_common/device_helper.cpp).
extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD reason, LPVOID) {
  if (reason == DLL_THREAD_DETACH) {
    std::lock_guard guard(control().lock);
    control().threads.erase(GetCurrentThreadId());
  }
  return TRUE;
}
