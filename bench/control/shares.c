// SPDX-License-Identifier: GPL-2.0-only
/*
 * shares - which process added how many huge pages to which pool, as it is written down.
 * Why: see shares.h.
 */
#include "bench/control/shares.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "bench/control/rundir.h"
#include "bench/control/settings.h"
#include "common/err.h"
#include "common/str.h"
#include "common/sysfs.h"

#define SHARES_FILE "pools.json"
#define LOCK_FILE   "pools.lock"
#define POOL_FILE   "nr_hugepages"

enum { FORMAT = 1, BOOT_BYTES = 64, MOST_PAGES = INT32_MAX };

bool pb_share_is_due(const struct pb_share *share, pid_t owner)
{
	struct pb_process self;

	pb_process_of(owner, &self);
	return pb_process_same(&share->owner, &self) ||
	       pb_process_fate(&share->owner) == PB_PROCESS_GONE;
}

/* The number in the file beside @path, such as surplus_hugepages. */
static uint64_t beside(const char *root, const char *path, const char *name)
{
	_cleanup_free_ char *file =
		pb_format("%.*s%s", (int)(strlen(path) - strlen(POOL_FILE)), path, name);
	long long number = file ? pb_sys_number(root, file, 0) : 0;

	return number > 0 ? (uint64_t)number : 0;
}

/* The file of all nodes together that belongs to a node's; newly allocated. */
static char *all_nodes(const char *path)
{
	return pb_format("/sys/kernel/mm/hugepages%s", strstr(path, "/hugepages-"));
}

static int number_read(const char *root, const char *path, uint64_t *ret_number)
{
	_cleanup_free_ char *text = NULL;
	int ret = pb_setting_read(root, path, &text);

	if (!ret)
		ret = pb_setting_check(path, text);
	if (!ret)
		*ret_number = strtoull(text, NULL, 10);
	return ret;
}

int pb_pool_read(const char *root, const char *path, struct pb_pool *ret_pool)
{
	_cleanup_free_ char *all = all_nodes(path);
	uint64_t nr, surplus = beside(root, path, "surplus_hugepages");
	int ret = all ? number_read(root, path, &nr) : -ENOMEM;

	if (ret)
		return ret;
	ret_pool->nr = nr > surplus ? nr - surplus : 0;
	ret_pool->all_surplus = beside(root, all, "surplus_hugepages");
	return 0;
}

/*
 * What is written to a node's file is taken by the kernel as all of its pages, with the surplus of
 * all nodes on top (mm/hugetlb.c, set_max_huge_pages()). Where that would be less than none, the
 * file of all nodes together says the same.
 */
static int pool_write(const char *root, const char *path, int64_t more)
{
	_cleanup_free_ char *all = all_nodes(path);
	struct pb_pool pool;
	uint64_t nr;
	char text[32];
	int ret = all ? pb_pool_read(root, path, &pool) : -ENOMEM;

	if (!ret)
		ret = number_read(root, path, &nr);
	if (!ret && (int64_t)nr + more < (int64_t)pool.all_surplus) {
		path = all;
		ret = number_read(root, path, &nr);
	}
	if (ret)
		return ret;
	more += (int64_t)nr - (int64_t)pool.all_surplus;
	snprintf(text, sizeof(text), "%" PRId64, more > 0 ? more : 0);
	return pb_setting_write(root, path, text);
}

static json_t *share_pack(const struct pb_share *share)
{
	return json_pack("{s:s, s:I, s:I, s:s, s:I, s:I, s:I, s:I}", "path", share->path, "pid",
			 (json_int_t)share->owner.pid, "started", (json_int_t)share->owner.started,
			 "namespace", share->owner.namespace, "set", (json_int_t)share->set,
			 "added", (json_int_t)share->added, "asked", (json_int_t)share->asked,
			 "going", (json_int_t)share->going);
}

static int shares_write(const struct pb_shares *shares)
{
	pb_cleanup(pb_json_freep) json_t *json = NULL;
	char boot[BOOT_BYTES];

	pb_boot_id(boot, sizeof(boot));
	json = json_pack("{s:i, s:s, s:[]}", "format", FORMAT, "boot", boot, "shares");
	for (size_t i = 0; json && i < shares->nr; i++)
		if (json_array_append_new(json_object_get(json, "shares"),
					  share_pack(&shares->list[i])))
			json_decref(pb_steal(json));
	if (!json)
		return pb_fail(-ENOMEM, "out of memory");
	return pb_rundir_write(shares->dir, SHARES_FILE, json);
}

