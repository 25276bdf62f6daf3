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

#include "common/err.h"
#include "common/file.h"
#include "common/sysfs.h"

#define STATE_DIR "/run/pinbench"

enum { FORMAT = 1 };

PB_DEFINE_CLEANUP(json_freep, json_t *, json_decref);

struct pb_state {
	char *root;
	char *path; /* of the file */
	int lock;
	json_t *json;
};

static json_t *settings_of(const struct pb_state *state)
{
	return json_object_get(state->json, "settings");
}

/* Written and renamed: a kill in the middle leaves the old one or the new one. */
static int state_write(const struct pb_state *state)
{
	_cleanup_free_ char *text = json_dumps(state->json, JSON_COMPACT);

	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	return pb_file_write(state->path, text, strlen(text));
}

static int lock_take(const char *root, const char *dir, int *ret_lock)
{
	_cleanup_free_ char *path = pb_format("%s/lock", dir), *pid = NULL;
	_cleanup_close_ int lock = -1;
	char text[32];

	if (!path)
		return -ENOMEM;
	lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (lock < 0)
		return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
	if (flock(lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK)
			return pb_fail(-errno, "cannot lock '%s': %s", path, strerror(errno));
		pid = pb_sys_text(root, STATE_DIR "/lock");
		return pb_fail(-EBUSY,
			       "another pinbench (process %s) measures on this machine; two at a "
			       "time would measure each other",
			       pid && *pid ? pid : "unknown");
	}
	snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(lock, 0) || write(lock, text, strlen(text)) < 0)
		return pb_fail(-errno, "cannot write '%s': %s", path, strerror(errno));
	*ret_lock = pb_steal_fd(lock);
	return 0;
}

static int state_open(const char *root, struct pb_state **ret_state)
{
	pb_cleanup(pb_state_endp) struct pb_state *state = calloc(1, sizeof(*state));
	_cleanup_free_ char *dir = pb_format("%s" STATE_DIR, root);
	int ret;

	if (!state || !dir)
		return pb_fail(-ENOMEM, "out of memory");
	state->lock = -1;
	state->root = strdup(root);
	state->path = pb_format("%s/state.json", dir);
	if (!state->root || !state->path)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_dir_make(dir);
	if (!ret)
		ret = lock_take(root, dir, &state->lock);
	if (!ret)
		*ret_state = pb_steal(state);
	return ret;
}

/* *ret_json is NULL where there is no file. */
static int state_read(const char *path, json_t **ret_json)
{
	pb_cleanup(json_freep) json_t *json = NULL;
	_cleanup_free_ char *text = NULL;
	int ret;

	*ret_json = NULL;
	if (!pb_file_exists(path))
		return 0;
	ret = pb_file_read(path, &text, NULL);
	if (ret)
		return ret;
	json = json_loads(text, 0, NULL);
	if (json_integer_value(json_object_get(json, "format")) != FORMAT ||
	    !json_is_array(json_object_get(json, "settings")))
		return pb_fail(-EBADMSG,
			       "'%s' is no state of this version: look at it, and remove it", path);
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
	int ret = state_open(root, &state);

	if (!ret)
		ret = state_read(state->path, &state->json);
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
	state->json = json_pack("{s:i, s:i, s:b, s:[]}", "format", FORMAT, "pid", (int)getpid(),
				"modules", 0, "settings");
	if (!state->json)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_state = pb_steal(state);
	return 0;
}

static int setting_note(struct pb_state *state, const char *path, const char *was, const char *set)
{
	json_t *entry = json_pack("{s:s, s:s, s:s*}", "path", path, "was", was, "set", set);

	if (!entry || json_array_append_new(settings_of(state), entry))
		return pb_fail(-ENOMEM, "out of memory");
	return state_write(state);
}

static int text_put(const char *root, const char *path, const char *text)
{
	_cleanup_free_ char *full = pb_format("%s%s", root, path);
	_cleanup_close_ int fd = full ? open(full, O_WRONLY | O_TRUNC | O_CLOEXEC) : -1;

	if (!full)
		return -ENOMEM;
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return pb_fail(-errno, "cannot write '%s' to '%s': %s", text, full,
			       strerror(errno));
	return 0;
}

static char *value_read(const char *root, const char *path)
{
	return pb_sys_choice(root, "%s", path);
}

