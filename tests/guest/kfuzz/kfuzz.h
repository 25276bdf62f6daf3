/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kfuzz - what the parts of the fuzzer of kmods/uapi/pinbench.h share.
 * Why: chance, memory, requests, processes and the verdict are separate ideas.
 */
#ifndef TESTS_GUEST_KFUZZ_H
#define TESTS_GUEST_KFUZZ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kmods/uapi/pinbench.h"

/* Numbers that a seed fixes. Each thread has its own. */
struct chance {
	uint64_t state;
};

uint64_t chance_next(struct chance *chance);
uint64_t chance_below(struct chance *chance, uint64_t limit);
bool chance_one_in(struct chance *chance, uint64_t nr);
/* Any of the values at which something ends, overflows or changes its sign; else anything. */
uint64_t chance_edge(struct chance *chance);

enum kind {
	KIND_INFO,
	KIND_STRATEGY_INFO,
	KIND_RUN,
	KIND_HOLD,
	KIND_DROP,
	KIND_GROUP,
	KIND_GROUP_DROP,
	KIND_STEP,
	KIND_OTHER, /* no number of ours */
	NR_KINDS
};

extern const char *const kind_names[NR_KINDS];

enum { NR_PROCESSES = 3, NR_THREADS = 3, NR_HANDLES = 16 };

/* Shared by all processes: what survives a kill -9. */
struct tally {
	atomic_ullong done[NR_KINDS];
	atomic_ullong refused[NR_KINDS];
	atomic_ullong injected; /* requests during which an allocation was made to fail */
	atomic_uint nr_broken;  /* promises that were broken */
	char broken[256];       /* the first of them */
};

/* One process: threads that share an mm, a file and what they know of its handles. */
struct process {
	struct tally *tally;
	atomic_int fd;
	atomic_uint generation; /* of fd: opened so many times */
	atomic_uint held[NR_HANDLES];
	atomic_uint groups[NR_HANDLES];
	atomic_int threads[NR_THREADS]; /* their ids, to be signalled */
};

struct thread {
	struct process *process;
	struct chance chance;
	unsigned int index;
	unsigned int generation; /* of the file that last_handle is of */
	uint32_t last_held;
	uint32_t last_group;
};

/* Notes a broken promise; the first one's words are kept. */
void broken(struct tally *tally, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* space.c: the memory that requests are about. */
void space_init(struct chance *chance);           /* a process begins with all of it mapped */
void space_change(struct thread *thread);         /* maps, unmaps, protects, advises, moves */
uint64_t space_pages(struct chance *chance);      /* an address that may be mapped, page-aligned */
uint64_t space_nowhere(struct chance *chance);    /* one that should be refused */
void *space_results(const struct thread *thread); /* RESULT_BYTES that are always mapped */
enum { RESULT_BYTES = 1 << 20 };

/* request.c: one request of a kind, for the most part nearly right. */
void request_make(struct thread *thread, enum kind kind);

/* process.c: a process that goes on until it is killed. */
void process_main(struct tally *tally, uint64_t seed) __attribute__((noreturn));

/* splat.c: what the kernel says meanwhile. */
void splat_begin(void);
unsigned int splat_count(void); /* so far; prints what is new */
bool splat_leaks(void);         /* kmemleak, where the kernel has it; prints what it found */

/* churn.c: what happens to the machine and the modules around the requests. */
void churn_begin(void);
void churn_step(struct chance *chance);
void churn_end(void); /* every module is there again */

#endif
