/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory - the kinds of memory whose pages are held: made, checked to be what they claim, released.
 * Why: a THP that the kernel did not form would be measured as one in silence.
 */
#ifndef BENCH_MEMORY_MEMORY_H
#define BENCH_MEMORY_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/memory/inspect/page_flags.h"
#include "bench/memory/needs.h"
#include "collect/words/cell_words.h"
#include "common/cleanup.h"

struct pb_memory {
	void *addr;       /* where a cell's pages start */
	size_t len_bytes; /* from there, whole huge pages where the type has such */
	void *map;        /* what is mapped in all, alignment included; NULL: nothing */
	size_t map_bytes;
	char *path; /* a file of its own, removed with it; NULL: none */
};

/*
 * prepare() makes nr_pages pages, each one present and where it stays. verify() asks the kernel
 * whether they are what the type says; it is called before and after the measurement. Both return 0
 * or -errno with a message: -EOPNOTSUPP where this kernel cannot have such memory at all, or turned
 * it into other memory on purpose; -ENOMEM where it could but did not; -ENODATA
 * of verify() where it cannot be seen. pb_memory_release() takes
 * what prepare() left, however far it came.
 */
struct pb_memory_type {
	const char *name;
	bool special; /* a strategy may find no page in it that it can hold: EFAULT is an answer */
	bool reads;   /* populated by reading: to write would make other memory of it */
	bool folios;  /* its large entries are folios of that size */
	bool kept;    /* made once for all cells */
	bool shared;  /* mapped shared: a child process maps the same frames */
	bool around;  /* a fault to read maps a file's neighbouring pages, too */
	/* Bytes of the large entry that maps it; NULL: it is mapped in pages of the base size. */
	int (*entry)(size_t *ret_bytes) pb_must_check;
	int (*prepare)(struct pb_memory *memory, uint64_t nr_pages) pb_must_check;
	int (*verify)(const struct pb_memory *memory) pb_must_check;
};

/* The type of this name, or NULL. */
const struct pb_memory_type *pb_memory_find(enum pb_cell_memory memory);

/* "anon, thp": the valid names, for a message. */
const char *pb_memory_names(void);

/* PB_NEEDS_* of the type of this name; PB_NEEDS_NOTHING for an unknown one. */
unsigned int pb_memory_needs(enum pb_cell_memory memory);

/* 0, or -EOPNOTSUPP with a message where this machine has not that much memory to spare. */
int pb_memory_room(const char *name, size_t len_bytes) pb_must_check;

/* Maps @len_bytes of private anonymous memory, aligned to @align_bytes, with advice @advice. */
int pb_memory_map(struct pb_memory *memory, size_t len_bytes, size_t align_bytes,
		  int advice) pb_must_check;

/*
 * Maps @len_bytes of @fd from @offset (of nothing for -1), aligned to where a page table starts,
 * which is also where a huge page does.
 */
int pb_memory_map_at(struct pb_memory *memory, size_t len_bytes, int prot, int flags, int fd,
		     off_t offset) pb_must_check;

/* Makes a file of @len_bytes at the place of this name, written; memory->path names it. */
int pb_memory_file(struct pb_memory *memory, const char *place, size_t len_bytes,
		   int *ret_fd) pb_must_check;

/*
 * Takes the pages out of the page tables, which stay. Private memory loses them; a file's wait in
 * the page cache. -EOPNOTSUPP with the kernel's reason where it does not do so.
 */
int pb_memory_zap(const struct pb_memory_type *type, struct pb_memory *memory) pb_must_check;

/* Brings all pages back, as prepare() did. */
int pb_memory_refill(const struct pb_memory_type *type, struct pb_memory *memory) pb_must_check;

/* Writes, or only reads, each page of it, and drains. */
int pb_memory_populate(struct pb_memory *memory) pb_must_check;
int pb_memory_populate_read(struct pb_memory *memory) pb_must_check;

/*
 * -ENOMEM with a message that names the first page that @fault_of gives a reason against ("is not
 * anonymous").
 */
int pb_memory_check_pages(const struct pb_memory *memory, const char *name,
			  const char *(*fault_of)(const struct pb_page *page)) pb_must_check;

/* What showed that memory is what its type says; the least that showed it, of several. */
struct pb_memory_proof {
	enum {
		PB_PROOF_PAGES, /* every page's flags */
		PB_PROOF_SMAPS, /* only how they are mapped */
		PB_PROOF_NONE,  /* nothing that this user is shown */
	} by;
	char why[256]; /* what could not be seen, in words; empty where all was */
};

/*
 * As the type's verify(), but what cannot be seen here is no fault: it is noted in @proof. -errno
 * with a message where the memory is seen to be something else.
 */
int pb_memory_prove(const struct pb_memory_type *type, const struct pb_memory *memory,
		    struct pb_memory_proof *proof) pb_must_check;

/*
 * Empties this CPU's batches of pages that wait to be put on, or moved between, the kernel's lists.
 */
int pb_memory_drain(void) pb_must_check;

void pb_memory_release(struct pb_memory *memory);

#define PB_MEMORY(ident, name, needs, summary) extern const struct pb_memory_type pb_memory_##ident;
#include "collect/words/memory.def"
#undef PB_MEMORY

#endif
