// SPDX-License-Identifier: GPL-2.0-only
/*
 * control - what a user asks of the machine itself, and what it should be warned of.
 * Why: a number from a busy laptop with a debug kernel is a number, and must be known as such.
 */
#include "bench/control/control.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "bench/control/quiesce.h"
#include "bench/control/topology.h"
#include "bench/kernels/config.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/sysfs.h"

/* A share of the machine's CPUs that others may use before it counts as busy. */
static const double busy_share = 0.25;

static size_t nr_workers(const struct pb_cell *cells, size_t nr_cells)
{
	size_t nr = 2; /* so that a place means something for one thread, too */

	for (size_t i = 0; i < nr_cells; i++)
		if (cells[i].nr_threads > nr)
			nr = cells[i].nr_threads;
	return nr;
}

static bool any_load(const struct pb_cell *cells, size_t nr_cells)
{
	for (size_t i = 0; i < nr_cells; i++)
		if (cells[i].load != PB_LOAD_none)
			return true;
	return false;
}

static bool has(const int *cpus, size_t nr, int cpu)
{
	for (size_t i = 0; i < nr; i++)
		if (cpus[i] == cpu)
			return true;
	return false;
}

/* The last CPUs first, one thread of each core before the second threads. */
static size_t others_add(const struct pb_topology *t, size_t want, int *cpus, size_t nr)
{
	for (int second = 0; second <= 1; second++)
		for (size_t i = t->nr; i-- > 0 && nr < want;)
			if ((t->cpus[i].core != t->cpus[i].id) == second &&
			    !has(cpus, nr, t->cpus[i].id))
				cpus[nr++] = t->cpus[i].id;
	return nr;
}

int pb_control_check(const struct pb_control *control)
{
	if (control->irqs && !pb_streq(control->irqs, "on") && !pb_streq(control->irqs, "off"))
		return pb_fail(-EINVAL, "unknown --irqs '%s' (valid: on off)", control->irqs);
	return 0;
}

bool pb_control_irqs_off(const struct pb_control *control)
{
	return control->irqs && pb_streq(control->irqs, "off");
}

int pb_control_cpus(const char *root, const struct pb_control *control, const struct pb_cell *cells,
		    size_t nr_cells, uint32_t **ret_cpus, size_t *ret_nr)
{
	pb_cleanup(pb_topology_done) struct pb_topology topology = { 0 };
	size_t want = nr_workers(cells, nr_cells), nr = 0;
	_cleanup_free_ int *cpus = calloc(want + 1, sizeof(*cpus));
	cpu_set_t allowed;
	int ret = cpus ? 0 : pb_fail(-ENOMEM, "out of memory");

	if (!ret && sched_getaffinity(0, sizeof(allowed), &allowed))
		ret = pb_fail(-errno, "cannot ask for this process's CPUs: %s", strerror(errno));
	if (!ret)
		ret = pb_topology_read(root, *root ? NULL : &allowed, &topology);
	if (!ret && control->place) {
		ret = pb_topology_place(&topology, control->place, want, cpus);
		nr = want;
	}
	if (ret)
		return ret;
	nr = others_add(&topology, want + any_load(cells, nr_cells), cpus, nr);
	*ret_cpus = calloc(nr, sizeof(**ret_cpus));
	if (!*ret_cpus)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++)
		(*ret_cpus)[i] = (uint32_t)cpus[i];
	*ret_nr = nr;
	return 0;
}

/* Does a program of this name run? Kernel threads have other names. */
static bool program_runs(const char *root, const char *name)
{
	_cleanup_free_ char *path = pb_format("%s/proc", root);
	_cleanup_closedir_ DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *comm = NULL;

		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		comm = pb_sys_text(root, "/proc/%s/comm", entry->d_name);
		if (comm && pb_streq(comm, name))
			return true;
	}
	return false;
}