static bool number_take(const json_t *entry, const char *key, json_int_t most, uint64_t *ret_number)
{
	const json_t *value = json_object_get(entry, key);
	json_int_t number = json_integer_value(value);

	*ret_number = (uint64_t)number;
	return json_is_integer(value) && number >= 0 && number <= most;
}

static bool word_take(const json_t *entry, const char *key, char *text, size_t size)
{
	const char *word = json_string_value(json_object_get(entry, key));

	snprintf(text, size, "%s", word ? word : "");
	return word && strlen(word) < size;
}

/* A pool's file, and numbers that a pool may have: nothing else is ever written back. */
static bool share_take(const json_t *entry, struct pb_share *share)
{
	size_t len;
	uint64_t pid, started;

	if (!word_take(entry, "path", share->path, sizeof(share->path)) ||
	    !word_take(entry, "namespace", share->owner.namespace,
		       sizeof(share->owner.namespace)) ||
	    !number_take(entry, "pid", INT32_MAX, &pid) ||
	    !number_take(entry, "started", INT64_MAX, &started) ||
	    !number_take(entry, "set", MOST_PAGES, &share->set) ||
	    !number_take(entry, "added", MOST_PAGES, &share->added) ||
	    !number_take(entry, "asked", MOST_PAGES, &share->asked) ||
	    !number_take(entry, "going", MOST_PAGES, &share->going))
		return false;
	share->owner.pid = (int64_t)pid;
	share->owner.started = (int64_t)started;
	pb_boot_id(share->owner.boot, sizeof(share->owner.boot)); /* of which all of them are */
	len = strlen(share->path);
	if (pb_setting_check(share->path, "0") || len < strlen("/" POOL_FILE) ||
	    !pb_streq(share->path + len - strlen("/" POOL_FILE), "/" POOL_FILE)) {
		pb_fail_clear();
		return false;
	}
	return share->added <= share->set && share->going <= share->added;
}

static int shares_take(const json_t *json, struct pb_shares *shares)
{
	const json_t *list = json_object_get(json, "shares"), *entry;
	const char *boot = json_string_value(json_object_get(json, "boot"));
	bool good = json_integer_value(json_object_get(json, "format")) == FORMAT && boot &&
		    json_is_array(list);
	char now[BOOT_BYTES];
	size_t i;

	pb_boot_id(now, sizeof(now));
	if (good && !pb_streq(boot, now)) /* those pages went with that boot */
		return 0;
	shares->list = calloc(json_array_size(list) + 1, sizeof(*shares->list));
	if (!shares->list)
		return pb_fail(-ENOMEM, "out of memory");
	json_array_foreach (list, i, entry)
		good = good && share_take(entry, &shares->list[shares->nr++]);
	if (good)
		return 0;
	shares->nr = 0;
	return pb_fail(-EBADMSG,
		       "'" PB_RUNDIR "/" SHARES_FILE "' is not what pinbench writes, and was left "
		       "alone: look at it, and remove it");
}

static int shares_read(struct pb_shares *shares)
{
	pb_cleanup(pb_json_freep) json_t *json = NULL;
	int ret = pb_rundir_read(shares->dir, SHARES_FILE, &json);

	return ret || !json ? ret : shares_take(json, shares);
}

/* What the pool was last is the same for all who have a share in it. */
static void set_note(struct pb_shares *shares, const struct pb_share *share, uint64_t set)
{
	for (size_t i = 0; i < shares->nr; i++)
		if (&shares->list[i] != share && pb_streq(shares->list[i].path, share->path))
			shares->list[i].set = set;
}

/*
 * Was what was noted done, and how far? -ESTALE: the pool is neither what it was nor what it was
 * to be.
 */
static int share_resolve(struct pb_shares *shares, struct pb_share *share)
{
	struct pb_pool pool;
	int ret = pb_pool_read(shares->root, share->path, &pool);

	if (ret)
		return ret;
	if (pool.nr >= share->set && pool.nr - share->set <= share->asked)
		share->added += pool.nr - share->set;
	else if (pool.nr < share->set && share->set - pool.nr <= share->going)
		share->added -= share->set - pool.nr;
	else
		return -ESTALE;
	share->asked = share->going = 0;
	share->set = pool.nr;
	set_note(shares, share, pool.nr);
	return 0;
}

