/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device - requests to /dev/pinbench, memory to make them on, and what the kernel says of pages.
 * Why: a test should read as what it asks and what it expects.
 */
#ifndef TESTS_VM_UAPI_DEVICE_H
#define TESTS_VM_UAPI_DEVICE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kmods/uapi/pinbench.h"

enum { PAGE = 4096, HUGE = 2 << 20 };

struct strategy_row {
	uint32_t id;
	const char *ident;
	const char *name;
};

/* The rows of strategies.def; ends with id 0. */
extern const struct strategy_row strategy_rows[];

/* What a row's acquire does, as far as tests must know. */
bool strategy_pins(uint32_t id);  /* FOLL_PIN: counted in /proc/vmstat */
bool strategy_keeps(uint32_t id); /* can be held */
bool strategy_walks(uint32_t id); /* looks at the range at all */

int device_open(void);
/* 0 or errno. */
int device_request(int fd, unsigned long command, void *request);

/* A valid run of 4 samples and 1 warm-up; its samples go to a static buffer of 4096. */
struct pb_run run_of(uint32_t strategy, const void *addr, uint64_t nr_pages);
struct pb_hold hold_of(uint32_t strategy, const void *addr, uint64_t nr_pages);
extern struct pb_sample run_samples[4096];
int hold_drop(int fd, uint32_t handle);

/* A group's handle; ends the program where there is none to be had. */
uint32_t group_new(int fd, uint32_t nr_workers, uint32_t delay_us);
int group_drop(int fd, uint32_t handle);
int group_step(int fd, uint32_t handle);

/* A run in a thread of its own, on one CPU if @cpu is not negative. */
struct worker {
	int fd;
	int cpu;
	struct pb_run run;
	int ret; /* 0 or errno, once it ended */
	pthread_t thread;
	struct pb_sample samples[256]; /* room of its own, if the run has no other */
};
void worker_start(struct worker *worker, int fd, int cpu, const struct pb_run *run);
int worker_end(struct worker *worker);

/* Populated private memory, aligned to 2 MiB: base pages, or huge ones. */
char *memory_map(size_t len);
char *memory_map_huge(size_t len);
/* A page that can be read and not written; holds a copy of @data. */
void *memory_read_only(const void *data, size_t len);

/* nr_foll_pin_acquired and _released as of now. */
struct pin_counts {
	uint64_t acquired;
	uint64_t released;
};
struct pin_counts pins_now(void);
uint64_t pins_held(void);
bool pins_balanced(void); /* none are held; says so where some are */

/* Free pages, with those that each CPU keeps for itself: newer kernels keep huge ones there. */
uint64_t memory_free_pages(void);
/* The frame behind an address; 0 where there is none. */
uint64_t page_frame(const void *addr);

/* Is there a function of this name, exported or not? */
bool kernel_has(const char *symbol);
/* delete_module(2) without waiting. 0 or errno. */
int module_delete(const char *name);

#endif
