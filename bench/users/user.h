/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * user - a system call inside which the kernel holds user pages by one strategy.
 * Why: where no module may be loaded, the kernel's own users of a strategy still are to be timed.
 */
#ifndef BENCH_USERS_USER_H
#define BENCH_USERS_USER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

/* One thread's use of a consumer. Two buffers, so that no number hangs on where one came to lie. */
struct pb_use {
	char *buffers[2];
	size_t nr_pages; /* pages a call */
	size_t page_bytes;
	size_t buffer_bytes; /* of each buffer, whole huge pages where its memory has such */
	void *state;         /* the consumer's own, from open() to close() */
};

/* One timed call on the pages from @buffer: 0, or -errno without a message. */
typedef int (*pb_use_call)(struct pb_use *use, char *buffer);

struct pb_user {
	const char *name;        /* the system call: "process_vm_readv" */
	const char *strategy;    /* the word that it stands for */
	const char *baseline;    /* what the baseline calls are, in words */
	const char *unreleased;  /* why release cannot be timed apart; NULL: it can */
	const char *pair;        /* what the matched pair is, in words; NULL: there is none */
	size_t max_pages;        /* a call */
	unsigned int pin_counts; /* FOLL_PIN references that one page counts for in /proc/vmstat */
	bool contends;           /* two threads may use it at once, and it is what they use */

	/* 0, or -errno with a message. close() takes whatever open() left, however far it came. */
	int (*open)(struct pb_use *use) pb_must_check;
	void (*close)(struct pb_use *use);

	/*
	 * Where kernels differ in which strategy the call is: 0, or -EOPNOTSUPP with a message if
	 * on this one it is not @strategy. NULL: it is `strategy` everywhere.
	 */
	const char *also; /* the other one */
	int (*fits)(const struct pb_use *use, const char *strategy) pb_must_check;

	/* The kernel function that acquires, by probing; never NULL. */
	const char *(*symbol)(const struct pb_use *use);

	pb_use_call before; /* untimed, ahead of each acquire; may be NULL */
	pb_use_call acquire;
	pb_use_call release;      /* NULL where acquire does both */
	pb_use_call base_acquire; /* the same call with no page to hold */
	pb_use_call base_release; /* NULL where release is */
	pb_use_call pair_call;    /* NULL where there is no pair */
	pb_use_call pair_base;    /* the pair's own baseline; NULL where there is no pair */

	/*
	 * Proof of its own that pages were really mapped, instead of counters of pins; may be NULL.
	 * 0, or -errno with a message.
	 */
	int (*prove)(struct pb_use *use) pb_must_check;
};

/*
 * The consumer of this strategy, or NULL with a message that says why there is none. Where a
 * strategy has several, the first is for one thread alone, and the first that contends for threads
 * at once.
 */
const struct pb_user *pb_user_find(const char *strategy, bool at_once);

/* Consumers in the table's order, NULL at the end. */
extern const struct pb_user *const pb_users[];

/* Does the running kernel have a function of this name? False also where it hides its names. */
bool pb_kernel_has(const char *function);

/* An address at which no process has anything: what is asked of it fails early. */
char *pb_unmapped(void);

#define PB_USER(ident) extern const struct pb_user pb_user_##ident;
#include "bench/users/users.def"
#undef PB_USER

#endif
