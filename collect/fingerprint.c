// SPDX-License-Identifier: GPL-2.0-only
/*
 * fingerprint - what the machine that pinbench runs on says of itself.
 * Why: a number without its machine cannot be compared; the guest's own facts come from the agent.
 */
#include "collect/fingerprint.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "config.h"
#include "revision.h"

typedef int (*fact_fn)(void *data, const char *key, const char *value);

/*
 * The text after @name in a file of lines, quotes and blanks around it removed; NULL if the file or
 * the line is not there, which is no failure: not every machine says everything.
 */
static char *line_after(const char *path, const char *name)
{
	_cleanup_free_ char *text = NULL;
	const char *start, *end;
	size_t len_bytes;

	if (pb_file_read(path, &text, &len_bytes)) {
		pb_fail_clear();
		return NULL;
	}
	start = strstr(text, name);
	while (start && start > text && start[-1] != '\n')
		start = strstr(start + 1, name);
	if (!start)
		return NULL;
	start += strlen(name);
	start += strspn(start, "\t :=\"");
	end = start + strcspn(start, "\"\n");
	return end > start ? strndup(start, (size_t)(end - start)) : NULL;
}

static int tell_line(fact_fn fact, void *data, const char *key, const char *path, const char *name)
{
	_cleanup_free_ char *value = line_after(path, name);

	return value ? fact(data, key, value) : 0;
}

static int tell_number(fact_fn fact, void *data, const char *key, long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", number);
	return number > 0 ? fact(data, key, text) : 0;
}

static int tell_virtualized(fact_fn fact, void *data)
{
	/* x86 has a flag for it; elsewhere nothing is claimed. */
	_cleanup_free_ char *flags = line_after("/proc/cpuinfo", "flags");

	return flags ? fact(data, "host.virtualized", strstr(flags, " hypervisor") ? "yes" : "no")
		     : 0;
}

int pb_fingerprint_host(int (*fact)(void *data, const char *key, const char *value), void *data)
{
	const long page_kib = sysconf(_SC_PAGESIZE) / 1024;
	struct utsname name;
	int ret;

	if (uname(&name) < 0)
		return pb_fail(-errno, "cannot ask for the kernel's name: %s", strerror(errno));
	ret = fact(data, "host.kernel", name.release);
	if (!ret)
		ret = fact(data, "host.arch", name.machine);
	if (!ret)
		ret = tell_line(fact, data, "host.cpu", "/proc/cpuinfo", "model name");
	if (!ret)
		ret = tell_number(fact, data, "host.cpus", sysconf(_SC_NPROCESSORS_ONLN));
	if (!ret)
		ret = tell_number(fact, data, "host.memory_mib",
				  sysconf(_SC_PHYS_PAGES) * page_kib / 1024);
	if (!ret)
		ret = tell_virtualized(fact, data);
	if (!ret)
		ret = tell_line(fact, data, "host.distribution", "/etc/os-release", "PRETTY_NAME");
	if (!ret)
		ret = fact(data, "pinbench.version", PB_VERSION);
	return ret ? ret : fact(data, "pinbench.revision", PB_REVISION);
}
