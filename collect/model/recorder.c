// SPDX-License-Identifier: GPL-2.0-only
/*
 * recorder - recordings of the cells that a guest runs, and what is simulated from them.
 * Why: a recording is hundreds of megabytes; it is simulated as its cell ends, and goes.
 */
#include "collect/model/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collect/model/fields.h"
#include "collect/model/image.h"
#include "collect/model/model.h"
#include "collect/model/names.h"
#include "collect/model/traffic.h"
#include "collect/tcg/symbols.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

struct pb_recorder {
	char *dir, *traces;
	char *plugin, *chardev, *device;
	const char *args[PB_RECORDER_NR_ARGS];
	struct pb_model_options options;
	struct pb_symbols *symbols;
	struct pb_fields *fields;
	struct pb_names *names;
};

/* QEMU takes a comma for the end of a value unless there are two. Newly allocated. */
static char *commas_double(const char *text)
{
	pb_cleanup(pb_buf_done) struct pb_buf out = { 0 };
	int ret = pb_buf_add(&out, "", 0);

	for (; *text && !ret; text++)
		ret = pb_buf_add(&out, *text == ',' ? ",," : text, *text == ',' ? 2 : 1);
	return ret ? NULL : pb_steal(out.data);
}

static int args_make(struct pb_recorder *recorder, const char *plugin)
{
	_cleanup_free_ char *plugin_arg = commas_double(plugin),
			    *dir_arg = commas_double(recorder->dir),
			    *traces_arg = commas_double(recorder->traces);

	if (!plugin_arg || !dir_arg || !traces_arg)
		return -ENOMEM;
	recorder->plugin = pb_format("%s,out=%s", plugin_arg, traces_arg);
	recorder->chardev = pb_format("file,id=symbols,path=%s/symbols", dir_arg);
	recorder->device = pb_format("isa-debugcon,iobase=%#x,chardev=symbols", PB_MARK_PORT);
	if (!recorder->plugin || !recorder->chardev || !recorder->device)
		return -ENOMEM;
	recorder->args[0] = "-plugin";
	recorder->args[1] = recorder->plugin;
	recorder->args[2] = "-chardev";
	recorder->args[3] = recorder->chardev;
	recorder->args[4] = "-device";
	recorder->args[5] = recorder->device;
	return 0;
}

/* What cannot be kept is said, and costs the run nothing. */
static void beside_keep(const struct pb_recorder *recorder, const char *name, const void *data,
			size_t len)
{
	_cleanup_free_ char *path = pb_format("%s/%s", recorder->traces, name);
	int ret = path ? pb_file_write(path, data, len) : -ENOMEM;

	if (!ret)
		return;
	pb_progress_say("Warning: the recordings stay without names: %s.", pb_fail_message(ret));
	pb_fail_clear();
}

/* A kernel that does not say how its structures are laid out is no reason not to simulate it. */
static int fields_read(const char *image, struct pb_recorder *recorder, char **ret_doubt)
{
	_cleanup_free_ void *btf = NULL;
	size_t len;
	int ret = pb_image_btf(image, &btf, &len);

	if (!ret)
		ret = pb_fields_new(btf, len, &recorder->fields);
	if (!ret && recorder->options.keep)
		beside_keep(recorder, PB_RECORDER_BTF, btf, len);
	if (!ret || ret == -ENOMEM)
		return ret;
	*ret_doubt = pb_format("fields have no names: %s", pb_fail_message(ret));
	pb_fail_clear();
	return *ret_doubt ? 0 : -ENOMEM;
}

int pb_recorder_new(const char *dir, const char *image, const char *release,
		    const struct pb_model_options *options, char **ret_doubt,
		    struct pb_recorder **ret_recorder)
{
	pb_cleanup(pb_recorder_freep) struct pb_recorder *recorder = calloc(1, sizeof(*recorder));
	_cleanup_free_ char *plugin = NULL;
	int ret;

