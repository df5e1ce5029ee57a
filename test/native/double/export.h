// How an export begins: it counts its call, fails if a test wants it to, and holds the kernel's lock.
#pragma once
#include "state.h"

// build.mjs tells the linker which of these names a version exports.
#define EXPORT extern "C"

#define BEGIN_INT()                                                     \
  if (const auto injected = called(__func__)) return fail(injected.code); \
  std::lock_guard guard(state().lock)

#define BEGIN_RESULT()                                              \
  if (const auto injected = called(__func__)) return injected.code; \
  std::lock_guard guard(state().lock)

#define BEGIN_POINTER()                                    \
  if (const auto injected = called(__func__)) {            \
    fail(injected.code);                                   \
    return nullptr;                                        \
  }                                                        \
  std::lock_guard guard(state().lock)

/** ebpfapi dereferences some pointers without a look: here the caller's mistake is written down instead. */
#define REQUIRED(pointer)                                                  \
  if ((pointer) == nullptr) {                                              \
    violation(std::string(__func__) + ": " #pointer " must not be NULL"); \
    return fail_errno(14);                                 \
  }
