// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmod - the backend that measures on the running machine, with pinbench's modules in its kernel.
 * Why: caches, contention and real time are to be had on real hardware only.
 */
#include "bench/backends/kmod/kmod.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/agent/plan.h"
#include "bench/backends/kmod/find.h"
#include "bench/backends/kmod/follow.h"
#include "bench/backends/kmod/guard.h"
#include "bench/backends/kmod/obstacle.h"
#include "bench/backends/vm/config_facts.h"
#include "bench/control/control.h"
#include "collect/hardware.h"
#include "common/err.h"
#include "common/progress.h"
#include "kmods/uapi/pinbench.h"

static const struct pb_control no_control;

struct session {
	const struct pb_backend_request *request;
	const struct pb_control *control;
	const struct pb_record_sink *sink;
	void *data;
	struct pb_kmod_modules modules;
	uint32_t *cpus;
	size_t nr_cpus;
	char plan[PB_AGENT_PLAN_PATH]; /* the agent's, as a file name */
	int plan_fd;
};

static void session_done(struct session *s)
{
	pb_kmod_modules_done(&s->modules);
	free(s->cpus);
	closep(&s->plan_fd);
}

static int request_check(const struct pb_backend_request *request)
{
	if (request->kernel && !pb_streq(request->kernel, "host"))
		return pb_fail(-EINVAL,
			       "backend kmod measures the kernel that runs, not '%s' (leave "
			       "--kernel away, or use --backend vm)",
			       request->kernel);
	if (request->profile)
		return pb_fail(-EINVAL,
			       "backend kmod cannot say which functions ran: profiles want "
			       "--backend vm");
	if (request->inject > PB_MAX_INJECT)
		return pb_fail(-EINVAL, "cannot inject %u instructions: valid are 0 to %d",
			       request->inject, PB_MAX_INJECT);
	return 0;
}

int pb_kmod_possible(void)
{
	struct pb_obstacle obstacle;

	pb_obstacle_loading("", &obstacle);
	if (!obstacle.text[0])
		return pb_kmod_look("");
	return pb_fail(-EOPNOTSUPP, "%s: %s", obstacle.text, obstacle.remedy);
}

static int sink_fact(void *data, const char *key, const char *value)
{
	struct session *s = data;

	return s->sink->fact ? s->sink->fact(s->data, key, value) : 0;
}

static int facts_tell(struct session *s)
{
	struct pb_record_sink sink = { .fact = sink_fact };
	int ret = sink_fact(s, "kernel.name", "host");

	if (!ret)
		ret = sink_fact(s, "pinbench.modules_compiler", s->modules.origin);
	if (!ret && s->modules.config)
		ret = pb_config_facts(s->modules.config, &sink, s);
	if (!ret)
		ret = pb_hardware_facts("", sink_fact, s);
	return ret ? ret : pb_control_facts("", s->control, s->cpus, s->nr_cpus, sink_fact, s);
}

static int plan_write(struct session *s)
{
	const struct pb_agent_plan plan = {
		.inject = s->request->inject,
		/* Of the time-stamp counter; their rate is a fact, pinbench.ticks_hz. */
		.metric = "ticks",
		.unit = "ticks",
		.evidence = PB_EVIDENCE_HARDWARE,
		.counters = (char **)s->request->counters,
		.nr_counters = s->request->nr_counters,
		.multiplex = s->request->multiplex,
		.irqs_off = pb_control_irqs_off(s->control),
		.cells = (struct pb_cell *)s->request->cells,
		.nr_cells = s->request->nr_cells,
		.cpus = s->cpus,
		.nr_cpus = s->nr_cpus,
	};

	return pb_agent_plan_file(&plan, s->plan, &s->plan_fd);
}

static int warnings_say(void)
{
	_cleanup_free_ char *config = NULL;
	struct utsname name;

	if (!uname(&name))
		config = pb_kmod_config("", name.release);
	return pb_control_warnings_say("", config);
}

static int session_run(struct session *s)
{
	const struct pb_guard_setup setup = {
		.modules_dir = s->modules.dir,
		.plan = s->plan,
		.inject = s->request->inject,
		.keep = s->control->keep,
		.quiesce = s->control->quiesce,
	};
	struct pb_accounting accounting = { .request = s->request,
					    .sink = s->sink,
					    .data = s->data };
	struct pb_guard guard;
	int ret = pb_guard_start(&guard, &setup);

	if (!ret)
		ret = pb_kmod_follow(&guard, &accounting);
	if (!ret && s->control->keep)
		pb_progress_say("The modules stay loaded (--keep); the next run replaces them.");
	return ret;
}

static int kmod_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		    void *data)
{
	pb_cleanup(session_done) struct session s = {
		.request = request,
		.control = request->control ? request->control : &no_control,
		.sink = sink,
		.data = data,
		.plan_fd = -1,
	};
	int ret = request_check(request);

	if (!ret)
		ret = pb_control_check(s.control);
	if (!ret)
		ret = pb_kmod_possible();
	if (!ret)
		ret = pb_control_cpus("", s.control, request->cells, request->nr_cells, &s.cpus,
				      &s.nr_cpus);
	if (!ret)
		ret = pb_kmod_find(&s.modules);
	if (!ret)
		ret = warnings_say();
	if (!ret)
		ret = facts_tell(&s);
	if (!ret)
		ret = plan_write(&s);
	if (ret)
		return ret;
	pb_progress_say("Measuring this machine, with modules %s.", s.modules.origin);
	return session_run(&s);
}

const struct pb_backend pb_backend_kmod = {
	.name = "kmod",
	.evidence = PB_EVIDENCE_HARDWARE,
	.can = PB_BACKEND_PLACES | PB_BACKEND_CONTROLS,
	.summary = "this machine's kernel, with pinbench's modules in it; wants root",
	.run = kmod_run,
};
