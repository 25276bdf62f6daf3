/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine - what lines of a log say about the machine: the kernel, the size of its pages.
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

/* How many lines answer it, where it is a command that prints the page size or the kernel; or 0. */
unsigned long pb_gup_asks(const char *line);

/* What a line says of the machine that bears on its pages. */
enum pb_gup_doubt {
	PB_GUP_NO_DOUBT,
	PB_GUP_DOUBT_MENTIONED, /* in passing: an architecture with pages of several sizes */
	PB_GUP_DOUBT_SAID,      /* as this machine's: "arch: arm64", "aarch64" alone */
	PB_GUP_DOUBT_NONE,      /* this machine's are of 4 KiB: x86, s390x, riscv */
};
enum pb_gup_doubt pb_gup_doubt(const char *line);

/* Whether a kernel of that release may well have pages of another size than 4 KiB. */
bool pb_gup_release_doubtful(const char *release);

#endif
