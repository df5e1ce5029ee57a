#include "state.h"

#include <windows.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

State& state() {
  static State instance;
  return instance;
}

uint32_t State::add(const std::shared_ptr<Object>& object) {
  object->driver = driver;
  object->id = next_id++;  // one counter for all kinds, first 2 (libs/runtime/ebpf_object.c)
  ids[object->id] = object;
  return object->id;
}

#ifdef WINBPF_DOUBLE_OLD
namespace {

template <class Function>
Function of_runtime(const char* name) {
  return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(LoadLibraryW(L"ucrtbase.dll"), name)));
}

/** As many descriptors as a test of an old version opens at once, and more. */
constexpr int LAST_DESCRIPTOR = 255;

/** A descriptor of the universal C run-time: a file that has the object's address in it, by which copies are known. */
size_t runtime_descriptor(const Object* object) {
  wchar_t folder[MAX_PATH] = {}, path[MAX_PATH] = {};
  GetTempPathW(MAX_PATH, folder);
  GetTempFileNameW(folder, L"fd", 0, path);
  HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                            CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, nullptr);
  DWORD written = 0;
  WriteFile(file, &object, sizeof(object), &written, nullptr);
  return static_cast<size_t>(of_runtime<int (*)(intptr_t, int)>("_open_osfhandle")(reinterpret_cast<intptr_t>(file), 0));
}

/** The address in the file behind a descriptor; NULL where there is none. */
const Object* address_in(int fd) {
  static const auto handle_of = of_runtime<intptr_t (*)(int)>("_get_osfhandle");
  const intptr_t handle = handle_of(fd);
  if (handle < 0) return nullptr;
  // Another's file is not read: that would move its place in it.
  LARGE_INTEGER bytes = {};
  if (!GetFileSizeEx(reinterpret_cast<HANDLE>(handle), &bytes) || bytes.QuadPart != sizeof(Object*)) return nullptr;
  const Object* object = nullptr;
  DWORD read = 0;
  OVERLAPPED begin = {};
  return ReadFile(reinterpret_cast<HANDLE>(handle), &object, sizeof(object), &read, &begin) && read == sizeof(object) ? object : nullptr;
}

}  // namespace

void State::notice() {
  if (descriptors.size() <= LAST_DESCRIPTOR) descriptors.resize(LAST_DESCRIPTOR + 1);
  const auto before = descriptors;
  for (int fd = 3; fd <= LAST_DESCRIPTOR; fd++) {
    const Object* there = address_in(fd);
    if (there == descriptors[fd].get()) continue;
    const auto found = std::find_if(before.begin(), before.end(), [there](const auto& each) { return there != nullptr && each.get() == there; });
    descriptors[fd] = found == before.end() ? nullptr : *found;
    if (descriptors[fd]) descriptors[fd]->users++;
    if (before[fd]) before[fd]->users--;
  }
  for (const auto& object : before) {
    if (object && object->users == 0) object->abandoned();
  }
}
#else
void State::notice() {}
#endif

namespace {

/** As many as the universal C run-time's table has (_NHANDLE_). */
constexpr size_t MOST_DESCRIPTORS = 8192;

}  // namespace

fd_t State::open(const std::shared_ptr<Object>& object) {
#ifdef WINBPF_DOUBLE_OLD
  notice();
  const size_t fd = runtime_descriptor(object.get());
#else
  size_t fd = 3;
  while (fd < descriptors.size() && descriptors[fd]) fd++;
  if (fd >= MOST_DESCRIPTORS) return fail(NO_MEMORY);  // _create_file_descriptor_for_handle gives none (libs/api/ebpf_api.cpp)
#endif
  if (fd >= descriptors.size()) descriptors.resize(fd + 1);
  descriptors[fd] = object;
  object->users++;
  return static_cast<fd_t>(fd);
}

bool State::close(fd_t fd) {
  if (!get(fd)) return false;
#ifdef WINBPF_DOUBLE_OLD
  // Copies that were made meanwhile count.
  notice();
  of_runtime<int (*)(int)>("_close")(fd);
#endif
  const auto object = std::move(descriptors[fd]);
  descriptors[fd].reset();
  if (--object->users == 0) object->abandoned();
  return true;
}

std::shared_ptr<Object> State::get(fd_t fd) {
#ifdef WINBPF_DOUBLE_OLD
  notice();
#endif
  return fd < 3 || static_cast<size_t>(fd) >= descriptors.size() ? nullptr : descriptors[fd];
}

std::shared_ptr<Object> State::find(uint32_t id) const {
  const auto found = ids.find(id);
  return found == ids.end() ? nullptr : found->second.lock();
}

void State::pin(const std::string& path, const std::shared_ptr<Object>& object) {
  pins[path] = object;
  object->users++;
  object->pins++;
}

bool State::unpin(const std::string& path) {
  const auto found = pins.find(path);
  if (found == pins.end()) return false;
  const auto object = found->second;
  pins.erase(found);
  object->pins--;
  if (--object->users == 0) object->abandoned();
  return true;
}

std::vector<std::shared_ptr<Link>> State::links() const {
  std::vector<std::shared_ptr<Link>> result;
  for (const auto& [id, weak] : ids) {
    const auto object = weak.lock();
    if (!object || object->type != LINK) continue;
    auto link = std::static_pointer_cast<Link>(object);
    if (link->program) result.push_back(link);
  }
  return result;
}

int errno_of(Result result) {
  switch (static_cast<uint32_t>(result)) {
    case SUCCESS: return 0;
    case VERIFICATION_FAILED: return 13;
    case INVALID_FD: return 9;
    case INVALID_OBJECT:
    case INVALID_ARGUMENT:
    case 15:
    case EXTENSION_FAILED_TO_LOAD: return 22;
    case OBJECT_NOT_FOUND:
    case FILE_NOT_FOUND:
    case KEY_NOT_FOUND:
    case NO_MORE_KEYS: return 2;
    case OBJECT_ALREADY_EXISTS: return 17;
    case NO_MEMORY: return 12;
    case OPERATION_NOT_SUPPORTED: return 129;
    case 20: return 1;
    case INSUFFICIENT_BUFFER: return 119;
    case OUT_OF_SPACE: return 28;
    case 31: return 14;
    default: return 131;  // EOTHER
  }
}

int fail_errno(int number) {
  using Errno = int* (*)();
  // ebpfapi's errno lives in the universal C run-time, not in the caller's.
  static const auto location = reinterpret_cast<Errno>(
      reinterpret_cast<void*>(GetProcAddress(LoadLibraryW(L"ucrtbase.dll"), "_errno")));
  if (location != nullptr) *location() = number;
  return -number;
}

int fail(Result result) { return result == SUCCESS ? 0 : fail_errno(errno_of(result)); }

void* allocate(size_t size) {
  state().allocations++;
  return std::calloc(1, size);
}

char* text(const std::string& value) {
  auto* copy = static_cast<char*>(allocate(value.size() + 1));
  std::memcpy(copy, value.c_str(), value.size() + 1);
  return copy;
}

void release(const void* memory) {
  if (memory == nullptr) return;
  state().allocations--;
  std::free(const_cast<void*>(memory));
}
