// SPDX-License-Identifier: GPL-2.0-only
/*
 * state - what a run changed on this machine, written down before it is changed.
 * Why: whatever kills a run, the next one, or `pinbench doctor`, finds what to undo and how.
 */
#include "bench/control/state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/file.h>

#include "bench/control/rundir.h"
#include "bench/control/settings.h"
#include "common/err.h"
#include "common/lives.h"
#include "common/sysfs.h"

#define STATE_FILE "state.json"
#define LOCK_FILE  "lock"

enum { FORMAT = 1, BOOT_BYTES = 64, SHOWN_BYTES = 160, LOOKS = 3, LOOK_US = 10000 };

struct pb_state {
	char *root;
	int dir;
	int lock;
	json_t *json;
};

static json_t *settings_of(const struct pb_state *state)
{
	return json_object_get(state->json, "settings");
}

static int state_write(const struct pb_state *state)
{
	return pb_rundir_write(state->dir, STATE_FILE, state->json);
}

static int lock_take(const char *root, int dir, int *ret_lock)
{
	_cleanup_free_ char *pid = NULL;
	_cleanup_close_ int lock = -1;
	int ret = pb_rundir_lock(dir, LOCK_FILE, false, &lock);

	/* Who only looks whether it is held (is_under_way()) has it for a moment. */
	for (int i = 0; ret == -EBUSY && i < LOOKS; i++) {
		usleep(LOOK_US);
		ret = pb_rundir_lock(dir, LOCK_FILE, false, &lock);
	}
	if (ret == -EBUSY) {
		pid = pb_sys_text(root, PB_RUNDIR "/" LOCK_FILE);
		return pb_fail(-EBUSY,
			       "another pinbench (process %d) measures on this machine; two at a "
			       "time would measure each other",
			       pid ? (int)strtol(pid, NULL, 10) : 0);
	}
	if (ret)
		return ret;
	if (ftruncate(lock, 0) || dprintf(lock, "%d\n", (int)getpid()) < 0)
		return pb_fail(-errno, "cannot write '" PB_RUNDIR "/" LOCK_FILE "': %s",
			       strerror(errno));
	*ret_lock = pb_steal_fd(lock);
	return 0;
}

static int state_open(const char *root, struct pb_state **ret_state)
{
	pb_cleanup(pb_state_endp) struct pb_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return pb_fail(-ENOMEM, "out of memory");
	state->lock = state->dir = -1;
	state->root = strdup(root);
	if (!state->root)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_rundir_open(root, true, &state->dir);
	if (!ret)
		ret = lock_take(root, state->dir, &state->lock);
	if (!ret)
		*ret_state = pb_steal(state);
	return ret;
}

/* What was set in another boot is gone with it, and what stands there now is somebody else's. */
static bool is_of_this_boot(const json_t *json)
{
	const char *boot = json_string_value(json_object_get(json, "boot"));
	char now[BOOT_BYTES];

	pb_boot_id(now, sizeof(now));
	return !boot || pb_streq(boot, now);
}

static bool is_state(const json_t *json)
{
	const json_t *settings = json_object_get(json, "settings"), *entry;
	size_t i;

	json_array_foreach (settings, i, entry)
		if (!json_string_value(json_object_get(entry, "path")) ||
		    !json_string_value(json_object_get(entry, "was")) ||
		    !json_string_value(json_object_get(entry, "set")))
			return false;
	return json_is_array(settings) &&
	       json_integer_value(json_object_get(json, "format")) == FORMAT &&
	       json_is_boolean(json_object_get(json, "modules"));
}

/* *ret_json is NULL where there is no file. */
static int state_read(int dir, json_t **ret_json)
{
	pb_cleanup(pb_json_freep) json_t *json = NULL;
	int ret = pb_rundir_read(dir, STATE_FILE, &json);

	*ret_json = NULL;
	if (ret || !json)
		return ret;
	if (!is_state(json))
		return pb_fail(-EBADMSG,
			       "'" PB_RUNDIR "/" STATE_FILE "' is no state of this version: look "
			       "at it, and remove it");
	if (is_of_this_boot(json))
		*ret_json = pb_steal(json);
	return 0;
}

static bool is_settled(const json_t *json)
{
	return !json_is_true(json_object_get(json, "modules")) &&
	       !json_array_size(json_object_get(json, "settings"));
}

