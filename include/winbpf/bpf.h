/* SPDX-License-Identifier: MIT */
/* What every program needs, whatever its type. */
#ifndef WINBPF_BPF_H
#define WINBPF_BPF_H

#include "endian.h"
#include "helpers.h"
#include "map.h"
#include "section.h"
#include "types.h"

#endif
