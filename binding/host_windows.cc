// Node-API lives in the program that loads the addon, which is not always called node.exe (Electron, packaged
// applications). The addon's imports from "node.exe" are loaded late, and this hook answers them with the program itself.
// MSVC builds get the same from cmake-js; this one is for mingw's delay-load library.
#include <windows.h>

#include <delayimp.h>

#include <cstring>

namespace {

FARPROC WINAPI AnswerHost(unsigned event, PDelayLoadInfo info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandleW(nullptr));
}

}  // namespace

extern "C" {
#if defined(__MINGW32__)
PfnDliHook __pfnDliNotifyHook2 = AnswerHost;
#endif
}