int pb_state_begin(const char *root, struct pb_state **ret_state)
{
	pb_cleanup(pb_state_endp) struct pb_state *state = NULL;
	pb_cleanup(pb_leftovers_done) struct pb_leftovers left = { 0 };
	char boot[BOOT_BYTES];
	int ret = state_open(root, &state);

	if (!ret)
		ret = state_read(state->dir, &state->json);
	if (ret)
		return ret;
	if (state->json && !is_settled(state->json)) {
		json_decref(pb_steal(state->json)); /* so that ending it leaves the file */
		closep(&state->lock);
		state->lock = -1;
		ret = pb_state_left(root, &left);
		return ret ? ret
			   : pb_fail(-ESTALE,
				     "a run that was killed left this machine changed; `pinbench "
				     "doctor --restore` puts it back:\n%s",
				     left.words ? left.words : "");
	}
	json_decref(state->json);
	pb_boot_id(boot, sizeof(boot));
	state->json = json_pack("{s:i, s:i, s:s, s:b, s:[]}", "format", FORMAT, "pid",
				(int)getpid(), "boot", boot, "modules", 0, "settings");
	if (!state->json)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_state = pb_steal(state);
	return 0;
}

static int setting_note(struct pb_state *state, const char *path, const char *was, const char *set)
{
	json_t *entry = json_pack("{s:s, s:s, s:s}", "path", path, "was", was, "set", set);

	if (!entry || json_array_append_new(settings_of(state), entry))
		return pb_fail(-ENOMEM, "out of memory");
	return state_write(state);
}

int pb_state_set(struct pb_state *state, const char *path, const char *value)
{
	_cleanup_free_ char *was = NULL;
	int ret = pb_setting_check(path, value);

	if (!ret)
		ret = pb_setting_read(state->root, path, &was);
	if (ret || pb_streq(was, value))
		return ret;
	/* What could not be put back is not changed. */
	ret = pb_setting_check(path, was);
	if (!ret)
		ret = setting_note(state, path, was, value);
	if (ret)
		return ret;
	ret = pb_setting_write(state->root, path, value);
	if (!ret)
		return 0;
	/* Nothing was changed, so there is nothing to put back. */
	json_array_remove(settings_of(state), json_array_size(settings_of(state)) - 1);
	return state_write(state) ? -EIO : ret;
}

int pb_state_modules(struct pb_state *state)
{
	if (json_object_set_new(state->json, "modules", json_true()))
		return pb_fail(-ENOMEM, "out of memory");
	return state_write(state);
}

int pb_state_modules_forget(struct pb_state *state)
{
	if (json_object_set_new(state->json, "modules", json_false()))
		return pb_fail(-ENOMEM, "out of memory");
	return state_write(state);
}

/* An entry's word, of which anything may have been made: as it can be shown. */
static void word_show(const json_t *entry, const char *key, char *text, size_t size)
{
	snprintf(text, size, "%s", json_string_value(json_object_get(entry, key)));
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
			*c = '?';
}

/* 0, or -errno with a message: the state names what pinbench never changes, or no value of it. */
static int entry_check(const json_t *entry)
{
	const char *path = json_string_value(json_object_get(entry, "path"));
	char shown[SHOWN_BYTES];
	int ret = pb_setting_check(path, json_string_value(json_object_get(entry, "was")));

	if (!ret)
		ret = pb_setting_check(path, json_string_value(json_object_get(entry, "set")));
	if (!ret)
		return 0;
	word_show(entry, "path", shown, sizeof(shown));
	return pb_fail(ret,
		       "'" PB_RUNDIR "/" STATE_FILE "' names '%s', which was left alone: %s; look "
		       "at that file, and remove it",
		       shown,
		       ret == -EPERM ? "it is no setting that pinbench changes"
				     : "what it is to be put back to is no value of that setting");
}

/* 0: put back, or no longer ours; *ret_words is then what to say of it, or NULL. */
static int setting_restore(const struct pb_state *state, const json_t *entry, char **ret_words)
{
	const char *path = json_string_value(json_object_get(entry, "path"));
	const char *was = json_string_value(json_object_get(entry, "was"));
	const char *set = json_string_value(json_object_get(entry, "set"));
	_cleanup_free_ char *now = NULL;
	int ret = entry_check(entry);

	if (!ret)
		ret = pb_setting_read(state->root, path, &now);
	if (ret == -ENOENT) { /* the device that it was of is gone, and the setting with it */
		pb_fail_clear();
		return 0;
	}
	if (ret || pb_streq(now, was))
		return ret;
	if (!pb_streq(now, set)) {
		*ret_words = pb_format("%s is '%s' now, which pinbench did not set: left alone",
				       path, now);
		return *ret_words ? 0 : -ENOMEM;
	}
	return pb_setting_write(state->root, path, was);
}

