// SPDX-License-Identifier: GPL-2.0-only
/*
 * reply - what a measuring process says, read and looked at before it is believed.
 * Why: see reply.h.
 */
#include "bench/backends/syscall/reply.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"

static int bad(const char *what)
{
	return pb_fail(-EBADMSG, "the measuring process said what it cannot have meant: %s", what);
}

int pb_reply_read(int fd, struct pb_worker_reply *ret_reply)
{
	size_t len = 0;

	while (len < sizeof(*ret_reply)) {
		ssize_t got = read(fd, (char *)ret_reply + len, sizeof(*ret_reply) - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pb_fail(-errno, "cannot hear the measuring process: %s",
				       strerror(errno));
		if (!got)
			return len ? bad("half a message") : 0;
		len += (size_t)got;
	}
	return 1;
}

/* Times and counts; one that a consumer does not have is NaN. */
static bool values_are_good(const struct pb_worker_reply *reply)
{
	for (int kind = 0; kind < PB_KIND_NR; kind++)
		if (isinf(reply->values[kind]))
			return false;
	return isfinite(reply->values[PB_KIND_CYCLE]) && reply->values[PB_KIND_CYCLE] > 0 &&
	       isfinite(reply->values[PB_KIND_FILL]);
}

int pb_reply_check(struct pb_worker_reply *reply, const struct pb_worker_setup *setup,
		   size_t position, bool begun)
{
	reply->symbol[sizeof(reply->symbol) - 1] = '\0';
	reply->reason[sizeof(reply->reason) - 1] = '\0';
	reply->identity.why[sizeof(reply->identity.why) - 1] = '\0';
	reply->proof.why[sizeof(reply->proof.why) - 1] = '\0';
	while (!begun && position < setup->nr_jobs && setup->order[position] != reply->job)
		position++;
	if (position >= setup->nr_jobs || setup->order[position] != reply->job ||
	    setup->jobs[reply->job].skip)
		return bad("a job that it was not given");
	if (begun ? reply->state != PB_CELL_MEASURED && reply->state != PB_CELL_REFUSED &&
			    reply->state != PB_CELL_FAILED
		  : reply->state != PB_CELL_NONE)
		return bad("a state out of turn");
	if (reply->error < 0 || (unsigned int)reply->proof.by > PB_PROOF_NONE)
		return bad("a number that is none");
	if (reply->state == PB_CELL_MEASURED && !values_are_good(reply))
		return bad("a time that is none");
	return 0;
}
