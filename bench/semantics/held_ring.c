// SPDX-License-Identifier: GPL-2.0-only
/*
 * held_ring - an io_uring of one request at a time, whose registered buffer is a page held for long.
 * Why: the queues are mapped for each request anew: two processes take turns with one ring, and
 * neither should have to know what the other has mapped.
 */
#include "bench/semantics/held_ring.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/err.h"

/* Of the one ring that there is: where in its mapping the kernel puts what. */
static struct io_uring_params params;

struct queues {
	char *ring; /* both queues: IORING_FEAT_SINGLE_MMAP, Linux 5.4 */
	size_t ring_bytes;
	struct io_uring_sqe *entries;
	size_t entries_bytes;
};

static void queues_done(struct queues *q)
{
	if (q->ring)
		munmap(q->ring, q->ring_bytes);
	if (q->entries)
		munmap(q->entries, q->entries_bytes);
}

static void *queue_map(int ring, size_t len_bytes, off_t offset)
{
	void *map = mmap(NULL, len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, offset);

	return map == MAP_FAILED ? NULL : map;
}

static int queues_map(int ring, struct queues *q)
{
	size_t sq = params.sq_off.array + params.sq_entries * sizeof(uint32_t);
	size_t cq = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);

	q->ring_bytes = sq > cq ? sq : cq;
	q->entries_bytes = params.sq_entries * sizeof(struct io_uring_sqe);
	q->ring = queue_map(ring, q->ring_bytes, IORING_OFF_SQ_RING);
	q->entries = q->ring ? queue_map(ring, q->entries_bytes, (off_t)IORING_OFF_SQES) : NULL;
	return q->entries ? 0 : -errno;
}

static uint32_t *at(const struct queues *q, uint32_t offset)
{
	return (uint32_t *)(void *)(q->ring + offset);
}

int pb_held_ring_open(int *ret_ring)
{
	long ring;

	params = (struct io_uring_params){ 0 };
	ring = syscall(SYS_io_uring_setup, 1, &params);
	if (ring < 0)
		return pb_fail(-EOPNOTSUPP,
			       "no page can be held for long by system calls: io_uring: %s%s",
			       strerror(errno),
			       errno == EPERM ? " (a seccomp filter, or "
						"/proc/sys/kernel/io_uring_disabled)"
					      : "");
	if (params.features & IORING_FEAT_SINGLE_MMAP) {
		*ret_ring = (int)ring;
		return 0;
	}
	close((int)ring);
	return pb_fail(-EOPNOTSUPP, "this kernel's io_uring is too old: Linux 5.4 maps both of its "
				    "queues at once");
}

int pb_held_ring_register(int ring, const void *addr, size_t len_bytes)
{
	struct iovec buffer = { (void *)addr, len_bytes };

	return syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) ? -errno
											 : 0;
}

int pb_held_ring_unregister(int ring)
{
	return syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_BUFFERS, NULL, 0) ? -errno
											: 0;
}

static int answer_take(const struct queues *q, size_t len_bytes)
{
	const struct io_uring_cqe *answers = (const void *)(q->ring + params.cq_off.cqes);
	uint32_t *head = at(q, params.cq_off.head);
	uint32_t mask = *at(q, params.cq_off.ring_mask);
	int32_t result;

	if (*head == __atomic_load_n(at(q, params.cq_off.tail), __ATOMIC_ACQUIRE))
		return -EIO;
	result = answers[*head & mask].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	if (result < 0)
		return result;
	return (size_t)result == len_bytes ? 0 : -EIO;
}

int pb_held_ring_move(int ring, bool into, const void *addr, size_t len_bytes, int fd)
{
	pb_cleanup(queues_done) struct queues q = { 0 };
	int ret = queues_map(ring, &q);
	uint32_t tail, slot;

	if (ret)
		return ret;
	tail = *at(&q, params.sq_off.tail);
	slot = tail & *at(&q, params.sq_off.ring_mask);
	q.entries[slot] = (struct io_uring_sqe){
		.opcode = into ? IORING_OP_READ_FIXED : IORING_OP_WRITE_FIXED,
		.fd = fd,
		.addr = (uintptr_t)addr,
		.len = (uint32_t)len_bytes,
	};
	at(&q, params.sq_off.array)[slot] = slot;
	__atomic_store_n(at(&q, params.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0UL) < 0)
		return -errno;
	return answer_take(&q, len_bytes);
}