int pb_state_set(struct pb_state *state, const char *path, const char *value)
{
	_cleanup_free_ char *was = value_read(state->root, path);
	int ret;

	if (!was)
		return pb_fail(-ENOENT, "cannot read '%s%s'", state->root, path);
	if (pb_streq(was, value))
		return 0;
	ret = setting_note(state, path, was, value);
	if (ret)
		return ret;
	ret = text_put(state->root, path, value);
	if (!ret)
		return 0;
	/* Nothing was changed, so there is nothing to put back. */
	json_array_remove(settings_of(state), json_array_size(settings_of(state)) - 1);
	return state_write(state) ? -EIO : ret;
}

int pb_state_keep(struct pb_state *state, const char *path)
{
	_cleanup_free_ char *was = value_read(state->root, path);

	return was ? setting_note(state, path, was, NULL) : 0;
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

/* 0: put back, or no longer ours; *ret_words is then what to say of it, or NULL. */
static int setting_restore(const struct pb_state *state, const json_t *entry, char **ret_words)
{
	const char *path = json_string_value(json_object_get(entry, "path"));
	const char *was = json_string_value(json_object_get(entry, "was"));
	const char *set = json_string_value(json_object_get(entry, "set"));
	_cleanup_free_ char *now = path ? value_read(state->root, path) : NULL;

	if (!path || !was || !now) /* the device that it was of is gone, and the setting with it */
		return 0;
	if (pb_streq(now, was))
		return 0;
	if (set && !pb_streq(now, set)) {
		*ret_words = pb_format("%s is '%s' now, which pinbench did not set: left alone",
				       path, now);
		return *ret_words ? 0 : -ENOMEM;
	}
	return text_put(state->root, path, was);
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
		unlink(state->path);
	json_decref(state->json);
	closep(&state->lock);
	free(state->root);
	free(state->path);
	free(state);
}

static int words_add(struct pb_buf *words, const char *root, const json_t *entry)
{
	const char *path = json_string_value(json_object_get(entry, "path"));
	const char *was = json_string_value(json_object_get(entry, "was"));
	_cleanup_free_ char *now = path ? value_read(root, path) : NULL;

	if (!path || !was || !now || pb_streq(was, now))
		return 0;
	return pb_buf_printf(words, "  %s: '%s', and was '%s' before the run\n", path, now, was);
}

int pb_state_left(const char *root, struct pb_leftovers *ret_left)
{
	_cleanup_free_ char *path = pb_format("%s" STATE_DIR "/state.json", root);
	_cleanup_free_ char *lock_path = pb_format("%s" STATE_DIR "/lock", root);
	_cleanup_close_ int lock = lock_path ? open(lock_path, O_RDONLY | O_CLOEXEC) : -1;
	pb_cleanup(pb_buf_done) struct pb_buf words = { 0 };
	pb_cleanup(json_freep) json_t *json = NULL;
	int ret = path && lock_path ? 0 : -ENOMEM;

	*ret_left = (struct pb_leftovers){ 0 };
	if (ret || lock < 0 ||
	    flock(lock, LOCK_SH | LOCK_NB)) /* a run is under way, or none ever was */
		return ret;
	ret = state_read(path, &json);
	if (ret || !json || is_settled(json))
		return ret;
	ret_left->any = true;
	ret_left->modules = json_is_true(json_object_get(json, "modules"));
	if (ret_left->modules)
		ret = pb_buf_printf(&words, "  modules of pinbench may be loaded\n");
	for (size_t i = 0; i < json_array_size(json_object_get(json, "settings")) && !ret; i++)
		ret = words_add(&words, root, json_array_get(json_object_get(json, "settings"), i));
	if (!ret && !words.data)
		ret = pb_buf_printf(&words, "  (what it was has been put back meanwhile)\n");
	if (!ret)
		ret_left->words = pb_steal(words.data);
	return ret;
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
	if (!pb_sys_exists(root, STATE_DIR "/state.json"))
		return 0; /* which anybody may be told */
	ret = state_open(root, &state);
	if (!ret)
		ret = state_read(state->path, &state->json);
	if (ret)
		return ret;
	*ret_modules = json_is_true(json_object_get(state->json, "modules"));
	*ret_state = state->json ? pb_steal(state) : NULL;
	return 0;
}