	*ret_doubt = NULL;
	if (!recorder)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_path_helper("pinbench-record.so", &plugin);
	if (ret)
		return ret;
	recorder->options = *options;
	recorder->dir = strdup(dir);
	recorder->traces = options->keep ? pb_format("%s/%s", options->keep, release) : strdup(dir);
	if (!recorder->dir || !recorder->traces)
		return pb_fail(-ENOMEM, "out of memory");
	if (options->keep)
		ret = pb_dir_make(recorder->traces);
	if (!ret)
		ret = args_make(recorder, plugin);
	if (!ret)
		ret = fields_read(image, recorder, ret_doubt);
	if (!ret)
		*ret_recorder = pb_steal(recorder);
	return ret;
}

void pb_recorder_free(struct pb_recorder *recorder)
{
	if (!recorder)
		return;
	pb_names_free(recorder->names);
	pb_fields_free(recorder->fields);
	pb_symbols_free(recorder->symbols);
	free(recorder->dir);
	free(recorder->traces);
	free(recorder->plugin);
	free(recorder->chardev);
	free(recorder->device);
	free(recorder);
}

const char *const *pb_recorder_args(const struct pb_recorder *recorder)
{
	return recorder->args;
}

/* The guest sends its symbols before its first cell. */
static int names_make(struct pb_recorder *recorder)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	int ret;

	if (recorder->names)
		return 0;
	path = pb_format("%s/symbols", recorder->dir);
	ret = path ? pb_file_read(path, &text, NULL) : -ENOMEM;
	if (!ret && !recorder->symbols)
		ret = pb_symbols_parse(text, &recorder->symbols);
	if (!ret && recorder->options.keep)
		beside_keep(recorder, PB_RECORDER_SYMBOLS, text, strlen(text));
	return ret ? ret : pb_names_new(recorder->symbols, recorder->fields, &recorder->names);
}

static int trace_simulate(struct pb_recorder *recorder, const char *path,
			  struct pb_cell_result *result)
{
	int ret = names_make(recorder);

	if (!ret && access(path, R_OK))
		ret = pb_fail(-ENODATA, "QEMU's plugin wrote nothing of this cell: %s",
			      strerror(errno));
	return ret ? ret
		   : pb_model_simulate(path, &recorder->options.geometry, recorder->options.seed,
				       recorder->names, result);
}

/* What is simulated takes the place of what the guest's clock read. */
static int cell_simulate(struct pb_recorder *recorder, const struct pb_cell_result *result,
			 struct pb_cell_result *simulated)
{
	_cleanup_free_ char *path =
		pb_format("%s/cell-%" PRIu32 ".trace", recorder->traces, result->cell.index);
	int ret = path ? 0 : -ENOMEM;

	if (!ret && result->state == PB_CELL_MEASURED)
		ret = trace_simulate(recorder, path, simulated);
	if (path && !recorder->options.keep)
		(void)unlink(path);
	return ret;
}

int pb_recorder_cell(struct pb_recorder *recorder, const struct pb_cell_result *result,
		     int (*sink)(void *data, const struct pb_cell_result *result), void *data)
{
	pb_cleanup(pb_cell_result_done) struct pb_cell_result own = { 0 };
	struct pb_cell_result handed = *result;
	_cleanup_free_ char *reason = NULL;
	int ret = cell_simulate(recorder, result, &own);

	if (ret == -ENOMEM)
		return ret;
	/* Shares with @result what is not simulated: how it ended, and what ran. */
	handed.nr_series = ret ? 0 : own.nr_series;
	handed.series = ret ? NULL : own.series;
	handed.traffic = own.traffic;
	if (ret) {
		reason = pb_format("not simulated: %s", pb_fail_message(ret));
		pb_fail_clear();
		handed.state = PB_CELL_FAILED;
		handed.error = -ret;
		handed.reason = reason;
		handed.traffic = (struct pb_traffic_list){ 0 };
		if (!reason)
			return -ENOMEM;
	}
	return sink(data, &handed);
}
