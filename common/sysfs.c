// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs - what /proc and /sys say, below a root that tests may move.
 * Why: a machine with two sockets, a battery or Secure Boot is a folder of small files in a test.
 */
#include "common/sysfs.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

enum { MAX_ID = 1 << 16 };

static char *pb_printf(2, 0) path_of(const char *root, const char *fmt, va_list args)
{
	_cleanup_free_ char *path = NULL;

	if (vasprintf(&path, fmt, args) < 0) {
		path = NULL;
		return NULL;
	}
	return pb_format("%s%s", root, path);
}

static char *text_read(const char *path)
{
	char *text = NULL;
	size_t len;

	if (!path || pb_file_read(path, &text, &len)) {
		pb_fail_clear();
		return NULL;
	}
	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	return text;
}

char *pb_sys_text(const char *root, const char *fmt, ...)
{
	_cleanup_free_ char *path = NULL;
	va_list args;

	va_start(args, fmt);
	path = path_of(root, fmt, args);
	va_end(args);
	return text_read(path);
}

char *pb_sys_choice(const char *root, const char *fmt, ...)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	const char *open;
	va_list args;

	va_start(args, fmt);
	path = path_of(root, fmt, args);
	va_end(args);
	text = text_read(path);
	open = text ? strchr(text, '[') : NULL;
	if (!open || !strchr(open, ']'))
		return pb_steal(text);
	return strndup(open + 1, strcspn(open + 1, "]"));
}

bool pb_sys_exists(const char *root, const char *fmt, ...)
{
	_cleanup_free_ char *path = NULL;
	va_list args;

	va_start(args, fmt);
	path = path_of(root, fmt, args);
	va_end(args);
	return path && pb_file_exists(path);
}

long long pb_sys_number(const char *root, const char *path, long long otherwise)
{
	_cleanup_free_ char *text = pb_sys_text(root, "%s", path);
	char *end = text;
	long long number = text ? strtoll(text, &end, 10) : 0;

	return end == text ? otherwise : number;
}

char *pb_sys_line(const char *root, const char *path, const char *name)
{
	_cleanup_free_ char *text = pb_sys_text(root, "%s", path);
	const char *start = text ? strstr(text, name) : NULL;

	while (start && start > text && start[-1] != '\n')
		start = strstr(start + 1, name);
	if (!start)
		return NULL;
	start += strlen(name);
	start += strspn(start, "\t :=\"");
	return strndup(start, strcspn(start, "\"\n"));
}

static int range_add(struct pb_cpu_list *list, long first, long last)
{
	int *grown;

	if (first < 0 || last < first || last > MAX_ID)
		return -EINVAL;
	grown = reallocarray(list->ids, list->nr + (size_t)(last - first) + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	list->ids = grown;
	for (long id = first; id <= last; id++)
		grown[list->nr++] = (int)id;
	return 0;
}

int pb_cpu_list_parse(const char *text, struct pb_cpu_list *ret_list)
{
	pb_cleanup(pb_cpu_list_done) struct pb_cpu_list list = { 0 };
	const char *at = text;

	while (*at) {
		char *end;
		long first = strtol(at, &end, 10), last = first;
		int ret = end == at ? -EINVAL : 0;

		if (!ret && *end == '-') {
			at = end + 1;
			last = strtol(at, &end, 10);
			ret = end == at ? -EINVAL : 0;
		}
		if (!ret)
			ret = range_add(&list, first, last);
		if (!ret && *end && *end != ',')
			ret = -EINVAL;
		if (ret)
			return pb_fail(ret, "'%s' is no list of CPUs: want one like 0-3,8", text);
		at = end + (*end == ',');
	}
	*ret_list = list;
	list = (struct pb_cpu_list){ 0 };
	return 0;
}

void pb_cpu_list_done(struct pb_cpu_list *list)
{
	free(list->ids);
	*list = (struct pb_cpu_list){ 0 };
}
