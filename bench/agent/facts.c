// SPDX-License-Identifier: GPL-2.0-only
/*
 * facts - what the machine that measures says of itself.
 * Why: a number without its kernel and its machine cannot be compared with another.
 */
#include "bench/agent/facts.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/memory/memory.h"
#include "collect/record.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

static const char *const clock_names[] = {
	[PB_CLOCK_NONE] = "none",   [PB_CLOCK_TSC] = "tsc",         [PB_CLOCK_CNTVCT] = "cntvct",
	[PB_CLOCK_KTIME] = "ktime", [PB_CLOCK_PMCCNTR] = "pmccntr", [PB_CLOCK_ICOUNT] = "icount",
};

const char *pb_facts_clock(uint32_t clock)
{
	return clock < PB_ARRAY_SIZE(clock_names) ? clock_names[clock] : "unknown";
}

static int number_write(FILE *records, const char *key, unsigned long long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", number);
	return pb_record_write_fact(records, key, text);
}

static int kernel_write(FILE *records)
{
	_cleanup_free_ char *cmdline = NULL;
	struct utsname name;
	int ret = pb_file_read("/proc/cmdline", &cmdline, NULL);

	if (!ret && uname(&name))
		ret = pb_fail(-errno, "uname: %s", strerror(errno));
	if (ret)
		return ret;
	cmdline[strcspn(cmdline, "\n")] = '\0';
	ret = pb_record_write_fact(records, "kernel.release", name.release);
	if (!ret)
		ret = pb_record_write_fact(records, "kernel.version", name.version);
	if (!ret)
		ret = pb_record_write_fact(records, "kernel.arch", name.machine);
	if (!ret)
		ret = pb_record_write_fact(records, "kernel.cmdline", cmdline);
	return ret;
}

/* The rest of the first line of @path that starts with @name, behind blanks and the colon. */
static int line_read(const char *path, const char *name, char **ret_text)
{
	_cleanup_free_ char *text = NULL;
	int ret = pb_file_read(path, &text, NULL);

	if (ret)
		return ret;
	for (char *save, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, name, strlen(name)) != 0)
			continue;
		line += strlen(name);
		line += strspn(line, " \t:");
		*ret_text = strdup(line);
		return *ret_text ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	return pb_fail(-ENOENT, "'%s' has no line '%s'", path, name);
}

/*
 * arm64 has numbers where x86 has a name: "implementer 0x41, part 0xd0c, variant 0x4, revision 1".
 */
static char *cpu_numbers(void)
{
	static const char *const names[] = { "CPU implementer", "CPU part", "CPU variant",
					     "CPU revision" };
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };

	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *number = NULL;

		if (line_read("/proc/cpuinfo", names[i], &number) ||
		    pb_buf_printf(&buf, "%s%s %s", i ? ", " : "", names[i] + strlen("CPU "),
				  number))
			return NULL;
	}
	return pb_steal(buf.data);
}

static int cpu_write(FILE *records)
{
	_cleanup_free_ char *model = NULL;

	if (line_read("/proc/cpuinfo", "model name", &model))
		model = cpu_numbers();
	pb_fail_clear();
	/* Others say it in other words; then there is no such fact. */
	return model ? pb_record_write_fact(records, "machine.cpu", model) : 0;
}

/* The word in brackets: "always [madvise] never". */
static int thp_write(FILE *records)
{
	static const char path[] = "/sys/kernel/mm/transparent_hugepage/enabled";
	_cleanup_free_ char *text = NULL;
	char *word;
	int ret;

	if (!pb_file_exists(path))
		return pb_record_write_fact(records, "machine.thp", "none");
	ret = pb_file_read(path, &text, NULL);
	if (ret)
		return ret;
	word = strchr(text, '[');
	word = word ? word + 1 : text;
	word[strcspn(word, "]\n")] = '\0';
	return pb_record_write_fact(records, "machine.thp", word);
}

static int machine_write(FILE *records)
{
	_cleanup_free_ char *memory = NULL;
	int ret = cpu_write(records);

	if (!ret)
		ret = number_write(records, "machine.cpus",
				   (unsigned long long)sysconf(_SC_NPROCESSORS_ONLN));
	if (!ret)
		ret = line_read("/proc/meminfo", "MemTotal", &memory);
	if (!ret)
		ret = number_write(records, "machine.memory_mib",
				   strtoull(memory, NULL, 10) / 1024);
	if (!ret)
		ret = number_write(records, "machine.page_bytes",
				   (unsigned long long)sysconf(_SC_PAGESIZE));
	return ret ? ret : thp_write(records);
}

int pb_facts_write(FILE *records, const struct pb_info *info, bool timed)
{
	int ret = kernel_write(records);

	if (!ret)
		ret = machine_write(records);
	if (!ret)
		ret = number_write(records, "pinbench.abi", info->abi);
	if (!ret)
		ret = pb_record_write_fact(records, "pinbench.clock", pb_facts_clock(info->clock));
	if (!ret && timed && info->ticks_hz) /* cycles have no rate */
		ret = number_write(records, "pinbench.ticks_hz", info->ticks_hz);
	if (!ret)
		ret = number_write(records, "pinbench.inject", info->inject);
	return ret;
}
