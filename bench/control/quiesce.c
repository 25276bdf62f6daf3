// SPDX-License-Identifier: GPL-2.0-only
/*
 * quiesce - settings of a machine that make it measure steadily.
 * Why: a governor, a turbo or a kernel thread in the background is noise that can be switched off.
 */
#include "bench/control/quiesce.h"

#include <errno.h>
#include <glob.h>
#include <string.h>

#include "bench/control/settings.h"
#include "common/err.h"

PB_DEFINE_CLEANUP(glob_freep, glob_t *, globfree);

/* One file of a row. A CPU that goes offline meanwhile takes its files with it. */
static int file_take(struct pb_state *state, const char *path, const char *value,
		     struct pb_buf *said)
{
	int ret = pb_state_set(state, path, value);

	if (!ret || ret == -ENOMEM)
		return ret;
	ret = pb_buf_printf(said, "--quiesce: %s\n", pb_fail_message(ret));
	pb_fail_clear();
	return ret;
}

static int setting_take(struct pb_state *state, const char *root,
			const struct pb_machine_setting *setting, struct pb_buf *said)
{
	_cleanup_free_ char *pattern = pb_format("%s%s", root, setting->pattern);
	glob_t found = { 0 };
	pb_cleanup(glob_freep) glob_t *guard = &found;
	int ret = 0;

	(void)guard;
	if (!pattern)
		return -ENOMEM;
	for (char *c = pattern; (c = strchr(c, '%'));)
		*c = '*';
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc && !ret; i++)
		ret = file_take(state, found.gl_pathv[i] + strlen(root), setting->quiet, said);
	return ret;
}

int pb_quiesce(struct pb_state *state, const char *root, struct pb_buf *said)
{
	int ret = 0;

	for (size_t i = 0; i < pb_nr_machine_settings && !ret; i++)
		if (pb_machine_settings[i].quiet)
			ret = setting_take(state, root, &pb_machine_settings[i], said);
	return ret;
}

char *pb_quiesce_words(void)
{
	pb_cleanup(pb_buf_done) struct pb_buf words = { 0 };

	for (size_t i = 0; i < pb_nr_machine_settings; i++) {
		const char *name = strrchr(pb_machine_settings[i].pattern, '/') + 1;

		if (pb_machine_settings[i].quiet &&
		    pb_buf_printf(&words, "%s%s=%s", words.len_bytes ? ", " : "", name,
				  pb_machine_settings[i].quiet))
			return NULL;
	}
	return pb_steal(words.data);
}
