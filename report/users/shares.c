// SPDX-License-Identifier: GPL-2.0-only
/*
 * shares - how much of a call is the pin, its accounting, its mapping for a device, and the rest.
 * Why: names of the kernel's functions change from release to release, so that they are a table in
 * data/.
 */
#include "report/users/shares.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Who entered whom may go in a circle: a softirq's caller is anybody. */
enum { MAX_DEPTH = 64 };

struct pattern {
	enum pb_user_share share;
	const char *glob; /* points into the text */
};

struct pb_user_shares {
	char *text;
	size_t nr;
	struct pattern *patterns;
};

static const char *const names[] = {
	[PB_SHARE_PIN] = "pin",
	[PB_SHARE_ACCOUNTING] = "accounting",
	[PB_SHARE_MAPPING] = "mapping",
	[PB_SHARE_REST] = "rest",
};

const char *pb_user_share_name(enum pb_user_share share)
{
	return names[share];
}

void pb_user_shares_free(struct pb_user_shares *shares)
{
	if (!shares)
		return;
	free(shares->patterns);
	free(shares->text);
	free(shares);
}

static bool share_find(const char *name, enum pb_user_share *ret_share)
{
	for (size_t i = 0; i < PB_NR_SHARES; i++)
		if (pb_streq(names[i], name)) {
			*ret_share = (enum pb_user_share)i;
			return true;
		}
	return false;
}

static int line_take(struct pb_user_shares *shares, char *line)
{
	char *glob = strchr(line, '\t');
	struct pattern pattern = { .share = PB_SHARE_REST }, *patterns;

	if (!*line || *line == '#')
		return 0;
	if (!glob || !glob[1])
		return pb_fail(-EBADMSG, "'%s' is not a share, a tab and a pattern", line);
	*glob++ = '\0';
	if (!share_find(line, &pattern.share))
		return pb_fail(-EBADMSG,
			       "no share is called '%s' (valid: pin accounting mapping rest)",
			       line);
	pattern.glob = glob;
	patterns = reallocarray(shares->patterns, shares->nr + 1, sizeof(*patterns));
	if (!patterns)
		return pb_fail(-ENOMEM, "out of memory");
	shares->patterns = patterns;
	patterns[shares->nr++] = pattern;
	return 0;
}

int pb_user_shares_load(const char *path, struct pb_user_shares **ret_shares)
{
	pb_cleanup(pb_user_sharesp) struct pb_user_shares *shares = calloc(1, sizeof(*shares));
	unsigned int number = 0;
	int ret = shares ? pb_file_read(path, &shares->text, NULL)
			 : pb_fail(-ENOMEM, "out of memory");

	for (char *line = ret ? NULL : shares->text; line && !ret;) {
		char *end = strchr(line, '\n');

		if (end)
			*end++ = '\0';
		number++;
		ret = line_take(shares, line);
		if (ret)
			ret = pb_fail_in(ret, "'%s', line %u", path, number);
		line = end;
	}
	if (!ret)
		*ret_shares = pb_steal(shares);
	return ret;
}

/* Without what a compiler appends: .isra.0, .part.0, .cold, and without the module. */
static void name_trim(const char *name, char *trimmed, size_t size)
{
	snprintf(trimmed, size, "%.*s", (int)strcspn(name, ". "), name);
}

static bool own_share(const struct pb_user_shares *shares, const char *name,
		      enum pb_user_share *ret_share)
{
	char trimmed[256];

	name_trim(name, trimmed, sizeof(trimmed));
	for (size_t i = 0; i < shares->nr; i++)
		if (!fnmatch(shares->patterns[i].glob, trimmed, 0)) {
			*ret_share = shares->patterns[i].share;
			return true;
		}
	return false;
}

static const struct pb_profile_function *function_find(const struct pb_profile *profile,
						       const char *name)
{
	for (size_t i = 0; name && i < profile->nr_functions; i++)
		if (pb_streq(profile->functions[i].name, name))
			return &profile->functions[i];
	return NULL;
}

static enum pb_user_share function_share(const struct pb_user_shares *shares,
					 const struct pb_profile *profile,
					 const struct pb_profile_function *function)
{
	enum pb_user_share share = PB_SHARE_REST;

	for (int depth = 0; function && depth < MAX_DEPTH; depth++) {
		if (own_share(shares, function->name, &share))
			return share;
		function = function_find(profile, function->caller);
	}
	return PB_SHARE_REST;
}

void pb_user_shares_of(const struct pb_user_shares *shares, const struct pb_profile *profile,
		       double ret_parts[PB_NR_SHARES])
{
	for (size_t i = 0; i < PB_NR_SHARES; i++)
		ret_parts[i] = 0;
	for (size_t i = 0; i < profile->nr_functions; i++)
		ret_parts[function_share(shares, profile, &profile->functions[i])] +=
			(double)profile->functions[i].instructions;
}
