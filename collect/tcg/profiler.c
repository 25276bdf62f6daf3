// SPDX-License-Identifier: GPL-2.0-only
/*
 * profiler - profiles of the cells that a guest runs: the host's side of it all.
 * Why: a profile is believed only when it equals what the guest's own clock has read.
 */
#include "collect/tcg/profiler.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "collect/profile.h"
#include "collect/result.h"
#include "collect/tcg/symbols.h"
#include "collect/tcg/trace.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

struct pb_profiler {
	char *trace_path, *symbols_path;
	char *plugin, *chardev, *device;
	const char *args[PB_PROFILER_NR_ARGS];
	FILE *in;
	struct pb_symbols *symbols;
	struct pb_trace *trace;
};

/* QEMU takes a comma for the end of a value unless there are two. Newly allocated. */
static char *commas_double(const char *text)
{
	char *doubled = malloc(2 * strlen(text) + 1), *to = doubled;

	if (!doubled) {
		pb_fail(-ENOMEM, "out of memory");
		return NULL;
	}
	for (; *text; text++) {
		if (*text == ',')
			*to++ = ',';
		*to++ = *text;
	}
	*to = '\0';
	return doubled;
}

static int args_make(struct pb_profiler *profiler, const char *plugin, const char *dir)
{
	_cleanup_free_ char *plugin_arg = commas_double(plugin), *dir_arg = commas_double(dir);

	if (!plugin_arg || !dir_arg)
		return -ENOMEM;
	profiler->plugin = pb_format("%s,out=%s/profile", plugin_arg, dir_arg);
	profiler->chardev = pb_format("file,id=symbols,path=%s/symbols", dir_arg);
	profiler->device = pb_format("isa-debugcon,iobase=%#x,chardev=symbols", PB_MARK_PORT);
	if (!profiler->plugin || !profiler->chardev || !profiler->device)
		return -ENOMEM;
	profiler->args[0] = "-plugin";
	profiler->args[1] = profiler->plugin;
	profiler->args[2] = "-chardev";
	profiler->args[3] = profiler->chardev;
	profiler->args[4] = "-device";
	profiler->args[5] = profiler->device;
	return 0;
}

int pb_profiler_new(const char *dir, struct pb_profiler **ret_profiler)
{
	pb_cleanup(pb_profiler_freep) struct pb_profiler *profiler = calloc(1, sizeof(*profiler));
	_cleanup_free_ char *plugin = NULL;
	int ret;

	if (!profiler)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_path_helper("pinbench-profile.so", &plugin);
	if (ret)
		return ret;
	profiler->trace_path = pb_format("%s/profile", dir);
	profiler->symbols_path = pb_format("%s/symbols", dir);
	if (!profiler->trace_path || !profiler->symbols_path)
		return -ENOMEM;
	ret = args_make(profiler, plugin, dir);
	if (!ret)
		*ret_profiler = pb_steal(profiler);
	return ret;
}

void pb_profiler_free(struct pb_profiler *profiler)
{
	if (!profiler)
		return;
	pb_trace_free(profiler->trace);
	pb_symbols_free(profiler->symbols);
	fclosep(&profiler->in);
	free(profiler->trace_path);
	free(profiler->symbols_path);
	free(profiler->plugin);
	free(profiler->chardev);
	free(profiler->device);
	free(profiler);
}

const char *const *pb_profiler_args(const struct pb_profiler *profiler)
{
	return profiler->args;
}

/* The guest sends its symbols before its first cell. */
static int files_open(struct pb_profiler *profiler)
{
	_cleanup_free_ char *text = NULL;
	int ret;

	if (profiler->trace)
		return 0;
	ret = pb_file_read(profiler->symbols_path, &text, NULL);
	if (!ret && !profiler->symbols)
		ret = pb_symbols_parse(text, &profiler->symbols);
	if (!ret && !profiler->in) {
		profiler->in = fopen(profiler->trace_path, "re");
		if (!profiler->in)
			ret = pb_fail(-errno, "cannot read '%s': %s", profiler->trace_path,
				      strerror(errno));
	}
	return ret ? ret : pb_trace_new(profiler->symbols, &profiler->trace);
}

/* The plugin writes a run's profile before the guest can say that the run has ended. */
static int trace_read(struct pb_profiler *profiler)
{
	char chunk[65536];
	size_t len;
	int ret = files_open(profiler);

	if (ret)
		return ret;
	clearerr(profiler->in);
	while (!ret && (len = fread(chunk, 1, sizeof(chunk), profiler->in)) > 0)
		ret = pb_trace_feed(profiler->trace, chunk, len);
	return ret;
}

static size_t nr_samples(const struct pb_cell_result *result, const char *phase)
{
	for (size_t i = 0; i < result->nr_series; i++)
		if (pb_streq(result->series[i].phase, phase))
			return result->series[i].nr_values;
	return 0;
}

static int window_take(struct pb_trace_window *window, struct pb_cell_result *result)
{
	const char *phase = window->profile.phase;

	if (window->nr_windows != nr_samples(result, phase))
		return pb_fail(-EBADMSG,
			       "the plugin saw %" PRIu64 " calls of phase '%s', the clock %zu",
			       window->nr_windows, phase, nr_samples(result, phase));
	if (window->nr_lost)
		return pb_fail(-EFBIG, "%" PRIu64 " calls of phase '%s' were too long to profile",
			       window->nr_lost, phase);
	return pb_cell_result_profile(result, &window->profile);
}

static void profiles_drop(struct pb_cell_result *result)
{
	for (size_t i = 0; i < result->nr_profiles; i++)
		pb_profile_done(&result->profiles[i]);
	free(result->profiles);
	result->profiles = NULL;
	result->nr_profiles = 0;
}

static int profiles_take(struct pb_profiler *profiler, struct pb_cell_result *result)
{
	pb_cleanup(pb_trace_run_done) struct pb_trace_run run = { 0 };
	int ret = trace_read(profiler);

	if (!ret)
		ret = pb_trace_take(profiler->trace, result->cell.index, &run);
	for (size_t i = 0; i < run.nr_windows && !ret; i++)
		if (run.windows[i].nr_windows || nr_samples(result, run.windows[i].profile.phase))
			ret = window_take(&run.windows[i], result);
	return ret ? ret : pb_profile_check(result);
}

int pb_profiler_cell(struct pb_profiler *profiler, const struct pb_cell_result *result,
		     int (*sink)(void *data, const struct pb_cell_result *result), void *data)
{
	/* Shares everything with @result but the profiles and the reason of a failure. */
	struct pb_cell_result profiled = *result;
	_cleanup_free_ char *reason = NULL;
	int ret = 0;

	if (result->state != PB_CELL_MEASURED)
		return sink(data, result);
	ret = profiles_take(profiler, &profiled);
	if (ret && ret != -ENOMEM) {
		reason = pb_format("no profile: %s", pb_fail_message(ret));
		pb_fail_clear();
		profiles_drop(&profiled);
		profiled.state = PB_CELL_FAILED;
		profiled.error = -ret;
		profiled.reason = reason;
		ret = reason ? 0 : -ENOMEM;
	}
	if (!ret)
		ret = sink(data, &profiled);
	profiles_drop(&profiled);
	return ret;
}
