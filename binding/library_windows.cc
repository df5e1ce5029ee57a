// Finds ebpfapi.dll where an installer with administrator's rights put it, and nowhere else: System32, then the folder
// that the installer registered, then Program Files by the known-folder API. Never the environment, the PATH, or the
// current folder.
#include <windows.h>

#include <aclapi.h>
#include <shlobj.h>

#include <vector>

#include "library.h"

namespace winbpf {
namespace {

constexpr const wchar_t* kName = L"ebpfapi.dll";
// The service lies in the same folder (installer/Product.wxs); only administrators write its registration.
constexpr const wchar_t* kServiceKey = L"SYSTEM\\CurrentControlSet\\Services\\ebpfsvc";
constexpr const wchar_t* kFolderName = L"\\ebpf-for-windows\\";

std::wstring Wide(const std::string& text) {
  const int size = MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), nullptr, 0);
  std::wstring wide(size, L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), wide.data(), size);
  return wide;
}

std::string Narrow(const std::wstring& wide) {
  const auto length = static_cast<int>(wide.size());
  const int size = WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, nullptr, 0, nullptr, nullptr);
  std::string text(size, '\0');
  WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, text.data(), size, nullptr, nullptr);
  return text;
}

bool Exists(const std::wstring& path) {
  const DWORD attributes = GetFileAttributesW(path.c_str());
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

bool IsAbsolute(const std::wstring& path) {
  return (path.size() > 2 && path[1] == L':' && (path[2] == L'\\' || path[2] == L'/')) ||
         (path.size() > 2 && path[0] == L'\\' && path[1] == L'\\');
}

bool IsElevated() {
  HANDLE token = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return true;
  TOKEN_ELEVATION elevation = {};
  DWORD size = 0;
  // Where that cannot be told, the stricter rule holds.
  const bool known = GetTokenInformation(token, TokenElevation, &elevation, sizeof(elevation), &size) != 0;
  CloseHandle(token);
  return !known || elevation.TokenIsElevated != 0;
}

bool IsPrivileged(PSID sid) {
  if (IsWellKnownSid(sid, WinBuiltinAdministratorsSid) || IsWellKnownSid(sid, WinLocalSystemSid) ||
      IsWellKnownSid(sid, WinCreatorOwnerSid)) {
    return true;
  }
  // NT SERVICE\TrustedInstaller: S-1-5-80-956008885-…
  const SID_IDENTIFIER_AUTHORITY* authority = GetSidIdentifierAuthority(sid);
  return authority->Value[5] == 5 && *GetSidSubAuthorityCount(sid) == 6 && *GetSidSubAuthority(sid, 0) == 80 &&
         *GetSidSubAuthority(sid, 1) == 956008885;
}

// Entries of an access list that allow nobody anything.
bool IsDenying(BYTE type) {
  return type == ACCESS_DENIED_ACE_TYPE || type == ACCESS_DENIED_OBJECT_ACE_TYPE ||
         type == ACCESS_DENIED_CALLBACK_ACE_TYPE || type == ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE;
}

// Whether only administrators can change what lies at `path`: its owner and everybody with a right to write.
bool OnlyAdministratorsWrite(const std::wstring& path) {
  PSID owner = nullptr;
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (GetNamedSecurityInfoW(path.c_str(), SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                            &owner, nullptr, &list, nullptr, &descriptor) != ERROR_SUCCESS) {
    return false;
  }
  // No list at all lets everybody in.
  bool safe = list != nullptr && owner != nullptr && IsPrivileged(owner);
  constexpr DWORD kWrites = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER |
                            GENERIC_WRITE | GENERIC_ALL;
  for (WORD i = 0; safe && i < list->AceCount; i++) {
    void* entry = nullptr;
    if (!GetAce(list, i, &entry)) {
      safe = false;
      break;
    }
    const auto* header = static_cast<ACE_HEADER*>(entry);
    if (IsDenying(header->AceType) || (header->AceFlags & INHERIT_ONLY_ACE) != 0) continue;
    // Entries that allow under conditions, or parts of an object, are not understood here.
    if (header->AceType != ACCESS_ALLOWED_ACE_TYPE) {
      safe = false;
      break;
    }
    auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
    if ((allowed->Mask & kWrites) != 0) safe = IsPrivileged(&allowed->SidStart);
  }
  LocalFree(descriptor);
  return safe;
}

// The folder of the registered service, with a backslash at its end; empty where there is none.
std::wstring InstalledFolder() {
  wchar_t buffer[2 * MAX_PATH] = {};
  DWORD size = sizeof(buffer) - sizeof(wchar_t);
  // Not expanded: what stands between percent signs would come from the environment.
  const DWORD flags = RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND;
  if (RegGetValueW(HKEY_LOCAL_MACHINE, kServiceKey, L"ImagePath", flags, nullptr, buffer, &size) != ERROR_SUCCESS) {
    return {};
  }
  std::wstring image(buffer);
  if (image.find(L'%') != std::wstring::npos) return {};
  if (!image.empty() && image[0] == L'"') {
    image = image.substr(1, image.find(L'"', 1) - 1);
  } else if (const size_t end = image.find(L".exe"); end != std::wstring::npos) {
    image = image.substr(0, end + 4);
  }
  const size_t slash = image.find_last_of(L'\\');
  return IsAbsolute(image) && slash != std::wstring::npos ? image.substr(0, slash + 1) : std::wstring();
}

std::vector<std::wstring> Candidates() {
  std::vector<std::wstring> paths;
  wchar_t system[MAX_PATH] = {};
  const UINT length = GetSystemDirectoryW(system, MAX_PATH);
  if (length > 0 && length < MAX_PATH) paths.push_back(std::wstring(system) + L"\\" + kName);
  if (const std::wstring folder = InstalledFolder(); !folder.empty()) paths.push_back(folder + kName);
  PWSTR programs = nullptr;
  if (SHGetKnownFolderPath(FOLDERID_ProgramFiles, 0, nullptr, &programs) == S_OK) {
    paths.push_back(std::wstring(programs) + kFolderName + kName);
  }
  CoTaskMemFree(programs);
  return paths;
}

// Its own folder and System32 are searched for what it needs itself.
HMODULE Load(const std::wstring& path) {
  return LoadLibraryExW(path.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
}

}  // namespace

void* Library::OpenModule(const std::string& path, std::string* opened, OpenFailure* failure) {
  std::wstring file;
  if (path.empty()) {
    for (const std::wstring& candidate : Candidates()) {
      if (!Exists(candidate)) continue;
      file = candidate;
      break;
    }
    if (file.empty()) {
      *failure = {"absent", "ebpf-for-windows is not installed: there is no ebpfapi.dll in System32 or its own folder"};
      return nullptr;
    }
  } else {
    file = Wide(path);
    if (!IsAbsolute(file)) {
      *failure = {"refused", path + " is no absolute path"};
      return nullptr;
    }
    if (!Exists(file)) {
      *failure = {"absent", "There is no file " + path, ERROR_FILE_NOT_FOUND};
      return nullptr;
    }
    const std::wstring folder = file.substr(0, file.find_last_of(L"\\/"));
    if (IsElevated() && !(OnlyAdministratorsWrite(folder) && OnlyAdministratorsWrite(file))) {
      *failure = {"refused", path + " can be changed by others than administrators, and this process is elevated"};
      return nullptr;
    }
  }
  HMODULE module = Load(file);
  if (module == nullptr) {
    const DWORD error = GetLastError();
    *failure = {"broken", Narrow(file) + " cannot be loaded (error " + std::to_string(error) + ")", error};
    return nullptr;
  }
  *opened = Narrow(file);
  return module;
}

void* Library::FindSymbol(void* module, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(module), name));
}

