// SPDX-License-Identifier: GPL-2.0-only
/*
 * identity - does a system call really hold pages in the way that is said of it?
 * Why: kernels changed what is under a call; /proc/vmstat counts every FOLL_PIN taken and dropped.
 */
#include "bench/backends/syscall/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/backends/syscall/sample.h"
#include "common/err.h"
#include "common/file.h"

/* Others may pin in the same moment: one attempt of these must add up to the last page. */
enum { ATTEMPTS = 5, CALLS = 32, IDLE_US = 20000 };

static int counter_get(const char *vmstat, const char *name, uint64_t *ret_value)
{
	const char *line = strstr(vmstat, name);

	if (!line)
		return pb_fail(-EOPNOTSUPP,
			       "/proc/vmstat has no %.*s (a kernel before 5.7, or is it masked?)",
			       (int)strcspn(name, " "), name);
	*ret_value = strtoull(line + strlen(name), NULL, 10);
	return 0;
}

int pb_pins_read(struct pb_pins *ret_pins)
{
	_cleanup_close_ int refresh = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);
	_cleanup_free_ char *vmstat = NULL;
	struct pb_pins pins;
	int ret;

	/* Counted in per-CPU batches until someone asks. */
	if (refresh < 0 || write(refresh, "1\n", 2) != 2)
		return pb_fail(-errno, "cannot refresh /proc/vmstat: %s", strerror(errno));
	ret = pb_file_read("/proc/vmstat", &vmstat, NULL);
	if (!ret)
		ret = counter_get(vmstat, "nr_foll_pin_acquired ", &pins.acquired);
	if (!ret)
		ret = counter_get(vmstat, "nr_foll_pin_released ", &pins.released);
	if (!ret)
		*ret_pins = pins;
	return ret;
}

bool pb_identity_holds(const struct pb_identity *identity, unsigned int pin_counts,
		       uint64_t nr_pages)
{
	uint64_t want = nr_pages * pin_counts * identity->nr_calls;

	return identity->pins.acquired == want && identity->pins.released == want;
}

/* One attempt: how far the counters move while the consumer is called. */
static int attempt(const struct pb_user *consumer, struct pb_use *use, struct pb_identity *identity)
{
	struct pb_pins before, after;
	int ret = pb_pins_read(&before);

	for (int i = 0; i < CALLS && !ret; i++)
		ret = pb_sample_warm(consumer, use); /* a call on each buffer */
	if (!ret)
		ret = pb_pins_read(&after);
	if (ret)
		return ret;
	identity->counted = true;
	identity->nr_calls = 2 * CALLS;
	identity->pins.acquired = after.acquired - before.acquired;
	identity->pins.released = after.released - before.released;
	return 0;
}

/* -EBUSY with a message if the counters move while nothing is called. */
static int others_check(const struct pb_user *consumer)
{
	struct pb_pins before, after;
	int ret = pb_pins_read(&before);

	usleep(IDLE_US);
	if (!ret)
		ret = pb_pins_read(&after);
	if (ret || (before.acquired == after.acquired && before.released == after.released))
		return ret;
	return pb_fail(-EBUSY,
		       "whether %s pins pages cannot be told while others do: %llu FOLL_PIN "
		       "references were taken in %d ms without it; stop what does direct I/O, RDMA "
		       "or process_vm_readv here, and run again",
		       consumer->name, (unsigned long long)(after.acquired - before.acquired),
		       IDLE_US / 1000);
}

int pb_identity_prove(const struct pb_user *consumer, struct pb_use *use,
		      struct pb_identity *ret_identity)
{
	struct pb_identity identity = { 0 };
	struct pb_pins pins;
	int ret = consumer->prove ? consumer->prove(use) : 0;

	if (ret)
		return ret;
	ret = pb_pins_read(&pins);
	if (ret) {
		snprintf(identity.why, sizeof(identity.why), "%s", pb_fail_message(ret));
		pb_fail_clear();
		*ret_identity = identity;
		return 0;
	}
	for (int i = 0; i < ATTEMPTS; i++) {
		ret = attempt(consumer, use, &identity);
		if (ret)
			return ret;
		if (pb_identity_holds(&identity, consumer->pin_counts, use->nr_pages)) {
			*ret_identity = identity;
			return 0;
		}
	}
	ret = others_check(consumer);
	if (ret)
		return ret;
	return pb_fail(
		-EOPNOTSUPP,
		"this kernel's %s does not do what strategy '%s' is: %u calls on %zu pages "
		"should take and drop %llu FOLL_PIN references, and it took %llu and dropped "
		"%llu",
		consumer->name, consumer->strategy, identity.nr_calls, use->nr_pages,
		(unsigned long long)use->nr_pages * consumer->pin_counts * identity.nr_calls,
		(unsigned long long)identity.pins.acquired,
		(unsigned long long)identity.pins.released);
}
