/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sysfs - what /proc and /sys say, below a root that tests may move.
 * Why: a machine with two sockets, a battery or Secure Boot is a folder of small files in a test.
 */
#ifndef COMMON_SYSFS_H
#define COMMON_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

/*
 * The text of @root and the path put together, without the final newline; newly allocated. NULL if
 * it is not there or cannot be read, which is no failure: not every machine says everything.
 */
char *pb_sys_text(const char *root, const char *fmt, ...) pb_printf(2, 3);

/* The word in brackets of "always [madvise] never", or the whole text where there are none. */
char *pb_sys_choice(const char *root, const char *fmt, ...) pb_printf(2, 3);

bool pb_sys_exists(const char *root, const char *fmt, ...) pb_printf(2, 3);

/* The number that the text begins with; @otherwise where there is none. */
long long pb_sys_number(const char *root, const char *path, long long otherwise);

/*
 * What follows @name in a file of lines, blanks, colon, equals sign and quotes around it removed;
 * NULL as above.
 */
char *pb_sys_line(const char *root, const char *path, const char *name);

/* A list of CPUs or nodes as the kernel writes it: "0-3,8". */
struct pb_cpu_list {
	int *ids;
	size_t nr;
};

/* -EINVAL for what is no such list. An empty text is an empty list. */
int pb_cpu_list_parse(const char *text, struct pb_cpu_list *ret_list) pb_must_check;
void pb_cpu_list_done(struct pb_cpu_list *list);

#endif