namespace {

// A function of ebpfapi's own C run-time: its release builds use the system's ucrtbase.dll, and so share descriptors and
// errno with it (Directory.Build.props); this addon has a C run-time of its own, whose close() would close another file.
template <typename Function>
Function OfRuntime(const char* name) {
  HMODULE runtime = GetModuleHandleW(L"ucrtbase.dll");
  if (runtime == nullptr) return nullptr;
  return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(runtime, name)));
}

}  // namespace

void Library::Close(abi::Fd fd) const {
  if (calls().ebpf_close_fd != nullptr) {
    calls().ebpf_close_fd(fd);
  } else if (const auto close = OfRuntime<int (*)(int)>("_close"); close != nullptr) {
    // Before 0.21 callers closed descriptors themselves (include/bpf/bpf.h of 0.17).
    close(fd);
  }
}

abi::Fd Library::Duplicate(abi::Fd fd) const {
  abi::Fd duplicate = -1;
  if (calls().ebpf_duplicate_fd != nullptr) {
    const uint32_t result = calls().ebpf_duplicate_fd(fd, &duplicate);
    return result == 0 ? duplicate : AsNegative(result);
  }
  const auto copy = OfRuntime<int (*)(int)>("_dup");
  if (copy == nullptr) return -129;
  duplicate = copy(fd);
  return duplicate < 0 ? -9 : duplicate;
}

int Library::OwnErrno() {
  const auto location = OfRuntime<int* (*)()>("_errno");
  return location == nullptr ? 0 : *location();
}

}  // namespace winbpf
