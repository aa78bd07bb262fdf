// Windows only: the Node-API functions are looked up in the executable that loaded the addon, whatever its name is (node,
// electron, a packaged program), instead of in a file called node.exe.
#if defined(_WIN32)
#include <windows.h>

#include <delayimp.h>

#include <cstring>

static FARPROC WINAPI resolveHost(unsigned event, DelayLoadInfo* info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandleA(nullptr));
}

extern "C" const PfnDliHook __pfnDliNotifyHook2 = resolveHost;
#endif
