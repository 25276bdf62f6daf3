/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lives - which process is it, and is it still there?
 * Why: what was written down with a pid outlives the process; pids are used again, and a folder or
 * a database may be shared with other machines and containers, whose pids are not ours.
 */
#ifndef COMMON_LIVES_H
#define COMMON_LIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

/*
 * What tells a process from all others. "" is what the machine does not say (no /proc). Texts are
 * of printable ASCII: a host's name may hold any bytes, and goes into databases and files of lines.
 */
struct pb_process {
	char host[65];
	char boot[64];
	char namespace[64]; /* that the pid is of */
	int64_t pid;
	int64_t started; /* ticks from boot; -1: not known */
};

enum pb_process_fate {
	PB_PROCESS_GONE,
	PB_PROCESS_LIVES,
	PB_PROCESS_UNSEEN, /* of another machine or pid namespace, or hidden: it may live */
};

/* The process of number @pid in this pid namespace. */
void pb_process_of(int64_t pid, struct pb_process *ret_process);

/*
 * What has become of it. One of an earlier boot of this machine is gone; a machine is told by its
 * host name, as there is nothing better that every machine has.
 */
enum pb_process_fate pb_process_fate(const struct pb_process *process);

bool pb_process_same(const struct pb_process *a, const struct pb_process *b);

/* As lines "key<tab>value", newly allocated or NULL; and back: -EBADMSG, without a message. */
char *pb_process_format(const struct pb_process *process);
int pb_process_parse(const char *text, struct pb_process *ret_process) pb_must_check;

/* The boot that the machine is in, "" where it does not say. */
void pb_boot_id(char *boot, size_t size);

/*
 * When a process was started, in ticks from boot, or -1 where there is none of this number, or only
 * what its parent has not yet asked after.
 */
int64_t pb_process_started(int64_t pid);

#endif
