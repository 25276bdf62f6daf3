// SPDX-License-Identifier: GPL-2.0-only
/*
 * entry - by which functions of the kernel a call came to its pages, and with which FOLL_ flags.
 * Why: a kprobe needs no module, is there in every kernel of a distribution, and leaves no trace in
 * the code once it is off.
 */
#include "bench/users/guest/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

#define TRACING "/sys/kernel/tracing"
#define GROUP   "pinbench"

static const struct row {
	const char *function;
	enum pb_entry_kind kind;
	const char *pages;
	const char *flags;
} rows[] = {
#define PB_ENTRY(function, kind, pages, flags) { #function, PB_ENTRY_##kind, pages, flags },
#include "bench/users/guest/entry.def"
#undef PB_ENTRY
};

static const struct {
	const char *name;
	int bit[2]; /* as numbered from 6.3 on, and before; -1: not there */
} flags_known[] = {
#define PB_FOLL(name, old, new) { "FOLL_" #name, { new, old } },
#include "bench/users/guest/foll.def"
#undef PB_FOLL
};

/* What is of a kind that says less is left out where the better one was seen. */
static const enum pb_entry_kind describe_order[][2] = {
	{ PB_ENTRY_PIN, PB_ENTRY_GET },
	{ PB_ENTRY_FAULT, PB_ENTRY_FAULT },
	{ PB_ENTRY_WALK, PB_ENTRY_WALK },
	{ PB_ENTRY_RELEASE, PB_ENTRY_RELEASE },
};

static int text_put(const char *path, const char *text, int flags)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC | flags);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return -errno;
	return 0;
}

static int tracing_write(const char *file, const char *text, int flags)
{
	_cleanup_free_ char *path = pb_format(TRACING "/%s", file);
	int code = path ? text_put(path, text, flags) : -ENOMEM;

	return code ? pb_fail(code, "cannot write '%s' to '" TRACING "/%s': %s", text, file,
			      strerror(-code))
		    : 0;
}

static int tracing_put(const char *file, const char *text)
{
	return tracing_write(file, text, 0);
}

/* A function that this kernel inlines or lacks is none that it calls. */
static int probe_set(const struct row *row)
{
	_cleanup_free_ char *line =
		pb_format("p:" GROUP "/%s %s%s%s%s%s%s%s\n", row->function, row->function,
			  *row->pages ? " pages=%" : "", row->pages, *row->pages ? ":x64" : "",
			  *row->flags ? " flags=%" : "", row->flags, *row->flags ? ":x32" : "");
	int code = line ? text_put(TRACING "/kprobe_events", line, O_APPEND) : -ENOMEM;

	return code == -ENOMEM ? pb_fail(code, "out of memory") : 0;
}

int pb_entries_open(void)
{
	int ret = 0;

	if (mount("tracefs", TRACING, "tracefs", 0, NULL) && errno != EBUSY)
		return pb_fail(-EOPNOTSUPP,
			       "cannot mount tracefs: %s (what a user calls is seen by kprobes, "
			       "which want CONFIG_KPROBE_EVENTS)",
			       strerror(errno));
	if (!pb_file_exists(TRACING "/kprobe_events"))
		return pb_fail(-EOPNOTSUPP, "this kernel has no kprobes for tracefs: it wants "
					    "CONFIG_KPROBE_EVENTS");
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows) && !ret; i++)
		ret = probe_set(&rows[i]);
	return ret ? ret : tracing_put("tracing_on", "0");
}

int pb_entries_begin(void)
{
	int ret = tracing_write("trace", "\n", O_TRUNC); /* to truncate it is what empties it */

	if (!ret)
		ret = tracing_put("events/" GROUP "/enable", "1");
	return ret ? ret : tracing_put("tracing_on", "1");
}

int pb_entries_take(struct pb_entries *ret_entries)
{
	_cleanup_free_ char *trace = NULL;
	int ret = tracing_put("tracing_on", "0");

	if (!ret)
		ret = pb_file_read(TRACING "/trace", &trace, NULL);
	if (!ret)
		pb_entries_parse(trace, ret_entries);
	return ret ? ret : tracing_put("events/" GROUP "/enable", "0");
}

