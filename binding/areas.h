// What each area of the API adds to the addon's exports: one .cc file each.
#pragma once

#include <napi.h>

#include "failure.h"

namespace winbpf {

void ExportObjects(Napi::Object exports);
void ExportObjectLoad(Napi::Object exports);
void ExportWholeObjects(Napi::Object exports);
void ExportMaps(Napi::Object exports);
void ExportBatches(Napi::Object exports);
void ExportPrograms(Napi::Object exports);
void ExportLinks(Napi::Object exports);
void ExportPins(Napi::Object exports);
void ExportRings(Napi::Object exports);
void ExportPerf(Napi::Object exports);
void ExportNames(Napi::Object exports);
void ExportImages(Napi::Object exports);

template <Napi::Value (*Callback)(const Napi::CallbackInfo&)>
void Export(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<Guarded<Callback>>(exports.Env(), name));
}

}  // namespace winbpf
