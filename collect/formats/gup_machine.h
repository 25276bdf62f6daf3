/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup_machine - what lines of a log say about the machine: the kernel, the size of its pages.
 * Why: the page size divides every number, and gup_test does not print it.
 */
#ifndef COLLECT_FORMATS_GUP_MACHINE_H
#define COLLECT_FORMATS_GUP_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A size that pages of some Linux have: 4 KiB to 256 KiB. */
bool pb_page_bytes_valid(uint64_t bytes);

/* "65536", "64k", "64 KiB" at @text: a size as above, else 0. */
uint32_t pb_page_bytes_read(const char *text);

/* The page size that the line says ("PAGE_SIZE: 65536", "CONFIG_ARM64_64K_PAGES=y"), or 0. */
uint32_t pb_gup_page_bytes(const char *line);

/* The release in "Linux version 6.1.0 (...", in what uname prints. False: none. */
bool pb_gup_release(const char *line, bool asked, char *release, size_t size, bool *ret_boots);

/* A command that prints the page size or the kernel's release. */
bool pb_gup_asks(const char *line);

/* Whether a kernel of that release may well have pages of another size than 4 KiB. */
bool pb_gup_release_doubtful(const char *release);

#endif