static void entry_add(struct pb_entries *entries, size_t row, uint64_t flags, uint64_t nr_pages)
{
	struct pb_entry_seen *seen = entries->seen;
	size_t i = 0;

	while (i < entries->nr && (seen[i].row != row || seen[i].flags != flags))
		i++;
	if (i == PB_ENTRIES_MAX) {
		entries->more = true;
		return;
	}
	if (i == entries->nr)
		seen[entries->nr++] = (struct pb_entry_seen){ .row = row, .flags = flags };
	seen[i].nr_calls++;
	seen[i].nr_pages += nr_pages;
}

static uint64_t number_of(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	return at ? strtoull(at + strlen(name), NULL, 16) : 0;
}

/* "  init-1  [000] d..1.  12.345678: NAME: (NAME+0x0/0x30) pages=0x8 flags=0x10001" */
static void line_parse(const char *line, struct pb_entries *entries)
{
	const char *name = strstr(line, ": ");

	if (!name || *line == '#')
		return;
	name += 2;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		size_t len = strlen(rows[i].function);

		if (strncmp(name, rows[i].function, len) != 0 || name[len] != ':')
			continue;
		/* Of an int the register's upper half is anything. */
		entry_add(entries, i, number_of(name, " flags="),
			  number_of(name, " pages=") & UINT32_MAX);
		return;
	}
}

void pb_entries_parse(const char *trace, struct pb_entries *ret_entries)
{
	*ret_entries = (struct pb_entries){ 0 };
	while (*trace) {
		size_t len = strcspn(trace, "\n");
		char line[512];

		snprintf(line, sizeof(line), "%.*s", (int)len, trace);
		line_parse(line, ret_entries);
		trace += len + (trace[len] == '\n');
	}
}

uint64_t pb_entries_count(const struct pb_entries *entries, enum pb_entry_kind kind)
{
	uint64_t nr_calls = 0;

	for (size_t i = 0; i < entries->nr; i++)
		if (rows[entries->seen[i].row].kind == kind)
			nr_calls += entries->seen[i].nr_calls;
	return nr_calls;
}

bool pb_foll_is_old(const char *release)
{
	char *end;
	unsigned long major = strtoul(release, &end, 10);
	unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	return major < 6 || (major == 6 && minor < 3);
}

/* What does not fit is left out: there are fewer flags in use than there is room for. */
static void text_add(char *text, size_t size, const char *between, const char *word)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s%s", len ? between : "", word);
}

void pb_foll_names(uint64_t flags, bool old_numbers, char *text, size_t size)
{
	char rest[24];

	*text = '\0';
	for (size_t i = 0; i < PB_ARRAY_SIZE(flags_known); i++) {
		int bit = flags_known[i].bit[old_numbers];

		if (bit < 0 || !(flags >> bit & 1))
			continue;
		flags &= ~(UINT64_C(1) << bit);
		text_add(text, size, "|", flags_known[i].name);
	}
	snprintf(rest, sizeof(rest), flags ? "%#" PRIx64 : "%" PRIu64, flags);
	if (flags || !*text)
		text_add(text, size, "|", rest);
}

static void seen_describe(const struct pb_entry_seen *seen, bool old_numbers,
			  struct pb_entry_text *text)
{
	const struct row *row = &rows[seen->row];
	char names[PB_ENTRY_TEXT_LEN] = "-";

	if (*row->flags)
		pb_foll_names(seen->flags, old_numbers, names, sizeof(names));
	text_add(text->functions, sizeof(text->functions), " + ", row->function);
	text_add(text->flags, sizeof(text->flags), " + ", names);
	text->nr_calls += seen->nr_calls;
	text->nr_pages += seen->nr_pages;
}

void pb_entries_describe(const struct pb_entries *entries, struct pb_entry_text *ret_text)
{
	struct utsname kernel = { 0 };

	*ret_text = (struct pb_entry_text){ 0 };
	uname(&kernel);
	for (size_t i = 0; i < PB_ARRAY_SIZE(describe_order) && !ret_text->nr_calls; i++)
		for (size_t j = 0; j < entries->nr; j++) {
			enum pb_entry_kind kind = rows[entries->seen[j].row].kind;

			if (kind == describe_order[i][0] || kind == describe_order[i][1])
				seen_describe(&entries->seen[j], pb_foll_is_old(kernel.release),
					      ret_text);
		}
}
