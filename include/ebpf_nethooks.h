/* SPDX-License-Identifier: MIT */
/* The name that eBPF for Windows has for it, so that its programs compile unchanged. */
#pragma once
#include <winbpf/bind.h>
#include <winbpf/sock_addr.h>
#include <winbpf/sock_ops.h>