int pb_control_facts(const char *root, const struct pb_control *control, const uint32_t *cpus,
		     size_t nr_cpus, int (*fact)(void *data, const char *key, const char *value),
		     void *data)
{
	pb_cleanup(pb_topology_done) struct pb_topology topology = { 0 };
	_cleanup_free_ char *words = NULL, *quiesced = NULL;
	pb_cleanup(pb_buf_done) struct pb_buf list = { 0 };
	int ret = pb_topology_read(root, NULL, &topology);

	for (size_t i = 0; i < nr_cpus && !ret; i++)
		ret = pb_buf_printf(&list, "%s%u", i ? "," : "", cpus[i]);
	if (ret)
		return ret;
	words = pb_topology_words(&topology);
	quiesced = control->quiesce ? pb_quiesce_words() : strdup("no");
	if (!words || !quiesced)
		return pb_fail(-ENOMEM, "out of memory");
	ret = fact(data, "machine.topology", words);
	if (!ret)
		ret = fact(data, "machine.place", control->place ? control->place : "last");
	if (!ret && list.data)
		ret = fact(data, "machine.place_cpus", list.data);
	if (!ret)
		ret = fact(data, "machine.quiesced", quiesced);
	if (!ret)
		ret = fact(data, "machine.irqs", pb_control_irqs_off(control) ? "off" : "on");
	if (!ret && program_runs(root, "irqbalance"))
		ret = fact(data, "machine.irqbalance", "running");
	return ret;
}

/* Options that cost more than what is measured, and what they do. */
static const struct {
	const char *option;
	const char *does;
} debug_options[] = {
	{ "KASAN", "checks every memory access" },
	{ "KCSAN", "watches memory accesses" },
	{ "KMSAN", "tracks every memory access" },
	{ "PROVE_LOCKING", "tracks every lock" },
	{ "LOCKDEP", "tracks every lock" },
	{ "DEBUG_VM", "checks pages throughout" },
	{ "DEBUG_PAGEALLOC_ENABLE_DEFAULT", "unmaps free pages" },
	{ "DEBUG_PAGE_REF", "traces each reference" },
	{ "PAGE_TABLE_CHECK_ENFORCED", "checks page-table changes" },
	{ "SLUB_DEBUG_ON", "checks every allocation" },
};

static int debug_warn(const char *config, struct pb_buf *warnings)
{
	int ret = 0;

	for (size_t i = 0; config && i < PB_ARRAY_SIZE(debug_options) && !ret; i++) {
		_cleanup_free_ char *value = pb_config_get(config, debug_options[i].option);

		if (value && pb_streq(value, "y"))
			ret = pb_buf_printf(
				warnings,
				"a debug kernel: CONFIG_%s %s, which production kernels "
				"do not\n",
				debug_options[i].option, debug_options[i].does);
	}
	return ret;
}

static int busy_warn(const char *root, struct pb_buf *warnings)
{
	_cleanup_free_ char *text = pb_sys_text(root, "/proc/loadavg");
	_cleanup_free_ char *online = pb_sys_text(root, "/sys/devices/system/cpu/online");
	pb_cleanup(pb_cpu_list_done) struct pb_cpu_list cpus = { 0 };
	double load = text ? strtod(text, NULL) : 0;

	if (!online || pb_cpu_list_parse(online, &cpus)) {
		pb_fail_clear();
		return 0;
	}
	if (load <= busy_share * (double)cpus.nr)
		return 0;
	return pb_buf_printf(warnings,
			     "a busy machine: load %.2f on %zu CPUs in the last minute; stop what "
			     "runs, and wait\n",
			     load, cpus.nr);
}

static int battery_warn(const char *root, struct pb_buf *warnings)
{
	_cleanup_free_ char *path = pb_format("%s/sys/class/power_supply", root);
	_cleanup_closedir_ DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *status =
			pb_sys_text(root, "/sys/class/power_supply/%s/status", entry->d_name);

		if (status && pb_streq(status, "Discharging"))
			return pb_buf_printf(warnings,
					     "a battery (%s) drives this machine, which saves "
					     "power at the cost of speed: plug it in\n",
					     entry->d_name);
	}
	return 0;
}

int pb_control_warn(const char *root, const char *config, struct pb_buf *warnings)
{
	int ret = debug_warn(config, warnings);

	if (!ret)
		ret = busy_warn(root, warnings);
	return ret ? ret : battery_warn(root, warnings);
}

int pb_control_warnings_say(const char *root, const char *config)
{
	pb_cleanup(pb_buf_done) struct pb_buf warnings = { 0 };
	int ret = pb_control_warn(root, config, &warnings);

	for (char *save, *line = warnings.data ? strtok_r(warnings.data, "\n", &save) : NULL;
	     line && !ret; line = strtok_r(NULL, "\n", &save))
		pb_progress_say("Warning: %s.", line);
	return ret;
}
