// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring - an io_uring that takes one request at a time, by bare system calls.
 * Why: users that go through a ring need no library, and what they count is the kernel's.
 */
#include "bench/users/guest/io/ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/err.h"

enum { ENTRIES = 4 };

struct ring {
	int fd;
	struct io_uring_params params;
	struct io_uring_sqe *requests;
};

int pb_ring_open(struct pb_guest_use *use, int at)
{
	struct ring *ring = calloc(1, sizeof(*ring));
	size_t sq_bytes, cq_bytes;

	if (!ring)
		return pb_fail(-ENOMEM, "out of memory");
	use->state = ring;
	use->fds[at] = (int)syscall(SYS_io_uring_setup, ENTRIES, &ring->params);
	if (use->fds[at] < 0)
		return pb_guest_refused("io_uring_setup", -errno);
	ring->fd = use->fds[at];
	sq_bytes = ring->params.sq_off.array + ring->params.sq_entries * sizeof(uint32_t);
	cq_bytes = ring->params.cq_off.cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe);
	/* Both rings in one mapping, since Linux 5.4. */
	use->map_bytes = sq_bytes > cq_bytes ? sq_bytes : cq_bytes;
	use->map = mmap(NULL, use->map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			ring->fd, IORING_OFF_SQ_RING);
	if (use->map == MAP_FAILED) {
		use->map = NULL;
		return pb_fail(-errno, "cannot map an io_uring: %s", strerror(errno));
	}
	ring->requests = mmap(NULL, ENTRIES * sizeof(*ring->requests), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQES);
	if (ring->requests == MAP_FAILED) {
		ring->requests = NULL;
		return pb_fail(-errno, "cannot map an io_uring's requests: %s", strerror(errno));
	}
	return 0;
}

void pb_ring_close(struct pb_guest_use *use)
{
	struct ring *ring = use->state;

	if (ring && ring->requests)
		munmap(ring->requests, ENTRIES * sizeof(*ring->requests));
}

static uint32_t *word(const struct pb_guest_use *use, uint32_t offset)
{
	return (uint32_t *)((char *)use->map + offset);
}

void pb_ring_put(struct pb_guest_use *use, const struct io_uring_sqe *request)
{
	struct ring *ring = use->state;
	uint32_t *tail = word(use, ring->params.sq_off.tail);
	uint32_t at = *tail & *word(use, ring->params.sq_off.ring_mask);

	ring->requests[at] = *request;
	word(use, ring->params.sq_off.array)[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

int pb_ring_submit(struct pb_guest_use *use)
{
	const struct ring *ring = use->state;

	return pb_guest_got(syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0), 1);
}

int pb_ring_take(struct pb_guest_use *use, int *ret_result, unsigned int *ret_flags)
{
	const struct ring *ring = use->state;
	uint32_t *head = word(use, ring->params.cq_off.head);
	const struct io_uring_cqe *done;

	while (*head == __atomic_load_n(word(use, ring->params.cq_off.tail), __ATOMIC_ACQUIRE))
		if (syscall(SYS_io_uring_enter, ring->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) <
		    0)
			return -errno;
	done = (const struct io_uring_cqe *)((char *)use->map + ring->params.cq_off.cqes) +
	       (*head & *word(use, ring->params.cq_off.ring_mask));
	*ret_result = done->res;
	*ret_flags = done->flags;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return 0;
}