int pb_state_restore(struct pb_state *state, struct pb_buf *said)
{
	json_t *settings = settings_of(state);
	int failed = 0, ret = 0;

	for (size_t i = json_array_size(settings); i-- > 0 && !ret;) {
		_cleanup_free_ char *words = NULL;
		int code = setting_restore(state, json_array_get(settings, i), &words);

		if (code) {
			failed = code;
			ret = pb_buf_printf(said, "%s\n", pb_fail_message(code));
			continue;
		}
		if (words)
			ret = pb_buf_printf(said, "%s\n", words);
		json_array_remove(settings, i);
	}
	if (!ret)
		ret = state_write(state);
	return ret ? ret : failed;
}

void pb_state_end(struct pb_state *state)
{
	if (!state)
		return;
	if (state->json && is_settled(state->json))
		unlinkat(state->dir, STATE_FILE, 0);
	json_decref(state->json);
	closep(&state->lock);
	closep(&state->dir);
	free(state->root);
	free(state);
}

static int words_add(struct pb_buf *words, const char *root, const json_t *entry)
{
	const char *path = json_string_value(json_object_get(entry, "path"));
	const char *was = json_string_value(json_object_get(entry, "was"));
	_cleanup_free_ char *now = NULL;
	char shown[SHOWN_BYTES];

	if (entry_check(entry)) {
		pb_fail_clear();
		word_show(entry, "path", shown, sizeof(shown));
		return pb_buf_printf(words, "  %s: no setting or value of pinbench's\n", shown);
	}
	if (pb_setting_read(root, path, &now)) {
		pb_fail_clear();
		return 0;
	}
	if (pb_streq(was, now))
		return 0;
	return pb_buf_printf(words, "  %s: '%s', and was '%s' before the run\n", path, now, was);
}

static int left_add(const char *root, const json_t *json, struct pb_leftovers *left)
{
	const json_t *settings = json_object_get(json, "settings"), *entry;
	pb_cleanup(pb_buf_done) struct pb_buf words = { 0 };
	int ret = 0;
	size_t i;

	left->any = true;
	left->modules = json_is_true(json_object_get(json, "modules"));
	if (left->modules)
		ret = pb_buf_printf(&words, "  modules of pinbench may be loaded\n");
	json_array_foreach (settings, i, entry)
		if (!ret)
			ret = words_add(&words, root, entry);
	if (!ret && !words.data)
		ret = pb_buf_printf(&words, "  (what it was has been put back meanwhile)\n");
	if (!ret)
		left->words = pb_steal(words.data);
	return ret;
}

/* Does a run hold the lock? */
static bool is_under_way(int dir)
{
	_cleanup_close_ int lock =
		openat(dir, LOCK_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return lock >= 0 && flock(lock, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
}

int pb_state_left(const char *root, struct pb_leftovers *ret_left)
{
	pb_cleanup(pb_json_freep) json_t *json = NULL;
	_cleanup_close_ int dir = -1;
	int ret;

	*ret_left = (struct pb_leftovers){ 0 };
	ret = pb_rundir_open(root, false, &dir);
	if (ret == -ENOENT) {
		pb_fail_clear();
		return 0;
	}
	if (ret || is_under_way(dir))
		return ret;
	ret = state_read(dir, &json);
	if (ret || !json || is_settled(json))
		return ret;
	return left_add(root, json, ret_left);
}

void pb_leftovers_done(struct pb_leftovers *left)
{
	free(left->words);
	*left = (struct pb_leftovers){ 0 };
}

int pb_state_resume(const char *root, struct pb_state **ret_state, bool *ret_modules)
{
	pb_cleanup(pb_state_endp) struct pb_state *state = NULL;
	int ret;

	*ret_modules = false;
	*ret_state = NULL;
	if (!pb_sys_exists(root, PB_RUNDIR "/" STATE_FILE))
		return 0; /* which anybody may be told */
	ret = state_open(root, &state);
	if (!ret)
		ret = state_read(state->dir, &state->json);
	if (ret)
		return ret;
	*ret_modules = json_is_true(json_object_get(state->json, "modules"));
	*ret_state = state->json ? pb_steal(state) : NULL;
	return 0;
}
