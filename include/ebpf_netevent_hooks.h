/* SPDX-License-Identifier: MIT */
/* The name that eBPF for Windows has for it, so that its programs compile unchanged. */
#pragma once
#include <winbpf/netevent.h>
