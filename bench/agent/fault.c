// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault - things that go wrong on purpose.
 * Why: that a panic, a hang or a splat is told and loses nothing can only be shown by having one.
 */
#include "bench/agent/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench/agent/modules.h"
#include "common/err.h"

static int text_put(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return pb_fail(-errno, "cannot write '%s': %s", path, strerror(errno));
	return 0;
}

int pb_fault_make(enum pb_agent_fault fault)
{
	switch (fault) {
	case PB_FAULT_NONE:
		return 0;
	case PB_FAULT_PANIC:
		return text_put("/proc/sysrq-trigger", "c");
	case PB_FAULT_HANG:
		for (;;)
			pause();
	case PB_FAULT_WARNING:
		/* Without a line's end the kernel would wait for more and show nothing yet. */
		return text_put("/dev/kmsg", "<4>pinbench: a warning on purpose\n");
	case PB_FAULT_SPLAT:
		return pb_module_load("/fault.ko", "");
	}
	return pb_fail(-EINVAL, "unknown fault %d", (int)fault);
}