int pb_shares_look(const char *root, struct pb_shares *ret_shares)
{
	int ret;

	*ret_shares = (struct pb_shares){ .root = root, .dir = -1, .lock = -1 };
	ret = pb_rundir_open(root, false, &ret_shares->dir);
	return ret ? ret : shares_read(ret_shares);
}

int pb_shares_open(const char *root, bool make, struct pb_shares *ret_shares)
{
	int ret;

	*ret_shares = (struct pb_shares){ .root = root, .dir = -1, .lock = -1 };
	if (!make && !pb_sys_exists(root, PB_RUNDIR "/" SHARES_FILE))
		return -ENOENT;
	ret = pb_rundir_open(root, make, &ret_shares->dir);
	if (!ret)
		ret = pb_rundir_lock(ret_shares->dir, LOCK_FILE, true, &ret_shares->lock);
	if (!ret)
		ret = shares_read(ret_shares);
	ret_shares->is_read = !ret; /* else it is not ours to remove */
	for (size_t i = 0; i < ret_shares->nr && !ret; i++) {
		struct pb_share *share = &ret_shares->list[i];

		/* A pool that somebody else set meanwhile is found out by who takes it off. */
		if ((share->asked || share->going) && share_resolve(ret_shares, share))
			pb_fail_clear();
	}
	return ret;
}

void pb_shares_close(struct pb_shares *shares)
{
	if (shares->is_read && !shares->nr)
		unlinkat(shares->dir, SHARES_FILE, 0);
	closep(&shares->lock);
	closep(&shares->dir);
	free(shares->list);
	*shares = (struct pb_shares){ .dir = -1, .lock = -1 };
}

/* A new share begins with the pool as it is; another's that is not of this number is void. */
int pb_shares_find(struct pb_shares *shares, const char *path, pid_t owner, size_t *ret_index)
{
	struct pb_share share = { 0 };
	struct pb_share *grown;
	struct pb_pool pool;
	int ret = pb_pool_read(shares->root, path, &pool);

	if (ret)
		return ret;
	for (size_t i = 0; i < shares->nr; i++) {
		if (!pb_streq(shares->list[i].path, path) || shares->list[i].set == pool.nr)
			continue;
		ret = pb_shares_forget(shares, i);
		if (ret)
			return ret;
		break;
	}
	pb_process_of(owner, &share.owner);
	for (*ret_index = 0; *ret_index < shares->nr; ++*ret_index)
		if (pb_streq(shares->list[*ret_index].path, path) &&
		    pb_process_same(&shares->list[*ret_index].owner, &share.owner))
			return 0;
	grown = reallocarray(shares->list, shares->nr + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	shares->list = grown;
	share.set = pool.nr;
	snprintf(share.path, sizeof(share.path), "%s", path);
	grown[shares->nr++] = share;
	return 0;
}

static void share_drop(struct pb_shares *shares, size_t index)
{
	memmove(&shares->list[index], &shares->list[index + 1],
		(--shares->nr - index) * sizeof(*shares->list));
}

int pb_shares_forget(struct pb_shares *shares, size_t index)
{
	const struct pb_share gone = shares->list[index];

	for (size_t i = shares->nr; i-- > 0;)
		if (pb_streq(shares->list[i].path, gone.path))
			share_drop(shares, i);
	return shares_write(shares);
}

int pb_shares_move(struct pb_shares *shares, size_t index, int64_t nr, int64_t *ret_done)
{
	struct pb_share *share = &shares->list[index];
	uint64_t before = share->added;
	struct pb_pool pool;
	int ret = pb_pool_read(shares->root, share->path, &pool), code;

	*ret_done = 0;
	if (!ret && pool.nr != share->set)
		return -ESTALE;
	if (ret)
		return ret;
	*(nr > 0 ? &share->asked : &share->going) = (uint64_t)(nr > 0 ? nr : -nr);
	ret = shares_write(shares);
	if (ret)
		return ret;
	code = pool_write(shares->root, share->path, nr);
	ret = share_resolve(shares, share);
	if (ret)
		return ret;
	*ret_done = (int64_t)share->added - (int64_t)before;
	if (!share->added)
		share_drop(shares, index);
	ret = shares_write(shares);
	return code ? code : ret;
}
