/* SPDX-License-Identifier: MIT */
/* The name that eBPF for Windows has for it, so that its programs compile unchanged. */
#pragma once
#include <winbpf/endian.h>

#ifndef ntohs
#define ntohs bpf_ntohs
#define htons bpf_htons
#define ntohl bpf_ntohl
#define htonl bpf_htonl
#endif
