// SPDX-License-Identifier: GPL-2.0-only
/*
 * name - what people call a kernel: debian:6.1, debian:6.12.107/arm64, host, or a folder they built
 * in. Why: every command takes the same names and answers an unknown one with the valid ones.
 */
#include "bench/kernels/name.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "common/err.h"
#include "common/str.h"

static const char prefix[] = "debian:";

static int flavours_list(struct pb_buf *list)
{
	const struct pb_arch *arch;
	int ret = 0;

	for (size_t i = 0; !ret && (arch = pb_arch_at(i)); i++)
		for (size_t f = 0; f < PB_ARCH_FLAVOURS && !ret; f++)
			ret = pb_buf_printf(list, "%s/%s", i || f ? ", " : "", arch->flavours[f]);
	return ret;
}

static int name_unknown(const struct pb_table *ladder, const char *text, const char *why)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 }, flavours = { 0 };

	if (flavours_list(&flavours))
		return -ENOMEM;
	for (size_t i = 0; i < ladder->nr_rows; i++)
		if (pb_buf_printf(&valid, "%s%s%s", i ? ", " : "", prefix, ladder->rows[i][0]))
			return -ENOMEM;
	return pb_fail(-EINVAL,
		       "kernel '%s': %s; valid are %s, a patch release like %s%s.107, either with "
		       "a flavour (%s; the first is the default), host (the kernel that runs), or "
		       "the folder of a built kernel tree",
		       text, why, valid.data, prefix,
		       ladder->nr_rows > 2 ? ladder->rows[2][0] : "6.12", flavours.data);
}

/* "6.12.107" is digits and two dots at most; returns the number of dots or -1. */
static int version_dots(const char *version)
{
	int dots = 0;

	if (!isdigit((unsigned char)version[0]))
		return -1;
	for (const char *c = version; *c; c++) {
		if (*c == '.' && isdigit((unsigned char)c[1]))
			dots++;
		else if (!isdigit((unsigned char)*c))
			return -1;
	}
	return dots == 1 || dots == 2 ? dots : -1;
}

static int debian_parse(const struct pb_table *ladder, const char *text,
			struct pb_kernel_name *name)
{
	const char *slash = strchr(text, '/');
	const char *flavour = slash ? slash + 1 : pb_arch_default->flavours[0];
	const char *version = text + strlen(prefix);
	size_t len = slash ? (size_t)(slash - version) : strlen(version);
	int dots;

	if (len >= sizeof(name->version))
		return name_unknown(ladder, text, "that is no kernel version");
	memcpy(name->version, version, len);
	dots = version_dots(name->version);
	if (dots < 0 || (size_t)(strchrnul(strchr(name->version, '.') + 1, '.') - name->version) >=
				sizeof(name->series))
		return name_unknown(ladder, text, "that is no kernel version");
	memcpy(name->series, name->version,
	       (size_t)(strchrnul(strchr(name->version, '.') + 1, '.') - name->version));
	if (dots == 1)
		name->version[0] = '\0';
	if (pb_table_find(ladder, name->series) < 0)
		return name_unknown(ladder, text, "no such rung on the ladder");
	name->arch = pb_arch_of_flavour(flavour);
	if (!name->arch)
		return name_unknown(ladder, text, "no such flavour");
	snprintf(name->flavour, sizeof(name->flavour), "%s", flavour);
	return 0;
}

static int tree_parse(const struct pb_table *ladder, const char *text, struct pb_kernel_name *name)
{
	struct stat st;

	/* A word that could not be a path was meant as a name. */
	if (stat(text, &st) && !strchr(text, '/'))
		return name_unknown(ladder, text, "no such name");
	name->tree = realpath(text, NULL);
	if (!name->tree)
		return pb_fail(-errno, "kernel tree '%s': %s", text, strerror(errno));
	if (stat(name->tree, &st) || !S_ISDIR(st.st_mode))
		return pb_fail(-ENOTDIR,
			       "kernel tree '%s': not a folder; name the folder that the "
			       "kernel was built in",
			       text);
	return 0;
}

int pb_kernel_name_parse(const struct pb_table *ladder, const char *text,
			 struct pb_kernel_name *ret_name)
{
	pb_cleanup(pb_kernel_name_done) struct pb_kernel_name name = { 0 };
	int ret = 0;

	if (pb_streq(text, "host"))
		name.host = true;
	else if (!strncmp(text, prefix, strlen(prefix)))
		ret = debian_parse(ladder, text, &name);
	else
		ret = tree_parse(ladder, text, &name);
	if (ret)
		return ret;
	*ret_name = name;
	name.tree = NULL;
	return 0;
}

void pb_kernel_name_done(struct pb_kernel_name *name)
{
	free(name->tree);
	name->tree = NULL;
}
