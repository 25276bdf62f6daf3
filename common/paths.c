// SPDX-License-Identifier: GPL-2.0-only
/*
 * paths - where pinbench's own parts lie: in the tree that this program was built in, or installed
 * with it. Why: a program with the plans, modules or agent of another pinbench measures something
 * that nobody chose.
 */
#include "common/paths.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "config.h"

/* The parts that belong to this program; one of the two pairs of places. */
struct home {
	bool built;     /* it runs from a build folder */
	char *build;    /* the build folder */
	char *sources;  /* the tree that it was built from */
	char *data;     /* installed: .../share/pinbench */
	char *programs; /* installed: .../libexec/pinbench */
};

static void home_done(struct home *home)
{
	free(home->build);
	free(home->sources);
	free(home->data);
	free(home->programs);
}

/* This program's file with every link resolved; NULL where the system does not say. */
static char *program_path(void)
{
	static const char deleted[] = " (deleted)";
	char link[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", link, sizeof(link) - 1);
	const char *name = (const char *)getauxval(AT_EXECFN); // NOLINT(performance-no-int-to-ptr)
	char *end;

	/* Without /proc: as the program was called, which is relative to where it was called. */
	if (len <= 0)
		return name ? realpath(name, NULL) : NULL;
	link[len] = '\0';
	/* A build replaced the file under a running program: the place is still the same. */
	end = link + len - strlen(deleted);
	if (end > link && pb_streq(end, deleted) && !pb_file_exists(link))
		*end = '\0';
	return strdup(link);
}

/* What is left of @path in front of @end; NULL where it does not end so. */
static char *path_before(const char *path, const char *end)
{
	size_t len = strlen(path), end_len = strlen(end);

	if (len < end_len || !pb_streq(path + len - end_len, end))
		return NULL;
	return strndup(path, len - end_len);
}

/*
 * The build folder that a program lies in, if it does: where Meson keeps its own notes, with the
 * program in one of the folders that programs are built in. What was installed below a build folder
 * (DESTDIR=build/stage) is not in them.
 */
static char *build_of(const char *program)
{
	_cleanup_free_ char *folder = strdup(program);
	char *slash;

	while (folder && (slash = strrchr(folder, '/')) && slash != folder) {
		_cleanup_free_ char *notes = NULL;

		*slash = '\0';
		if (strncmp(program + strlen(folder), "/bench/", 7) != 0 &&
		    strncmp(program + strlen(folder), "/tests/", 7) != 0)
			continue;
		notes = pb_format("%s/meson-private", folder);
		if (notes && pb_file_exists(notes))
			return pb_steal(folder);
	}
	return NULL;
}

/*
 * The tree of a build folder. One that was moved or copied with its build folder in it is found
 * from there, since the place that was compiled in may by now hold another tree.
 */
static char *sources_of(const char *build)
{
	size_t len = strlen(PB_SOURCE_ROOT);
	char *tree;

	if (strncmp(PB_BUILD_ROOT, PB_SOURCE_ROOT "/", len + 1) != 0)
		return strdup(PB_SOURCE_ROOT);
	tree = path_before(build, &PB_BUILD_ROOT[len]);
	return tree ? tree : strdup(PB_SOURCE_ROOT);
}

/* Under a DESTDIR, or with its whole prefix somewhere else: by what stands around it. */
static bool home_installed(const char *program, struct home *home)
{
	const size_t prefix_len = strlen(PB_PREFIX "/");
	_cleanup_free_ char *before = path_before(program, PB_BINDIR "/pinbench");

	if (before) {
		home->data = pb_format("%s%s", before, PB_DATADIR);
		home->programs = pb_format("%s%s", before, PB_LIBEXECDIR);
		return true;
	}
	if (strncmp(PB_BINDIR, PB_PREFIX "/", prefix_len) != 0)
		return false;
	before = path_before(program, &(PB_BINDIR "/pinbench")[prefix_len - 1]);
	if (!before || strncmp(PB_DATADIR, PB_PREFIX "/", prefix_len) != 0 ||
	    strncmp(PB_LIBEXECDIR, PB_PREFIX "/", prefix_len) != 0)
		return false;
	home->data = pb_format("%s/%s", before, &PB_DATADIR[prefix_len]);
	home->programs = pb_format("%s/%s", before, &PB_LIBEXECDIR[prefix_len]);
	return home->data && pb_file_exists(home->data);
}

static void home_find(struct home *ret_home)
{
	_cleanup_free_ char *program = program_path();
	struct home home = { 0 };

	home.build = program ? build_of(program) : NULL;
	home.built = home.build || !program;
	if (!home.built && home_installed(program, &home)) {
		*ret_home = home;
		return;
	}
	/* A program that somebody copied out of its build folder still knows its tree. */
	free(home.data);
	free(home.programs);
	home.data = home.programs = NULL;
	home.built = true;
	if (!home.build)
		home.build = strdup(PB_BUILD_ROOT);
	home.sources = home.build ? sources_of(home.build) : NULL;
	*ret_home = home;
}

static int tree_gone(const char *tree)
{
	return pb_fail(-ENOENT,
		       "the tree that this pinbench was built from, '%s', is gone or was moved: "
		       "build it again there, or install it, or name a tree in PINBENCH_DATA",
		       tree);
}

/* One that is set and leads nowhere is a mistake, not a reason to take another. */
static int override_find(const char *variable, const char *name, char **ret_path)
{
	const char *folder = getenv(variable);
	_cleanup_free_ char *path = NULL;

	if (!folder || !*folder)
		return 0;
	if (!pb_file_exists(folder))
		return pb_fail(-ENOENT, "%s names '%s', which is not there", variable, folder);
	path = pb_format("%s/%s", folder, name);
	if (!path)
		return -ENOMEM;
	if (pb_file_exists(path))
		*ret_path = pb_steal(path);
	return 0;
}

static int path_find(const char *const *folders, size_t nr, const char *name, char **ret_path)
{
	for (size_t i = 0; i < nr; i++) {
		_cleanup_free_ char *path =
			folders[i] ? pb_format("%s/%s", folders[i], name) : NULL;

		if (!path)
			return pb_fail(-ENOMEM, "out of memory");
		if (pb_file_exists(path)) {
			*ret_path = pb_steal(path);
			return 0;
		}
	}
	return -ENOENT;
}

int pb_path_data(const char *name, char **ret_path)
{
	pb_cleanup(home_done) struct home home = { 0 };
	_cleanup_free_ char *own = NULL, *override = NULL;
	int ret = override_find("PINBENCH_DATA", name, &override);

	if (ret)
		return ret;
	if (override) {
		*ret_path = pb_steal(override);
		return 0;
	}
	home_find(&home);
	ret = path_find((const char *const[]){ home.built ? home.sources : home.data }, 1, name,
			ret_path);
	if (ret != -ENOENT)
		return ret;
	if (!home.built)
		return pb_fail(-ENOENT,
			       "cannot find pinbench's own '%s' in '%s', where it was installed: "
			       "install it again",
			       name, home.data);
	own = pb_format("%s/meson.build", home.sources);
	if (!own || !pb_file_exists(own))
		return tree_gone(home.sources);
	return pb_fail(-ENOENT, "the tree '%s' has no '%s'", home.sources, name);
}

int pb_path_helper(const char *name, char **ret_path)
{
	pb_cleanup(home_done) struct home home = { 0 };
	_cleanup_free_ char *agent = NULL, *plugin = NULL, *override = NULL;
	int ret = override_find("PINBENCH_LIBEXEC", name, &override);

	if (ret)
		return ret;
	if (override) {
		*ret_path = pb_steal(override);
		return 0;
	}
	home_find(&home);
	if (!home.built) {
		ret = path_find((const char *const[]){ home.programs }, 1, name, ret_path);
		return ret != -ENOENT ? ret
				      : pb_fail(-ENOENT,
						"cannot find pinbench's own '%s' in '%s', where it "
						"was installed: install it again",
						name, home.programs);
	}
	agent = pb_format("%s/bench/agent", home.build);
	plugin = pb_format("%s/collect/tcg", home.build);
	ret = path_find((const char *const[]){ agent, plugin }, 2, name, ret_path);
	return ret != -ENOENT ? ret
			      : pb_fail(-ENOENT,
					"the build folder '%s' has no '%s': ninja -C %s builds it",
					home.build, name, home.build);
}

int pb_path_sources(char **ret_path)
{
	pb_cleanup(home_done) struct home home = { 0 };
	_cleanup_free_ char *own = NULL;

	home_find(&home);
	if (!home.built)
		return pb_fail(-ENOENT, "this pinbench is installed, and has no sources to build "
					"from; take the one of a build folder");
	own = pb_format("%s/meson.build", home.sources);
	if (!own || !pb_file_exists(own))
		return tree_gone(home.sources);
	*ret_path = pb_steal(home.sources);
	return 0;
}

int pb_path_build(const char *name, char **ret_path)
{
	pb_cleanup(home_done) struct home home = { 0 };

	home_find(&home);
	*ret_path = pb_format("%s/%s", home.build ? home.build : PB_BUILD_ROOT, name);
	return *ret_path ? 0 : -ENOMEM;
}

char *pb_path_whose(void)
{
	const char *override = getenv("PINBENCH_DATA");
	pb_cleanup(home_done) struct home home = { 0 };

	if (override && *override)
		return pb_format("PINBENCH_DATA: '%s'", override);
	home_find(&home);
	if (!home.built)
		return pb_format("installed: '%s' and '%s'", home.data, home.programs);
	return pb_format("its own tree: '%s', built in '%s'", home.sources, home.build);
}
