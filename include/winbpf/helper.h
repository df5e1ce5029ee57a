/* SPDX-License-Identifier: MIT */
/*
 * What declares a helper: a function pointer whose value is the helper's number, which clang turns into `call N`.
 * The numbers are Windows' own; an object made with Linux' headers calls other functions.
 * Needs optimisation (-O1 or more): without it the pointer is loaded from memory.
 */
#ifndef WINBPF_HELPER_H
#define WINBPF_HELPER_H

#define WINBPF_HELPER(result, name, number, ...) \
    static result (*const name)(__VA_ARGS__) __attribute__((unused)) = (result (*)(__VA_ARGS__))(number)

/* Helpers of one program type only are numbered from here; the same number is another function in another type. */
#define WINBPF_HELPER_OF_TYPE(n) (0x10000 + (n))

#endif
